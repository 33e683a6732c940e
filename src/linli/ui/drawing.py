"""Charts drawn on the server: shapes in SVG, words in HTML, so that they print and read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDE = 1000
HIGH = 400
MOST_TICKS = 8
STEPS = (1, 2, 3, 4, 5, 6, 8, 10)
FINE_STEPS = tuple(
    Decimal(step) / 4 for step in (4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40)
)  # bars print no scale


@dataclass(frozen=True)
class Mark:
    """One row of a chart: a word, a number (None: no data), its printed form, and where its records are."""

    label: str
    value: float | None
    printed: str = ""
    href: str = ""

    @property
    def said(self) -> str:
        """Give the number as printed."""
        return self.printed or ("" if self.value is None else f"{self.value:,}")


@dataclass(frozen=True)
class Bar:
    """A mark with the place its bar or column takes in a field of 1000 by 400."""

    mark: Mark
    left: float
    top: float
    width: float
    height: float
    has_tick: bool = True


@dataclass(frozen=True)
class Drawing:
    """What a chart's template needs, all computed."""

    bars: tuple[Bar, ...]
    ceiling: str
    middle: str
    lines: tuple[str, ...] = ()
    wide: int = WIDE
    high: int = HIGH


def bars(marks: Sequence[Mark]) -> Drawing:
    """Lay marks out as horizontal bars."""
    top = _ceiling(marks, FINE_STEPS)
    laid = [Bar(mark, 0, 0, round((mark.value or 0) / top * WIDE, 2), HIGH) for mark in marks]
    return Drawing(tuple(laid), _printed(top), _printed(top / 2))


def columns(marks: Sequence[Mark]) -> Drawing:
    """Lay marks out as columns."""
    top = _ceiling(marks)
    room = WIDE / max(1, len(marks))
    laid = []
    for place, mark in enumerate(marks):
        height = round((mark.value or 0) / top * HIGH, 2)
        left = round(place * room + room * 0.18, 2)
        ticked = _has_tick(place, len(marks))
        laid.append(Bar(mark, left, HIGH - height, round(room * 0.64, 2), height, ticked))
    return Drawing(tuple(laid), _printed(top), _printed(top / 2))


def line(marks: Sequence[Mark]) -> Drawing:
    """Lay marks out as one line; where there is no data the line is broken."""
    top = _ceiling(marks)
    room = WIDE / max(1, len(marks))
    laid: list[Bar] = []
    runs: list[list[str]] = [[]]
    for place, mark in enumerate(marks):
        x = round((place + 0.5) * room, 2)
        y = round(HIGH - (mark.value or 0) / top * HIGH, 2)
        laid.append(Bar(mark, x, y, 0, 0, _has_tick(place, len(marks))))
        if mark.value is None:
            runs.append([])
        else:
            runs[-1].append(f"{x},{y}")
    return Drawing(
        tuple(laid), _printed(top), _printed(top / 2), tuple(" ".join(r) for r in runs if r)
    )


def _ceiling(marks: Sequence[Mark], steps: Sequence[int | Decimal] = STEPS) -> float:
    highest = max((Decimal(str(mark.value or 0)) for mark in marks), default=Decimal(0))
    if highest <= 0:
        return 1
    size = Decimal(10) ** highest.adjusted()
    return next(float(size * step) for step in steps if size * step >= highest)


def _printed(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}".rstrip("0")


def _has_tick(place: int, count: int) -> bool:
    return place % -(-count // MOST_TICKS) == 0
