# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""What waits for an actor: the inbox, one kind of step of it, and a fair sample that is the same at every look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.casework.definitions import current
from linli.casework.queries.lists import Page, bounded, counted
from linli.casework.queries.rows import COLUMNS, NAMES, CaseRow, rows_of
from linli.casework.queries.seeing import awaits
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

ALL = 100
WAITING = """
    SELECT i.case_id, i.action, i.member_kind, i.member_key, min(i.since) AS since
    FROM casework_inboxrow i WHERE i.office_id = %s AND {}
    GROUP BY i.case_id, i.action, i.member_kind, i.member_key
"""
SAMPLED = "('x' || substr(md5(c.number), 1, 8))::bit(32)::bigint %% 100 < %s"
JOINED = """
    FROM ({}) w JOIN casework_case c ON c.id = w.case_id JOIN casework_definition d ON d.id = c.definition_id
"""


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
class Narrowed:
    """One kind of step that waits: an action of a mechanism, and of how many in a hundred, drawn by the case's number."""

    mechanism: str
    action: str
    share: int = ALL


def inbox(
    *, actor: Actor, at: datetime, page: int = 1, size: int = 50, narrowed: Narrowed | None = None
) -> Page[InboxLine]:
    """Give what waits for an actor, or one kind of step or a sample of it, the earliest due first. Five statements."""
    joined, values = _joined(actor, narrowed)
    total = (
        waiting_count(actor=actor, at=at)
        if narrowed is None
        else counted(f"SELECT count(*) {joined}", values)
    )
    page, pages = bounded(page, total, size)
    sql = f"""
        SELECT {COLUMNS}, w.action, w.member_kind, w.member_key, w.since
        {joined}
        ORDER BY c.due_at, w.since, c.id, w.action, w.member_key LIMIT %s OFFSET %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, size, (page - 1) * size])
        listed = cursor.fetchall()
    rows = rows_of([dict(zip(NAMES, row, strict=False)) for row in listed], at)
    lines = (_line(row, *tail[len(NAMES) :]) for row, tail in zip(rows, listed, strict=True))
    return Page(tuple(lines), total, page, pages)


def waiting_steps(*, actor: Actor) -> list[tuple[str, str, int]]:
    """Give (mechanism, action, how many wait) of the kinds of steps that wait for an actor, the most first."""
    joined, values = _joined(actor, None)
    sql = f"SELECT c.mechanism, w.action, count(*) {joined} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def waiting_count(*, actor: Actor, at: datetime) -> int:
    """Give how many things wait for an actor. One statement."""
    del at  # inbox rows are written at commit: what waits, waits at any moment
    condition, values = awaits(actor)
    sql = f"SELECT count(*) FROM ({WAITING.format(condition)}) w"
    return counted(sql, [current_office(), *values])


def waiting_at_least(*, actor: Actor, most: int) -> int:
    """Give how many things wait for an actor, as far as `most`, which stands for more. One statement.

    What waits for several of the actor's duties is one thing: twice as many rows are looked at as are counted.
    """
    condition, values = awaits(actor)
    sql = f"""
        SELECT count(DISTINCT (i.case_id, i.action, i.member_kind, i.member_key)), count(*) FROM (
            SELECT i.case_id, i.action, i.member_kind, i.member_key FROM casework_inboxrow i
            WHERE i.office_id = %s AND {condition} LIMIT %s
        ) i
    """
    looked_at = most * 2
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_office(), *values, looked_at])
        things, rows = cursor.fetchone()
    return most if rows == looked_at else min(int(things), most)


def _joined(actor: Actor, narrowed: Narrowed | None) -> tuple[str, Sequence[Any]]:
    condition, values = awaits(actor)
    text = JOINED.format(WAITING.format(condition))
    if narrowed is None:
        return text, [current_office(), *values]
    only = f"{text} WHERE c.mechanism = %s AND w.action = %s AND {SAMPLED}"
    return only, [current_office(), *values, narrowed.mechanism, narrowed.action, narrowed.share]


def _line(
    row: CaseRow, action: str, kind: str | None, key: str | None, since: datetime
) -> InboxLine:
    rule = current(row.mechanism).actions.get(action)
    label = Label(zh=rule.zh, en=rule.en) if rule else Label(zh=action, en=action)
    member = (kind, key) if kind is not None and key is not None else None
    return InboxLine(row, action, label, since, row.due_at, member)
