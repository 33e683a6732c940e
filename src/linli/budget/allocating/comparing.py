"""Two outcomes put to the voters' own ballots: who has more approved projects chosen in which."""

from __future__ import annotations

from dataclasses import dataclass

from linli.budget.allocating.outcomes import Outcome


@dataclass(frozen=True)
class Preference:
    """How many voters have more approved projects in the first outcome, in the second, and as many in both."""

    first: int
    second: int
    neither: int


def preference(first: Outcome, second: Outcome) -> Preference:
    """Give how the voters of one election stand between two of its outcomes."""
    chosen, other = set(first.winners), set(second.winners)
    counted = [0, 0, 0]
    for ballot, times in first.election.ballots.items():
        gain = len(chosen.intersection(ballot)) - len(other.intersection(ballot))
        counted[0 if gain > 0 else 1 if gain < 0 else 2] += times
    return Preference(*counted)
