"""Figures 数: what is counted, from the journal, with the records behind every number."""
