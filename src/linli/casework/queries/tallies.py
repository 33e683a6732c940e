# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""Counting cases by several filters in one pass: in all, by place and by holder; what piles up; dots for a map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from linli.casework.definitions import in_force
from linli.casework.journal.wording import Wording
from linli.casework.queries.filters import CaseFilters, conditions_of, where_of
from linli.casework.queries.rows import category_label
from linli.casework.queries.seeing import Condition
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import at_hand

Row = dict[str, int]


@dataclass(frozen=True)
class Counts:
    """How many cases fit each filter, by the filter's name: in all, by exact area, by holder (0: nobody)."""

    whole: Row
    areas: dict[str, Row] = field(default_factory=dict)
    holders: dict[int, Row] = field(default_factory=dict)


@dataclass(frozen=True)
class Cluster:
    """Cases of one mechanism and category in one area."""

    mechanism: str
    category: str
    label: Label | None
    area: str
    count: int


@dataclass(frozen=True)
class Dot:
    """Where a case is, and whether its main clock has run out."""

    lon: float
    lat: float
    is_late: bool


def tallies(*, actor: Actor, filters: Mapping[str, CaseFilters], at: datetime) -> Counts:
    """Count the cases that an actor may see by each of several filters, in one statement.

    Each number is that of a list narrowed by its filter: the condition is one and the same, and each is counted
    for itself, so that it is found by the index that suits it.
    """
    if not filters:
        return Counts({})
    seen, values = where_of(actor, CaseFilters(), at)
    branches, given = [], list[Any]()
    for nth, one in enumerate(filters.values()):
        text, own = _joined(conditions_of(one, at).values())
        branches.append(
            f"SELECT {nth} AS nth, c.area, c.holder_id FROM casework_case c WHERE {seen} AND {text}"
        )
        given += [*values, *own]
    sql = f"""
        SELECT nth, area, holder_id, count(*) FROM ({" UNION ALL ".join(branches)}) found
        GROUP BY 1, 2, 3
    """
    names, counts = [*filters], Counts(dict.fromkeys(filters, 0))
    for nth, area, holder, number in _rows(sql, given):
        of_area = counts.areas.setdefault(area, dict.fromkeys(names, 0))
        of_holder = counts.holders.setdefault(holder or 0, dict.fromkeys(names, 0))
        for row in (counts.whole, of_area, of_holder):
            row[names[nth]] += number
    return counts


def clusters(
    *, actor: Actor, filters: CaseFilters, at: datetime, least: int, most: int
) -> tuple[Cluster, ...]:
    """Give where cases of one category pile up in one area, the largest pile first. One statement."""
    where, values = where_of(actor, filters, at)
    sql = f"""
        SELECT c.mechanism, c.category, c.area, count(*) FROM casework_case c
        WHERE {where} AND c.category <> '' GROUP BY 1, 2, 3 HAVING count(*) >= %s
        ORDER BY 4 DESC, 1, 2, 3 LIMIT %s
    """
    known, wording = in_force(), Wording(at_hand())
    return tuple(
        Cluster(key, category, category_label(known[key], category, wording), area, count)
        for key, category, area, count in _rows(sql, [*values, least, most])
        if key in known
    )


def dots(*, actor: Actor, filters: CaseFilters, at: datetime, most: int) -> tuple[Dot, ...]:
    """Give the places of cases, the most urgent first. One statement."""
    where, values = where_of(actor, filters, at)
    sql = f"""
        SELECT c.lon, c.lat, coalesce(c.due_at < %s, false) FROM casework_case c
        WHERE {where} AND c.lon IS NOT NULL ORDER BY c.due_at LIMIT %s
    """
    return tuple(Dot(*row) for row in _rows(sql, [at, *values, most]))


def _joined(conditions: Iterable[Condition]) -> Condition:
    listed = [*conditions]
    text = " AND ".join(text for text, _given in listed) or "true"
    return f"({text})", [value for _text, given in listed for value in given]


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
