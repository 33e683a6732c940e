"""Figures above an office: of a district or a city, from the roll-ups of its offices; no case is seen from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from linli.casework.definitions import current, in_force
from linli.figures.compiling import Clause
from linli.figures.finding import figure_named
from linli.figures.periods import Period
from linli.figures.readings import Value
from linli.figures.rollups.asking import rows
from linli.figures.rollups.parts import (
    CATEGORY,
    WHOLE,
    Part,
    kept_part,
    month_begins,
    month_of,
    parts_of_trees,
)
from linli.figures.rollups.reading import CELLS, MONTH_NAMED
from linli.figures.valuing import pair, period_before, span_read, told
from linli.registry.scope import within_sql
from linli.rulebook.counting import Counted, FigureTree, Side, expand
from linli.rulebook.mechanism import Mechanism

OFFICE, MONTH = "office", "month"
CATEGORIES = "category"
NAMED = {OFFICE: "area", MONTH: MONTH_NAMED, CATEGORIES: "category"}
STANDING = """
    SELECT count(*), min(at) FROM figures_rollupcursor WHERE {inside}
"""


class PeriodNotWhole(ValueError):
    """Above an office a figure is read over whole months only."""


@dataclass(frozen=True)
class AboveReading:
    """A figure over a ground: its value and its parts. None where it cannot be read from roll-ups."""

    figure: FigureTree
    value: Value | None
    slices: Mapping[str, Value]


@dataclass(frozen=True)
class Above:
    """What is read over a ground: its offices, and as of when the numbers of all of them are right."""

    ground: str
    offices: int
    as_of: datetime | None
    readings: tuple[AboveReading, ...]


@contextmanager
def ground_opened(ground: str) -> Iterator[None]:
    """Let the open transaction see the roll-ups of all offices within a path, for the time of the block."""
    rows("SELECT set_config('linli.ground', %s, true)", [ground])
    try:
        yield
    finally:
        rows("SELECT set_config('linli.ground', '', true)", [])


def read_above(
    owner: str, period: Period, *, ground: str, by: str | None = None, names: tuple[str, ...] = ()
) -> Above:
    """Read the figures of a mechanism (or those named) over all offices within a path, whole months only.

    `by` breaks them down by 'office', 'month' or 'category'. Whether the reader may see the ground is the caller's to ask.
    Raises PeriodNotWhole.
    """
    mechanism = current(owner)
    trees = [expand(mechanism, name) for name in mechanism.figures if not names or name in names]
    return _read(trees, {owner: mechanism}, period, ground, by)


def read_figure_above(key: str, period: Period, *, ground: str, by: str | None = None) -> Above:
    """Read one figure by its key in the same way, be it a mechanism's or the book's own. Raises FigureUnknown, PeriodNotWhole."""
    return _read([figure_named(key)], in_force(), period, ground, by)


def _read(
    trees: Sequence[FigureTree],
    mechanisms: Mapping[str, Mechanism],
    period: Period,
    ground: str,
    by: str | None,
) -> Above:
    if not is_whole(period):
        raise PeriodNotWhole(period.text)
    inside, bounds = within_sql("area", [ground])
    with ground_opened(ground):
        offices, as_of = rows(STANDING.format(inside=inside), bounds)[0]
        cells = _Cells(mechanisms, ground, tuple(parts_of_trees(trees, mechanisms).values()))
        readings = tuple(_reading(tree, period, cells, by) for tree in trees)
    return Above(ground, offices, as_of, readings)


def is_whole(period: Period) -> bool:
    """Say whether a period is made of whole months."""
    bounds = period.start, period.end
    return all(month_begins(month_of(moment)) == moment for moment in bounds)


def _reading(tree: FigureTree, period: Period, cells: _Cells, by: str | None) -> AboveReading:
    if not cells.keeps(tree):
        return AboveReading(tree, None, {})
    now = span_read(tree, period)
    value = _level(tree, cells.groups(tree, now, None).get("", _none(tree)))
    slices = {
        key: _level(tree, one) for key, one in (cells.groups(tree, now, by) if by else {}).items()
    }
    earlier = period_before(tree, period) if tree.change else None
    if earlier is not None:
        then = _level(tree, cells.groups(tree, earlier, None).get("", _none(tree)))
        value = replace(value, before=then)
    return AboveReading(tree, value, slices)


Sides = tuple[Any, Any]


def _none(tree: FigureTree) -> Sides:
    return ({}, None) if tree.give is not None else (Decimal(0), Decimal(0))


def _level(tree: FigureTree, sides: Sides) -> Value:
    num, den = sides
    if tree.give is not None:
        return told(tree, num)
    return Value(num) if tree.den is None else pair(tree, num, den)


@dataclass
class _Cells:
    """The cells of a ground, those of all parts alike read at once."""

    mechanisms: Mapping[str, Mechanism]
    ground: str
    asked: tuple[Part, ...]
    memory: dict[tuple[Any, ...], dict[int, list[tuple[Any, ...]]]] = field(default_factory=dict)

    def keeps(self, tree: FigureTree) -> bool:
        """Say whether each part of a figure is kept."""
        return all(self._part(one) is not None for one in (*tree.num, *(tree.den or ())))

    def groups(self, tree: FigureTree, period: Period, by: str | None) -> dict[str, Sides]:
        """Give both sides of each group."""
        if tree.give is not None:
            return {key: (one, None) for key, one in self._histograms(tree.num, period, by).items()}
        nums = self._amounts(tree.num, period, by)
        dens = self._amounts(tree.den, period, by) if tree.den else {}
        none = Decimal(0)
        return {k: (nums.get(k, none), dens.get(k, none)) for k in nums.keys() | dens.keys()}

    def _amounts(self, side: Side, period: Period, by: str | None) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for counted in side:
            for _, named, _, times, amount in self._found(counted, period, by):
                more = Decimal(times) if counted.total is None else amount
                found[named] = found.get(named, Decimal(0)) + more
        return found

    def _histograms(self, side: Side, period: Period, by: str | None) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        for counted in side:
            for _, named, took, times, _ in self._found(counted, period, by):
                histogram = found.setdefault(named, {})
                histogram[took] = histogram.get(took, 0) + times
        return found

    def _part(self, counted: Counted) -> Part | None:
        return kept_part(counted, self.mechanisms[counted.mechanism])

    def _found(self, counted: Counted, period: Period, by: str | None) -> list[tuple[Any, ...]]:
        part = self._part(counted)
        assert part is not None
        first, last = month_of(period.start), month_of(period.end)
        first = 0 if part.is_stock else first
        key = (part.kind, first, last, by)
        if key not in self.memory:
            alike = [one.key for one in self.asked if one.kind == part.kind]
            inside, bounds = within_sql("area", [self.ground])
            named = Clause(NAMED.get(by or "", "''"))
            text = CELLS.format(named=named.text, whose="true", inside=inside)
            grain = CATEGORY if by == CATEGORIES else WHOLE
            found: dict[int, list[tuple[Any, ...]]] = {}
            for row in rows(text, [alike, grain, *bounds, first, last, last, []]):
                found.setdefault(row[0], []).append(row)
            self.memory[key] = found
        return self.memory[key].get(part.key, [])
