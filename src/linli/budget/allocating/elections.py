"""An election over projects: what each costs, who approves it, and in which order ties fall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm


@dataclass(frozen=True)
class Project:
    """A project on the ballot: its key, what it costs, what it is called, and the points it received."""

    key: str
    cost: Fraction
    name: str = ""
    score: Fraction = Fraction(0)


@dataclass(frozen=True)
class Election:
    """A fund, its projects, and how many voters cast each ballot; a ballot is the places of its projects.

    `lot` is the order drawn before the count, first preferred; without it the order of the list stands in.
    """

    budget: Fraction
    projects: tuple[Project, ...]
    ballots: Mapping[tuple[int, ...], int]
    lot: tuple[str, ...] = field(default=())

    @cached_property
    def voters(self) -> int:
        """Give how many ballots were cast, empty ones among them."""
        return sum(self.ballots.values())

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """Give how many voters approve each project."""
        counted = [0] * len(self.projects)
        for ballot, times in self.ballots.items():
            for place in ballot:
                counted[place] += times
        return tuple(counted)

    @cached_property
    def scale(self) -> int:
        """Give the number that makes every amount whole."""
        return lcm(
            self.budget.denominator, *(project.cost.denominator for project in self.projects)
        )

    @cached_property
    def costs(self) -> tuple[int, ...]:
        """Give the cost of each project in whole parts of `scale`."""
        return tuple(int(project.cost * self.scale) for project in self.projects)

    @cached_property
    def drawn(self) -> tuple[int, ...]:
        """Give each project's place in the lot."""
        order = self.lot or tuple(project.key for project in self.projects)
        place = {key: number for number, key in enumerate(order)}
        return tuple(place.get(project.key, len(order)) for project in self.projects)

    def of_ties(self, places: Iterable[int]) -> int:
        """Give the one of tied projects that goes first: lower cost, then more votes, then the lot."""
        return min(places, key=lambda at: (self.costs[at], -self.votes[at], self.drawn[at], at))

    def needs_lot(self, places: Sequence[int]) -> bool:
        """Tell whether cost and votes leave more than one of tied projects in front."""
        first = min((self.costs[at], -self.votes[at]) for at in places)
        return sum((self.costs[at], -self.votes[at]) == first for at in places) > 1

    def total(self, places: Iterable[int]) -> int:
        """Give what projects cost together, in whole parts of `scale`."""
        return sum(self.costs[at] for at in places)


def approvals(votes: Iterable[Iterable[int]]) -> Mapping[tuple[int, ...], int]:
    """Give how many voters cast each ballot, whatever order its projects were named in."""
    return Counter(tuple(sorted(set(vote))) for vote in votes)
