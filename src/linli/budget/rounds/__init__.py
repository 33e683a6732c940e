"""Rounds: a fund divided among projects by vote. The lot before the count, the ballots, the count, what follows."""
