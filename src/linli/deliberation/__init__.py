"""Deliberation 议事: who decides together, by which rule, and what the ballots come to."""
