# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""Lists of cases: the filtered list with its counts, the board by state, and the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection

from linli.casework.definitions import current
from linli.casework.queries.rows import COLUMNS, NAMES, TABLES, CaseRow, found, rows_of
from linli.casework.queries.seeing import Condition, awaits, seen_by
from linli.registry.isolation import current_office
from linli.registry.scope import within_sql
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label

ZONE = ZoneInfo("Asia/Shanghai")
BOARD_CARDS = 20
LIVE = ("intake", "open")
WAITING = """
    SELECT i.case_id, i.action, i.member_kind, i.member_key, min(i.since) AS since
    FROM casework_inboxrow i WHERE i.office_id = %s AND {}
    GROUP BY i.case_id, i.action, i.member_kind, i.member_key
"""
Line = TypeVar("Line")


@dataclass(frozen=True)
class CaseFilters:
    """What a list is narrowed to. Moments are half-open: [opened_from, opened_to)."""

    mechanism: str | None = None
    state: str | None = None
    phase: str | None = None
    category: str | None = None
    area: str | None = None
    holder: int | None = None
    source: str | None = None
    late: bool | None = None
    opened_from: date | datetime | None = None
    opened_to: date | datetime | None = None
    words: str | None = None
    number: str | None = None
    ids: Sequence[int] | None = None


@dataclass(frozen=True)
class Page(Generic[Line]):
    """One page of a list, and how much there is in all."""

    rows: tuple[Line, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class InboxLine:
    """Something that waits for an actor: the case, the action, about which participant, since when."""

    row: CaseRow
    action: str
    action_label: Label
    since: datetime
    due_at: datetime | None
    member: tuple[str, str] | None = None


@dataclass(frozen=True)
class BoardColumn:
    """A state with the cases that are in it: how many, and the most urgent of them."""

    state: str
    label: Label
    phase: str
    count: int
    rows: tuple[CaseRow, ...]


def cases(
    *, actor: Actor, filters: CaseFilters, at: datetime, page: int = 1, size: int = 50
) -> Page[CaseRow]:
    """Give a page of the cases an actor may see, newest first. Five statements."""
    where, values = _where(actor, filters, at)
    total = _count(f"SELECT count(*) FROM casework_case c WHERE {where}", values)
    page, pages = _bounded(page, total, size)
    sql = f"""
        SELECT {COLUMNS} FROM {TABLES} WHERE {where}
        ORDER BY c.opened_at DESC, c.id DESC LIMIT %s OFFSET %s
    """
    rows = rows_of(found(sql, [*values, size, (page - 1) * size]), at)
    return Page(tuple(rows), total, page, pages)


def state_counts(
    *, actor: Actor, filters: CaseFilters, at: datetime | None = None
) -> dict[tuple[str, str], int]:
    """Give how many cases are in each state of each mechanism, whatever state the filters name.

    `at` is needed only to tell the late ones. One statement.
    """
    where, values = _where(actor, filters, at, but=("state", "phase"))
    sql = f"SELECT c.mechanism, c.state, count(*) FROM casework_case c WHERE {where} GROUP BY 1, 2"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {(mechanism, state): count for mechanism, state, count in cursor.fetchall()}


def board(*, actor: Actor, mechanism: str, at: datetime) -> list[BoardColumn]:
    """Give the open states of a mechanism in order, each with its count and its most urgent cases."""
    where, values = _where(actor, CaseFilters(mechanism=mechanism), at)
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


def inbox(*, actor: Actor, at: datetime, page: int = 1, size: int = 50) -> Page[InboxLine]:
    """Give what waits for an actor, the earliest due first. Five statements."""
    condition, values = awaits(actor)
    total = waiting_count(actor=actor, at=at)
    page, pages = _bounded(page, total, size)
    sql = f"""
        SELECT {COLUMNS}, w.action, w.member_kind, w.member_key, w.since
        FROM ({WAITING.format(condition)}) w JOIN casework_case c ON c.id = w.case_id
            JOIN casework_definition d ON d.id = c.definition_id
        ORDER BY c.due_at, w.since, c.id, w.action, w.member_key LIMIT %s OFFSET %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_office(), *values, size, (page - 1) * size])
        listed = cursor.fetchall()
    rows = rows_of([dict(zip(NAMES, row, strict=False)) for row in listed], at)
    lines = (_line(row, *tail[len(NAMES) :]) for row, tail in zip(rows, listed, strict=True))
    return Page(tuple(lines), total, page, pages)


def waiting_count(*, actor: Actor, at: datetime) -> int:
    """Give how many things wait for an actor. One statement."""
    del at  # inbox rows are written at commit: what waits, waits at any moment
    condition, values = awaits(actor)
    sql = f"SELECT count(*) FROM ({WAITING.format(condition)}) w"
    return _count(sql, [current_office(), *values])


def numbers_present(numbers: Iterable[str]) -> set[str]:
    """Give those of the numbers that the open office has cases of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM casework_case WHERE office_id = %s AND number = ANY(%s::text[])",
            [current_office(), list(numbers)],
        )
        return {number for (number,) in cursor.fetchall()}


def _line(
    row: CaseRow, action: str, kind: str | None, key: str | None, since: datetime
) -> InboxLine:
    rule = current(row.mechanism).actions.get(action)
    label = Label(zh=rule.zh, en=rule.en) if rule else Label(zh=action, en=action)
    member = (kind, key) if kind is not None and key is not None else None
    return InboxLine(row, action, label, since, row.due_at, member)


def _where(
    actor: Actor, filters: CaseFilters, at: datetime | None, *, but: Sequence[str] = ()
) -> tuple[str, list[Any]]:
    seen, values = seen_by(actor)
    conditions, values = ["c.office_id = %s", seen], [current_office(), *values]
    for name, (text, given) in _conditions(filters, at).items():
        if name not in but:
            conditions.append(text)
            values += given
    return " AND ".join(conditions), values


def _conditions(filters: CaseFilters, at: datetime | None) -> dict[str, Condition]:
    equal = ("mechanism", "state", "phase", "source", "number")
    wanted: dict[str, Condition] = {
        name: (f"c.{name} = %s", [getattr(filters, name)])
        for name in equal
        if getattr(filters, name)
    }
    if filters.holder is not None:
        wanted["holder"] = "c.holder_id = %s", [filters.holder]
    if filters.category:
        wanted["category"] = "c.category = ANY(%s::text[])", [_with_children(filters.category)]
    if filters.area:
        text, given = within_sql("c.area", [filters.area])
        wanted["area"] = text, list(given)
    if filters.late is not None and at is not None:
        late = "(c.closed_at IS NULL AND c.due_at IS NOT NULL AND c.due_at < %s)"
        wanted["late"] = (late if filters.late else f"NOT {late}"), [at]
    return wanted | _bounds(filters)


def _bounds(filters: CaseFilters) -> dict[str, Condition]:
    wanted: dict[str, Condition] = {}
    if filters.opened_from is not None:
        wanted["opened_from"] = "c.opened_at >= %s", [_moment(filters.opened_from)]
    if filters.opened_to is not None:
        wanted["opened_to"] = "c.opened_at < %s", [_moment(filters.opened_to)]
    if filters.ids is not None:
        wanted["ids"] = "c.id = ANY(%s::bigint[])", [list(filters.ids)]
    if filters.words and filters.words.strip():
        wanted["words"] = _words(filters.words.strip())
    return wanted


def _words(words: str) -> Condition:
    """Give the condition that the number or a readable text holds these words, all of them."""
    says = "c.id IN (SELECT casework_cases_saying(%s))"
    conditions, values = [], []
    for word in words.split():
        like = "%" + word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        conditions.append(f"(c.number ILIKE %s OR {says})")
        values += [like, like]
    return f"({' AND '.join(conditions)})", list(values)


def _with_children(code: str) -> list[str]:
    """Give a category with all below it, in whichever list it stands."""
    codes = {code}
    for listed in shipped().codes.values():
        for _ in listed.codes:
            below = {key for key, entry in listed.codes.items() if entry.parent in codes}
            if below <= codes:
                break
            codes |= below
    return sorted(codes)


def _moment(day: date | datetime) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time(), ZONE)


def _bounded(page: int, total: int, size: int) -> tuple[int, int]:
    pages = max(1, -(-total // size))
    return min(max(1, page), pages), pages


def _count(sql: str, values: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])
