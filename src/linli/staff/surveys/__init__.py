"""Sampled surveys: planned, drawn again and compared, keyed, replaced by rule, counted with their margin."""
