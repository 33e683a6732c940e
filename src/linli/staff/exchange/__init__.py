"""Platforms beside which the office lives: their orders in, what they are told, and where the two differ."""
