"""Codes sent to a number or an address, to learn whether somebody reads there; nobody is told whether it is known."""
