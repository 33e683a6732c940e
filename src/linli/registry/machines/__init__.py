"""Machines: their keys to the interfaces of the office, and which office they call."""
