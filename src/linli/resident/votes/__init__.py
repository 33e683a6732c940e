"""Votes for residents."""
