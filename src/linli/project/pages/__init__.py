"""Pages of the frame itself: the first run, health, and what is shown when a page cannot be."""
