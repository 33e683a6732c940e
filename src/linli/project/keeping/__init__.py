"""Backups: an office packed up, and set up again elsewhere."""
