"""Lists of cases: what waits for me, what I may see, the board."""
