"""What is reckoned again: changes on a base, means, shares of a goal, tables, and what excludes each other."""
