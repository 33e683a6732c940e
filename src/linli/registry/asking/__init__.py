"""Asking the database what is asked all the time, at the least cost."""
