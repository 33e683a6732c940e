"""Allocating: which projects a fund pays for, by a stated rule, exactly. Pure: no Django, no clock, no chance."""
