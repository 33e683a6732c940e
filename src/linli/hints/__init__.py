"""Hints: the likely category or body of a case, learned from the office's own closed cases; they never decide."""
