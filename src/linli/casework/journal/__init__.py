"""The journal: how a case moves, what rows that gives, and how they are written, read and told again."""
