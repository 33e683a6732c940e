"""The office's pages: what waits for me, the cases I may see, and what I may do to them."""
