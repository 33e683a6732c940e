"""Covering: which of the systems that the source documents name work, proven by stories and tests."""
