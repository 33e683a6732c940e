"""Migrating: running cases taken on to another version of their mechanism, dry first, then by a step in each."""
