"""Explaining: what a mechanism says, in words and as graphs, for those who sign it and those who use it. Pure."""
