"""Hints on staff pages: what is likely in a form, and how good that has been."""
