"""Which inputs a row of a decision table covers: overlaps, gaps and rows that never decide, with an example each.

Every column's values fall into finitely many regions on which all of its tests stand still: the limits named in the
cells, what lies between them, and a missing value. One example stands for each region, so what is found is exact. A
cell that compares with another input cannot be judged so; its row counts as covering nothing and overlapping nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from linli.rulebook.mechanism import Decision
from linli.rulebook.tables import test_of
from linli.rulebook.tables.cells import NOTHING, Test
from linli.rulebook.tables.quantities import Kind, Known, Value, kind_of, stored

Example = tuple[Value, ...]
MOST_LOOKS = 50_000
OTHER = "…"


@dataclass(frozen=True)
class Column:
    """What is known of an input: its kind, the least step between values, its bounds, its codes, whether it may lack."""

    kind: Kind
    step: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    codes: tuple[str, ...] | None = None
    may_lack: bool = True


class TooManyRegions(Exception):
    """The table has too many combinations to be judged in a moment."""


class Regions:
    """A table laid out in regions. Every cell must be readable."""

    def __init__(self, decision: Decision, columns: Sequence[Column]) -> None:
        self.rows = range(1, len(decision.rules) + 1)
        tests = [[test_of(decision, row, n) for n in range(len(columns))] for row in self.rows]
        self.examples = [
            list(_examples(column, [cells[n] for cells in tests]))
            for n, column in enumerate(columns)
        ]
        self.spans = {
            row: [
                frozenset()
                if test.names
                else frozenset(i for i, v in enumerate(self.examples[n]) if test.holds(v, NOTHING))
                for n, test in enumerate(cells)
            ]
            for row, cells in zip(self.rows, tests, strict=True)
        }
        self.is_decidable = not any(test.names for cells in tests for test in cells)
        self.looks = 0

    def overlaps(self) -> Iterator[tuple[int, int, Example]]:
        """Give every two rows that fit the same inputs, with such inputs."""
        for row in self.rows:
            for other in range(row + 1, len(self.rows) + 1):
                shared = [a & b for a, b in zip(self.spans[row], self.spans[other], strict=True)]
                if all(shared):
                    yield row, other, self._example(map(min, shared))

    def gap(self) -> Example | None:
        """Give inputs that no row fits, or None. Raises TooManyRegions."""
        everything = [frozenset(range(len(examples))) for examples in self.examples]
        return self._uncovered(everything, self.rows)

    def is_reached(self, row: int, before: Iterable[int]) -> bool:
        """Tell whether some inputs fit this row and none of the others. Raises TooManyRegions."""
        if not all(self.spans[row]):
            return True
        return self._uncovered(self.spans[row], before) is not None

    def fits_nothing(self, row: int) -> bool:
        """Tell whether no inputs fit this row."""
        return self.is_decidable and not all(self.spans[row])

    def _uncovered(self, box: Sequence[frozenset[int]], rows: Iterable[int]) -> Example | None:
        seen: set[tuple[int, frozenset[int]]] = set()
        self.looks = 0

        def fills(row: int, place: int) -> bool:
            return all(map(frozenset.issubset, box[place:], self.spans[row][place:]))

        def uncovered(place: int, left: frozenset[int]) -> list[int] | None:
            if not left:
                return [min(span) for span in box[place:]]
            self.looks += 1
            if self.looks > MOST_LOOKS:
                raise TooManyRegions
            if (place, left) in seen or any(fills(row, place) for row in left):
                return None
            for region in sorted(box[place]):
                rest = frozenset(row for row in left if region in self.spans[row][place])
                if (found := uncovered(place + 1, rest)) is not None:
                    return [region, *found]
            seen.add((place, left))
            return None

        found = uncovered(0, frozenset(rows))
        return None if found is None else self._example(found)

    def _example(self, regions: Iterable[int]) -> Example:
        return tuple(self.examples[n][region] for n, region in enumerate(regions))


def _examples(column: Column, tests: Sequence[Test]) -> Iterator[Value]:
    limits = {limit.read(NOTHING) for test in tests for limit in test.limits() if not limit.names}
    if column.kind == "bool":
        yield from (True, False)
    elif column.codes is not None:
        yield from column.codes
    elif column.kind == "text":
        texts = sorted(limit for limit in limits if isinstance(limit, str))
        yield from (*texts, OTHER)
    elif column.kind != "other":
        for value in _spread(column, [limit for limit in limits if kind_of(limit) == column.kind]):
            yield stored(value)
    else:
        yield OTHER
    if column.may_lack:
        yield None


def _spread(column: Column, limits: list[Any]) -> Iterator[Known]:
    """Give the limits, something between every two of them, and something beyond both ends."""
    bounds = [bound for bound in (column.low, column.high) if bound is not None]
    points: list[Any] = sorted({*limits, *bounds} or {NOUGHT[column.kind]})
    between, far = BETWEEN[column.kind], FAR[column.kind]
    listed = [_beyond(points[0], -far), points[0]]
    for first, second in pairwise(points):
        listed += [between(first, second, column.step), second]
    listed.append(_beyond(points[-1], far))
    for value in listed:
        too_low = column.low is not None and value is not None and value < column.low
        too_high = column.high is not None and value is not None and value > column.high
        if value is not None and not too_low and not too_high:
            yield value


def _beyond(point: Any, far: Any) -> Any:
    try:
        return point + far
    except OverflowError:
        return None


def _number_between(first: Fraction, second: Fraction, step: Fraction | None) -> Fraction | None:
    if step is None:
        return (first + second) / 2
    value = (first // step + 1) * step
    return value if value < second else None


def _day_between(first: date, second: date, _step: Fraction | None) -> date | None:
    return first + timedelta(days=1) if (second - first).days > 1 else None


def _moment_between(first: datetime, second: datetime, _step: Fraction | None) -> datetime | None:
    """Give a moment between two; moments are kept to the second."""
    return first + timedelta(seconds=1) if second - first > timedelta(seconds=1) else None


NOUGHT: dict[str, Any] = {
    "number": Fraction(0),
    "date": date(2026, 1, 1),
    "moment": datetime.fromisoformat("2026-01-01T00:00:00+08:00"),
}
FAR: dict[str, Any] = {
    "number": Fraction(1),
    "date": timedelta(days=1),
    "moment": timedelta(seconds=1),
}
BETWEEN: dict[str, Callable[[Any, Any, Fraction | None], Any]] = {
    "number": _number_between,
    "date": _day_between,
    "moment": _moment_between,
}
