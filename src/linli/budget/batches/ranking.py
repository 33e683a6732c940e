"""The ranking itself: a pure function of points, stated ties and a lot; and how a name is masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

MASK = "*"
FEW = 2


@dataclass(frozen=True)
class Applicant:
    """What an application is ranked by: points, most first; then `ties` in their order, least first."""

    number: str
    points: int
    ties: tuple[Fraction, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """An application's place. `by_lot`: its place among equals was drawn."""

    number: str
    place: int
    points: int
    by_lot: bool


def ranked(applicants: Sequence[Applicant], lot: Sequence[str]) -> tuple[Ranked, ...]:
    """Give the order: points, then the stated ties, then the lot. `lot` holds every number once."""
    drawn = {number: place for place, number in enumerate(lot)}
    standing = sorted(
        applicants, key=lambda one: (-one.points, one.ties, drawn[one.number], one.number)
    )
    equals = [(one.points, one.ties) for one in standing]
    return tuple(
        Ranked(one.number, place, one.points, by_lot=equals.count((one.points, one.ties)) > 1)
        for place, one in enumerate(standing, 1)
    )


def masked(name: str) -> str:
    """Give a name as a public notice shows it: first and last sign of a long one, the first of a short one."""
    told = "".join(name.split())
    if len(told) <= FEW:
        return told[:1] + MASK
    return told[0] + MASK * (len(told) - 2) + told[-1]
