"""The office's book: its mechanisms with their versions, and putting a new one in force."""
