"""Tables of matters of their own, declared apart from those of cases and journal."""
