"""Voting: a vote from its roll to its notice, ballots on paper and by phone, and the proof of what was counted."""
