"""What a sample says of all: rates with their base, response, weights of strata, and the margin. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt

Z = 1.959964  # two-sided 95 %
FEWEST_FOR_SPREAD = 2


@dataclass(frozen=True)
class Stratum:
    """One stratum: how many there are, and what became of those drawn from it."""

    name: str
    population: int
    asked: int = 0
    answered: int = 0
    refused: int = 0
    not_reached: int = 0
    ineligible: int = 0
    valid: int = 0
    positive: int = 0
    hidden: bool = False

    @property
    def eligible(self) -> int:
        """Give who counts in the response: those who answered, refused or were not reached."""
        return self.answered + self.refused + self.not_reached

    @property
    def rate(self) -> Fraction | None:
        """Give the share of the valid answers that are positive; None without any."""
        return Fraction(self.positive, self.valid) if self.valid else None


@dataclass(frozen=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """What the sample says: the plain rate with its interval, and the weighted one with its margin.

    `weighted` and `margin` are None where some stratum has too few valid answers to stand for itself.
    """

    positive: int
    valid: int
    interval: Interval | None
    weighted: Fraction | None
    margin: float | None


def wilson(positive: int, valid: int, population: int) -> Interval:
    """Give Wilson's 95 % interval of a rate, with the correction for a finite population; a census has none to give."""
    if valid >= population:
        return Interval(positive / valid, positive / valid)
    n = valid * (population - 1) / (population - valid)
    share = positive / valid
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def estimated(strata: Sequence[Stratum]) -> Estimate:
    """Give what the strata say together, each weighted by how many it stands for."""
    positive, valid = sum(one.positive for one in strata), sum(one.valid for one in strata)
    population = sum(one.population for one in strata)
    interval = wilson(positive, valid, population) if valid else None
    if not all(one.valid for one in strata) or not strata:
        return Estimate(positive, valid, interval, None, None)
    weighted = sum(
        (
            Fraction(one.population, population) * Fraction(one.positive, one.valid)
            for one in strata
        ),
        Fraction(0),
    )
    return Estimate(positive, valid, interval, weighted, _margin(strata, population))


def _margin(strata: Sequence[Stratum], population: int) -> float | None:
    variance = 0.0
    for one in strata:
        if one.valid < FEWEST_FOR_SPREAD and one.valid < one.population:
            return None
        share, weight = one.positive / one.valid, one.population / population
        left = 1 - one.valid / one.population
        spread = share * (1 - share) / max(1, one.valid - 1)
        variance += weight * weight * left * spread
    return Z * sqrt(variance)


def with_small_hidden(strata: Sequence[Stratum], least: int) -> list[Stratum]:
    """Give the strata with those hidden that have fewer valid answers than `least`; one alone takes the next smallest along.

    Otherwise the hidden one would be the total less the rest.
    """
    small = {one.name for one in strata if 0 < one.valid < least}
    others = sorted(
        (one for one in strata if one.valid and one.name not in small),
        key=lambda one: (one.valid, one.name),
    )
    if len(small) == 1 and others:
        small.add(others[0].name)
    return [replace(one, hidden=one.name in small) for one in strata]
