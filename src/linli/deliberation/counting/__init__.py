"""Counting votes by the law's rules: exact, pure, and with its arithmetic in words."""
