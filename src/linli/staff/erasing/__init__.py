"""Erasing personal data: asked for at a case, confirmed by somebody else, kept in the destruction register."""
