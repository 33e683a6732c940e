"""Commands about figures: read, listed, checked, archived."""
