"""Cases about one thing (并案): which are alike, which are tied together, who else reported, what is hot."""
