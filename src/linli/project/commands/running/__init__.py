"""Commands that bring an office up and keep it up to date."""
