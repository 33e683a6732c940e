"""Routing rules: a decision table of the office's own that says which body a case of a kind goes to."""
