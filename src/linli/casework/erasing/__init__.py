"""Erasing: asked for by one person and confirmed by another, or due by a rule, and what the register keeps of it."""
