"""Estates, their buildings and dwellings: where they stand, and which dwellings a building has."""
