"""Administering the office: who holds which post, who may log in, and the ground that posts cover."""
