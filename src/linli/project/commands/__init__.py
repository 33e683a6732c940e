"""The commands of the `linli` line, one module for each group."""
