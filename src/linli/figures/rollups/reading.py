"""Reading roll-ups: whole months from the cells, and from the records what was touched since, and parts of months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from linli.figures.compiling import Clause, Frame
from linli.figures.dimensions import AREA as BY_AREA
from linli.figures.dimensions import CATEGORY as BY_CATEGORY
from linli.figures.dimensions import MONTH as BY_MONTH
from linli.figures.dimensions import grouping
from linli.figures.periods import Period
from linli.figures.rollups.asking import rows
from linli.figures.rollups.keeping import runs
from linli.figures.rollups.parts import (
    AREA,
    CATEGORY,
    MONTH_OF,
    WHOLE,
    Part,
    kept_part,
    month_begins,
    month_of,
    parts_of_trees,
)
from linli.registry.isolation import current_office
from linli.registry.queries import this_office
from linli.registry.scope import within_sql
from linli.rulebook.counting import Counted, FigureTree
from linli.rulebook.mechanism import Mechanism

MOST_TOUCHED = 2_000
MOST_RUNS = 3
Found = Sequence[tuple[Any, ...]]
KEPT = "SELECT part FROM figures_rolluppart WHERE office_id = %(office)s AND part = ANY(%(parts)s)"
# What steps touched after the cursor: those with a position, and those that have none yet.
TOUCHED = f"""
    WITH cases AS (
        SELECT case_id FROM casework_pending WHERE office_id = %(office)s
        UNION ALL
        SELECT p.case_id FROM casework_position p WHERE p.office_id = %(office)s AND p.position >
            (SELECT position FROM figures_rollupcursor WHERE office_id = %(office)s)
        LIMIT {MOST_TOUCHED}
    )
    SELECT '', (SELECT count(*) FROM cases)::int
    UNION ALL
    SELECT DISTINCT s.mechanism, {MONTH_OF.format("s.at")} FROM casework_step s
    WHERE s.case_id IN (SELECT case_id FROM cases)
      AND (SELECT count(*) FROM cases) < {MOST_TOUCHED}
"""
CELLS = """
    SELECT part, {named}, took, sum(times)::bigint, sum(amount) FROM figures_rollupcell
    WHERE {whose} AND part = ANY(%s) AND grain = %s AND {inside}
      AND month >= %s AND month < %s AND told < %s AND NOT month = ANY(%s)
    GROUP BY 1, 2, 3
"""
MONTH_NAMED = "to_char(month / 12, 'FM0000') || '-' || to_char(month %% 12 + 1, 'FM00')"


@dataclass(frozen=True)
class Whole:
    """The whole months of a frame for a part: which cells count, and what must be read from the records."""

    first: int
    last: int
    told: int
    pieces: tuple[Period, ...]
    left_out: tuple[int, ...]


@dataclass
class Rollups:
    """The roll-ups of the open office as they stand, for one reading."""

    mechanisms: Mapping[str, Mechanism] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()
    touched: Mapping[str, set[int]] | None = None
    asked: tuple[Part, ...] = ()
    memory: dict[tuple[Any, ...], dict[int, list[tuple[Any, ...]]]] = field(default_factory=dict)

    @classmethod
    def standing(cls, mechanisms: Mapping[str, Mechanism], asked: Iterable[FigureTree]) -> Rollups:
        """Give what is kept in the open office, and which months were touched since it was counted."""
        parts, given = parts_of_trees(asked, mechanisms), {"office": current_office()}
        kept = frozenset(key for (key,) in rows(KEPT, {**given, "parts": list(parts)}))
        if not kept:
            return cls(mechanisms)
        (_, count), *months = sorted(rows(TOUCHED, given))
        touched: dict[str, set[int]] = {}
        for mechanism, month in months:
            touched.setdefault(mechanism, set()).add(month)
        known = None if count >= MOST_TOUCHED else touched
        return cls(mechanisms, kept, known, tuple(parts.values()))

    def amounts(
        self, counted: Counted, frame: Frame, by: str | None = None
    ) -> dict[str, Decimal] | None:
        """Give the amount of each group ('' when there are none); None where it must be read from the records."""
        found = self._found(counted, frame, by)
        if found is None:
            return None
        amounts: dict[str, Decimal] = {}
        for _, named, _, times, amount in found:
            more = Decimal(times) if counted.total is None else amount
            amounts[named] = amounts.get(named, Decimal(0)) + more
        return amounts

    def histograms(
        self, counted: Counted, frame: Frame, by: str | None = None
    ) -> dict[str, dict[int, int]] | None:
        """Give the histogram of each group; None where it must be read from the records."""
        found = self._found(counted, frame, by)
        if found is None:
            return None
        histograms: dict[str, dict[int, int]] = {}
        for _, named, took, times, _ in found:
            histogram = histograms.setdefault(named, {})
            histogram[took] = histogram.get(took, 0) + times
        return {
            named: {took: times for took, times in histogram.items() if times}
            for named, histogram in histograms.items()
        }

    def _found(self, counted: Counted, frame: Frame, by: str | None) -> Found | None:
        if not self.kept or frame.as_of is not None:
            return None
        part = kept_part(counted, self.mechanisms[counted.mechanism])
        if part is None or part.key not in self.kept:
            return None
        grain = _grain(part, frame, by)
        whole = self._whole(part, frame)
        if grain is None or whole is None:
            return None
        more = grouping(part.mechanism, counted, frame.place, by) if by else None
        found = self._cells(part, frame, by, grain, whole)
        for piece in whole.pieces:
            found = [*found, *_from_records(part, piece, frame.place, more, whole.told)]
        return found

    def _whole(self, part: Part, frame: Frame) -> Whole | None:
        if self.touched is None:
            return None
        period, whole = frame.period, whole_months(frame.period)
        end = month_of(period.end)
        is_aligned = month_begins(end) == period.end
        if part.is_stock:
            first, last = 0, end
            parts = [] if is_aligned else [Period("", month_begins(end), period.end)]
        elif whole is None or (part.is_turning and not is_aligned):
            return None
        else:
            first, last = whole
            parts = [
                Period("", a, b)
                for a, b in ((period.start, month_begins(first)), (month_begins(last), period.end))
                if a < b
            ]
        left_out = {
            month for month in self.touched.get(part.counted.mechanism, ()) if first <= month < last
        }
        pieces = [Period("", month_begins(a), month_begins(b)) for a, b in runs(left_out)]
        if len(pieces) > MOST_RUNS:
            return None
        told = end if is_aligned else end + 1
        return Whole(first, last, told, (*parts, *pieces), tuple(left_out))

    def _cells(self, part: Part, frame: Frame, by: str | None, grain: int, whole: Whole) -> Found:
        """Give the cells of a part; those of all parts alike are read with the first of them."""
        key = (
            frame.place, by, grain, whole.first, whole.last, whole.told, whole.left_out, part.kind
        )  # fmt: skip
        if key not in self.memory:
            inside, bounds = within_sql("area", [frame.place])
            named = named_by(by, frame.place)
            alike = {one.key for one in self.asked if one.kind == part.kind} & self.kept
            text = CELLS.format(named=named.text, whose="office_id = %s", inside=inside)
            office, keys = current_office(), list(alike | {part.key})
            given = [whole.first, whole.last, whole.told, list(whole.left_out)]
            found: dict[int, list[tuple[Any, ...]]] = {}
            for row in rows(text, [*named.parameters, office, keys, grain, *bounds, *given]):
                found.setdefault(row[0], []).append(row)
            self.memory[key] = found
        return self.memory[key].get(part.key, [])


def whole_months(period: Period) -> tuple[int, int] | None:
    """Give the whole months of a period, the second one not included; None where it has none."""
    first, last = month_of(period.start), month_of(period.end)
    if month_begins(first) < period.start:
        first += 1
    return (first, last) if first < last else None


def _grain(part: Part, frame: Frame, by: str | None) -> int | None:
    """Give which cells tell the groups apart; None where none do."""
    is_whole = frame.place == this_office().path
    if by == BY_CATEGORY:
        return CATEGORY if is_whole else None
    if by == BY_AREA or not is_whole:
        is_told = by in (None, BY_AREA, BY_MONTH) and part.counted.span is None
        grain: int | None = AREA if is_told else None
    else:
        grain = WHOLE if by in (None, BY_MONTH) else None
    return None if part.is_stock and by == BY_MONTH else grain


def named_by(by: str | None, place: str) -> Clause:
    """Give the SQL value of a cell that tells the groups apart."""
    if by == BY_AREA:
        return Clause("split_part(substr(area, %s), '/', 1)", [len(place) + 1])
    return Clause({BY_CATEGORY: "category", BY_MONTH: MONTH_NAMED}.get(by or "", "''"))


def _from_records(part: Part, piece: Period, place: str, more: Clause | None, told: int) -> Found:
    """Give the same columns as cells do, counted from the records."""
    found = part.found(piece, place, more)
    text = (
        f"SELECT %s::bigint, named, took, sum(times)::bigint, sum(amount) FROM ({found.text}) f"
        " WHERE told < %s GROUP BY 2, 3"
    )
    return rows(text, [part.key, *found.parameters, told])
