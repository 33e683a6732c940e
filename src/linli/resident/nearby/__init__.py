"""Near me: what is within walking distance of an estate."""
