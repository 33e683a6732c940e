"""Cases about one thing: alike ones, tying them together, answering them all, hot issues."""
