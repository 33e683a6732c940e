"""Platforms by machine: their orders in, and what they are told, under the columns of their profile."""
