"""Printing: the frozen report as a Word file and as PDF, and an edited Word file read back."""
