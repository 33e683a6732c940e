"""Figures: what the office counts, over a period and a place, and the records behind every number."""
