"""Proving a mechanism: faults planted on purpose and who notices them, stories told to the full, likeness."""
