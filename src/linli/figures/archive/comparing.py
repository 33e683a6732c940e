"""Figures read from the archive by DuckDB, and held against those that PostgreSQL reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from linli.casework.definitions import in_force
from linli.figures.archive.writing import duckdb, file_of
from linli.figures.compiling import Frame
from linli.figures.counters import Counters
from linli.figures.finding import figure_keys, figure_named
from linli.figures.periods import Period
from linli.figures.readings import Value
from linli.figures.rollups.parts import Part, kept_part, month_of
from linli.figures.valuing import value_of
from linli.registry.queries import this_office
from linli.registry.scope import within_sql
from linli.rulebook.counting import Counted, FigureTree

SUMS = """
    SELECT part, took, sum(times)::BIGINT, sum(amount) FROM read_parquet(?)
    WHERE month >= ? AND month < ? AND told < ? AND {inside} GROUP BY part, took
"""


@dataclass(frozen=True)
class Compared:
    """A figure on both engines. `archived` is None where it does not add up over months and was left out."""

    key: str
    live: Value | None
    archived: Value | None

    @property
    def differs(self) -> bool:
        """Say whether both were read and are not the same."""
        return self.archived is not None and self.archived != self.live


@dataclass(frozen=True)
class Archive:
    """Counts parts of figures over the files of the open office. Months without a file count as nothing."""

    files: tuple[Path, ...]
    line: Any
    memory: dict[tuple[Any, ...], dict[int, list[tuple[Any, ...]]]] = field(default_factory=dict)

    def amount(self, counted: Counted, frame: Frame) -> Decimal | None:
        """Give how many records there are, or the sum of their amounts."""
        found = self._found(counted, frame)
        column = 1 if counted.total is None else 2
        return sum((Decimal(row[column]) for row in found), Decimal(0))

    def histogram(self, counted: Counted, frame: Frame) -> dict[int, int]:
        """Give how many records took how many full units."""
        return {took: times for took, times, _ in self._found(counted, frame) if times}

    def _found(self, counted: Counted, frame: Frame) -> list[tuple[Any, ...]]:
        part = _part(counted)
        assert part is not None
        first, last = month_of(frame.period.start), month_of(frame.period.end)
        first = 0 if part.is_stock else first
        key = (first, last, frame.place)
        if key not in self.memory:
            inside, bounds = within_sql("area", [frame.place])
            text, files = SUMS.format(inside=inside.replace("%s", "?")), [*map(str, self.files)]
            found: dict[int, list[tuple[Any, ...]]] = {}
            lines = self.line.execute(text, [files, first, last, last, *bounds]) if files else None
            for one, *line in lines.fetchall() if lines else ():
                found.setdefault(one, []).append(tuple(line))
            self.memory[key] = found
        return self.memory[key].get(part.key, [])


def compare(folder: Path, period: Period, *, place: str | None = None) -> Iterator[Compared]:
    """Give every figure over whole months, read from the records by PostgreSQL and from the archive by DuckDB.

    Raises AnalyticsMissing.
    """
    office = this_office()
    frame = Frame(period, place or office.path)
    files = tuple(sorted((folder / file_of(0).parts[0]).glob("y=*/m=*.parquet")))
    counters = Counters(in_force())
    with duckdb().connect() as line:
        archive = Archive(files, line)
        for key in figure_keys():
            tree = figure_named(key)
            if not _is_kept(tree):
                yield Compared(key, None, None)
                continue
            live = value_of(tree, frame, counters)
            yield Compared(key, live, value_of(tree, frame, archive))


def _is_kept(tree: FigureTree) -> bool:
    return all(_part(one) is not None for one in (*tree.num, *(tree.den or ())))


def _part(counted: Counted) -> Part | None:
    return kept_part(counted, in_force()[counted.mechanism])
