"""The arithmetic of scores: exact fractions from pairs, with every line that led to the total. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from linli.appraisal.cards import WHOLE, Scorecard

HALF = Fraction(1, 2)
Pair = tuple[Fraction, Fraction | None]


@dataclass(frozen=True)
class Line:
    """One line of a score: what was read, and the points it gave; `points` is None where too few records were."""

    key: str
    num: Fraction
    den: Fraction | None
    points: Fraction | None
    is_deduction: bool = False


@dataclass(frozen=True)
class Scored:
    """One body's score. `total` is None when less than half of the weight could be scored."""

    subject: str
    lines: tuple[Line, ...]
    total: Fraction | None


def score(card: Scorecard, read: Mapping[str, Mapping[str, Pair]]) -> dict[str, Scored]:
    """Score those of one peer group. `read`: by the key of a line, the pair of each of them.

    What has too few records is left out and its weight goes to the other lines in proportion. Deductions come off
    the whole; nobody falls below nought.
    """
    subjects = sorted({subject for pairs in read.values() for subject in pairs})
    largest = {
        key: max((num for num, _ in pairs.values()), default=Fraction(0))
        for key, pairs in read.items()
    }
    return {
        subject: _scored(
            subject, [*_weighed(card, read, largest, subject)], _deducted(card, read, subject), card
        )
        for subject in subjects
    }


def total_of(card: Scorecard, lines: Sequence[Line]) -> Fraction | None:
    """Give the total that lines come to."""
    scored = [line for line in lines if not line.is_deduction and line.points is not None]
    weight = sum(card.weighted[line.key].weight for line in scored)
    if Fraction(weight, WHOLE) < HALF:
        return None
    points = sum((line.points for line in scored if line.points is not None), Fraction(0))
    off = sum((line.points for line in lines if line.is_deduction and line.points), Fraction(0))
    return max(Fraction(0), points * WHOLE / weight - off)


def ranks(totals: Mapping[str, Fraction | None]) -> dict[str, int]:
    """Give the place of each in its group; equal totals share a place, and those without a total have none."""
    known = [total for total in totals.values() if total is not None]
    return {
        subject: 1 + sum(other > total for other in known)
        for subject, total in totals.items()
        if total is not None
    }


def _scored(subject: str, weighed: list[Line], deducted: list[Line], card: Scorecard) -> Scored:
    lines = (*weighed, *deducted)
    return Scored(subject, lines, total_of(card, lines))


def _weighed(
    card: Scorecard,
    read: Mapping[str, Mapping[str, Pair]],
    largest: Mapping[str, Fraction],
    subject: str,
) -> list[Line]:
    lines = []
    for key, rule in card.weighted.items():
        num, den = read[key].get(subject, (Fraction(0), None))
        if rule.as_ == "share":
            points = rule.weight * num / largest[key] if largest[key] else None
        elif den is None or den < card.small:
            points = None
        else:
            rate = num / den
            points = rule.weight * (1 - rate if rule.less_is_better else rate)
        lines.append(Line(key, num, den, points))
    return lines


def _deducted(card: Scorecard, read: Mapping[str, Mapping[str, Pair]], subject: str) -> list[Line]:
    lines = []
    for key, rule in card.deductions.items():
        num, den = read[key].get(subject, (Fraction(0), None))
        off = min(num * Fraction(rule.points), Fraction(rule.most))
        lines.append(Line(key, num, den, off, is_deduction=True))
    return lines
