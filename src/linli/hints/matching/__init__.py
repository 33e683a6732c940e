"""Suggested matches: which of what is offered fits which of what is wanted; never acted upon by itself."""
