"""Mechanisms: how each works, drawn and in words, what it asks, what became of it, and the sheet that is signed."""
