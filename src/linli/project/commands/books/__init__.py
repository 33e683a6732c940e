"""Commands about an office's mechanisms in its database: publishing, replaying."""
