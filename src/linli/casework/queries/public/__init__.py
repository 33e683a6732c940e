"""What the public may read of cases: published ones, and those their mechanisms open to all."""
