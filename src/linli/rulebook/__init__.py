"""The rule book 规矩: what is ruled. Reads, lints and runs definitions; pure, no Django, no clock."""
