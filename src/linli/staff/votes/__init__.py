"""Votes: prepared, opened, keyed, counted and put on notice."""
