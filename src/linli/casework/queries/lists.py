# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""Lists of cases: the filtered list with its counts, and the board by state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connection

from linli.casework.definitions import current
from linli.casework.queries.filters import CaseFilters, conditions_of, where_of
from linli.casework.queries.rows import COLUMNS, NAMES, TABLES, CaseRow, found, rows_of
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

BOARD_CARDS = 20
TAIL = 1_000  # as far as news looks back in the journal
NEWEST = "ORDER BY c.opened_at DESC, c.id DESC"
LIVE = ("intake", "open")
Line = TypeVar("Line")


@dataclass(frozen=True)
class Page(Generic[Line]):
    """One page of a list, and how much there is in all."""

    rows: tuple[Line, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class BoardColumn:
    """A state with the cases that are in it: how many, and the most urgent of them."""

    state: str
    label: Label
    phase: str
    count: int
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True)
class Breadth:
    """How much a list narrows to: in all, and in each state of each mechanism.

    `by_mechanism` leaves out what the filters say of mechanism, state, phase and category; `by_state` keeps the category.
    """

    total: int
    by_mechanism: dict[tuple[str, str], int]
    by_state: dict[tuple[str, str], int]


def cases(
    *,
    actor: Actor,
    filters: CaseFilters,
    at: datetime,
    page: int = 1,
    size: int = 50,
    total: int | None = None,
) -> Page[CaseRow]:
    """Give a page of the cases an actor may see, newest first. At most six statements; five when the total is known."""
    where, values = where_of(actor, filters, at)
    if total is None:
        total = counted(f"SELECT count(*) FROM casework_case c WHERE {where}", values)
    page, pages = bounded(page, total, size)
    sql = f"""
        SELECT {COLUMNS} FROM {TABLES} WHERE c.id = ANY(ARRAY(
            SELECT c.id FROM casework_case c WHERE {where} {NEWEST} LIMIT %s OFFSET %s
        )) {NEWEST}
    """
    rows = rows_of(found(sql, [*values, size, (page - 1) * size]), at)
    return Page(tuple(rows), total, page, pages)


def neighbours(
    *, row: CaseRow, actor: Actor, filters: CaseFilters, at: datetime
) -> tuple[str, str]:
    """Give the numbers of the cases just before and after one in a list; empty at its ends. One statement.

    The case itself need not be in the list any more: it may have been acted on since.
    """
    where, values = where_of(actor, filters, at)
    sql = f"""
        SELECT
            (SELECT c.number FROM casework_case c WHERE {where} AND (c.opened_at, c.id) > (%s, %s)
                ORDER BY c.opened_at, c.id LIMIT 1),
            (SELECT c.number FROM casework_case c WHERE {where} AND (c.opened_at, c.id) < (%s, %s)
                {NEWEST} LIMIT 1)
    """
    here = [*values, row.opened_at, row.id]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*here, *here])
        before, after = cursor.fetchone()
    return before or "", after or ""


@dataclass(frozen=True)
class News:
    """What happened to a list since it was looked at: cases that came, and cases in it that changed or left it."""

    came: int
    changed: int


def news_since(
    *,
    actor: Actor,
    filters: CaseFilters,
    at: datetime,
    since: datetime,
    seen: Mapping[int, int],
) -> News:
    """Give what happened to a list: `seen` are the revisions of the cases it showed, by id. One statement.

    Of cases it did not show, those that a step among the last thousand of the journal brought into it.
    """
    where, values = where_of(actor, filters, at)
    sql = f"""
        WITH tail AS (
            (SELECT case_id, seq FROM casework_position WHERE office_id = %s
                ORDER BY position DESC LIMIT {TAIL})
            UNION ALL (SELECT case_id, seq FROM casework_pending WHERE office_id = %s)
        ), moved AS (
            SELECT DISTINCT t.case_id FROM tail t
            JOIN casework_step s ON s.case_id = t.case_id AND s.seq = t.seq
            WHERE s.at > %s AND t.case_id <> ALL(%s::bigint[])
        )
        SELECT
            (SELECT count(*) FROM casework_case c JOIN moved ON moved.case_id = c.id WHERE {where}),
            (SELECT count(*) FROM casework_case c
                JOIN unnest(%s::bigint[], %s::int[]) AS shown (id, seq) ON shown.id = c.id
                WHERE c.office_id = %s AND c.seq > shown.seq)
    """
    office, shown = current_office(), list(seen)
    given = [office, office, since, shown, *values, shown, list(seen.values()), office]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return News(*cursor.fetchone())


def state_counts(
    *, actor: Actor, filters: CaseFilters, at: datetime | None = None
) -> dict[tuple[str, str], int]:
    """Give how many cases are in each state of each mechanism, whatever state the filters name.

    `at` is needed only to tell the late ones. One statement.
    """
    where, values = where_of(actor, filters, at, but=("state", "phase"))
    sql = f"SELECT c.mechanism, c.state, count(*) FROM casework_case c WHERE {where} GROUP BY 1, 2"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {(mechanism, state): count for mechanism, state, count in cursor.fetchall()}


def breadth(*, actor: Actor, filters: CaseFilters, at: datetime) -> Breadth:
    """Give how much a list narrows to, with what each state and mechanism would show. One statement."""
    where, values = where_of(actor, filters, at, but=("mechanism", "state", "phase", "category"))
    chosen, given = conditions_of(filters, at).get("category", ("true", []))
    sql = f"""
        SELECT c.mechanism, c.state, c.phase, count(*), count(*) FILTER (WHERE {chosen})
        FROM casework_case c WHERE {where} GROUP BY 1, 2, 3
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, *values])
        rows = cursor.fetchall()
    total, wide, narrow = 0, Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for mechanism, state, phase, count, fitting in rows:
        wide[mechanism, state] += count
        narrow[mechanism, state] += fitting
        asked = (filters.mechanism, filters.state, filters.phase)
        if all(a in (None, b) for a, b in zip(asked, (mechanism, state, phase), strict=True)):
            total += fitting
    return Breadth(total, dict(wide), dict(narrow))


def opened_since(*, source: str, since: datetime) -> dict[str, int]:
    """Give how many cases of each mechanism came in by a source since a moment. One statement."""
    sql = """
        SELECT c.mechanism, count(*) FROM casework_case c
        WHERE c.office_id = %s AND c.opened_at >= %s AND c.source = %s GROUP BY 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_office(), since, source])
        return dict(cursor.fetchall())


def board(*, actor: Actor, mechanism: str, at: datetime) -> list[BoardColumn]:
    """Give the open states of a mechanism in order, each with its count and its most urgent cases."""
    where, values = where_of(actor, CaseFilters(mechanism=mechanism), at)
    states = {key: s for key, s in current(mechanism).states.items() if s.phase in LIVE}
    sql = f"""
        SELECT * FROM (
            SELECT {COLUMNS}, count(*) OVER (PARTITION BY c.state),
                row_number() OVER (PARTITION BY c.state ORDER BY c.due_at, c.opened_at, c.id) AS nth
            FROM {TABLES} WHERE {where} AND c.state = ANY(%s::text[])
        ) ranked WHERE nth <= %s ORDER BY nth
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, list(states), BOARD_CARDS])
        listed = cursor.fetchall()
    rows = rows_of([dict(zip(NAMES, row, strict=False)) for row in listed], at)
    counts = {row[NAMES.index("state")]: row[len(NAMES)] for row in listed}
    return [
        BoardColumn(
            state=key,
            label=Label(zh=state.zh, en=state.en),
            phase=state.phase,
            count=counts.get(key, 0),
            rows=tuple(row for row in rows if row.state == key),
        )
        for key, state in states.items()
    ]


def numbers_present(numbers: Iterable[str]) -> set[str]:
    """Give those of the numbers that the open office has cases of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM casework_case WHERE office_id = %s AND number = ANY(%s::text[])",
            [current_office(), list(numbers)],
        )
        return {number for (number,) in cursor.fetchall()}


def bounded(page: int, total: int, size: int) -> tuple[int, int]:
    """Give the page asked for, within those there are, and how many there are."""
    pages = max(1, -(-total // size))
    return min(max(1, page), pages), pages


def counted(sql: str, values: Sequence[Any]) -> int:
    """Give the one number that a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])
