"""Drawing a sample: every unit's turn is the hash of seed, stratum and unit, so that anybody can draw it again. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

Frame = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Unit:
    """One unit of a sample: the number of its form, its stratum, what it is, and whether it waits as a reserve."""

    form_no: int
    stratum: str
    unit: str
    is_reserve: bool


def frame_digest(frame: Frame) -> str:
    """Give the SHA-256 of a frame, its strata and units sorted."""
    plain = {stratum: sorted(units) for stratum, units in frame.items()}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def turn(seed: str, stratum: str, unit: str) -> str:
    """Give a unit's place in the order: the SHA-256 of seed, stratum and unit, a line each."""
    return hashlib.sha256(f"{seed}\n{stratum}\n{unit}".encode()).hexdigest()


def allocated(populations: Mapping[str, int], size: int, rule: str) -> dict[str, int]:
    """Give how many units each stratum gets: equal parts, or in proportion (largest remainder); at least one, at most all."""
    whole = sum(populations.values())
    size = min(size, whole)
    share = {
        stratum: Fraction(size, len(populations))
        if rule == "equal"
        else Fraction(size * population, whole)
        for stratum, population in populations.items()
    }
    given = {
        stratum: min(populations[stratum], max(1, int(part))) for stratum, part in share.items()
    }
    for stratum in sorted(share, key=lambda one: (int(share[one]) - share[one], one)):
        if sum(given.values()) < size and given[stratum] < populations[stratum]:
            given[stratum] += 1
    return given


def drawn(frame: Frame, seed: str, *, size: int, rule: str, reserve: Fraction) -> list[Unit]:
    """Give the sample: of each stratum the first units in their turn, then its reserves in theirs."""
    strata = {stratum: units for stratum, units in sorted(frame.items()) if units}
    sizes = allocated({stratum: len(units) for stratum, units in strata.items()}, size, rule)
    ranked = {
        stratum: sorted(units, key=lambda unit: turn(seed, stratum, unit))
        for stratum, units in strata.items()
    }
    main = [(s, unit, False) for s in strata for unit in ranked[s][: sizes[s]]]
    spare = [(s, unit, True) for s in strata for unit in _spare(ranked[s], sizes[s], reserve)]
    return list(_numbered([*main, *spare]))


def _spare(ranked: Sequence[str], size: int, reserve: Fraction) -> Sequence[str]:
    return ranked[size : size + ceil(size * reserve)]


def _numbered(listed: Sequence[tuple[str, str, bool]]) -> Iterator[Unit]:
    for number, (stratum, unit, is_reserve) in enumerate(listed, start=1):
        yield Unit(number, stratum, unit, is_reserve)
