"""Money: funds with what became of them, and rounds divided by vote."""
