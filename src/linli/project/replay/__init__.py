"""Replays: a printed report's numbers made again from records, and read back through the figure language."""
