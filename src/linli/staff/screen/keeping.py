"""Figures of a screen: read once a minute for all who look at it, each with the moment it was read at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.figures.periods import Period
from linli.figures.queries import read
from linli.figures.readings import Reading
from linli.rulebook.ownbook import at_hand

LASTING = timedelta(minutes=1)
Asked = tuple[int, str, str, str]

_kept: dict[Asked, Kept] = {}


@dataclass(frozen=True)
class Kept:
    """A reading, and when it was made."""

    reading: Reading
    at: datetime


def lately_read(*, office: int, figure: str, period: Period, place: str, at: datetime) -> Kept:
    """Give a figure as it was a minute ago at most. Raises FigureUnknown."""
    asked = (office, figure, period.text, place)
    kept = _kept.get(asked)
    if kept is None or not kept.at <= at < kept.at + LASTING:
        _forget(at)
        kept = Kept(read(figure, period, place=place, book=at_hand()), at)
        _kept[asked] = kept
    return kept


def _forget(at: datetime) -> None:
    """Let go of what nobody may be shown any more."""
    for asked in [asked for asked, kept in _kept.items() if kept.at + LASTING <= at]:
        _kept.pop(asked, None)


def forget_readings() -> None:
    """Forget all readings: for a database that was exchanged under a running program."""
    _kept.clear()
