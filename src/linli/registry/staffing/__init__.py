"""Staffing: people at their posts: accounts and their first passwords, hand-overs, and who holds what."""
