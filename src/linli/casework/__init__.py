"""Casework 办事: what happens. Cases, their steps, deadlines and proof; two doors write, nothing else does."""
