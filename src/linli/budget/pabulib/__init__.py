"""Pabulib: elections over projects as `.pb` files, read and written, so that outsiders can recount."""
