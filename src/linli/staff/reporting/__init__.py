"""Reports: written section by section, frozen, checked, signed and issued."""
