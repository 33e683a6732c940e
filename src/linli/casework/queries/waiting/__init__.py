"""What waits for somebody: the inbox, and one kind of step of it."""
