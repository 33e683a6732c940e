"""Commands for those who write Linli: tests, checks, the book, translations, the map of rooms."""
