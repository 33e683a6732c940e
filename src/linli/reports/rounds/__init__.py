"""Rounds: one report from its opening to its issue, with its frozen numbers, findings and sign-off."""
