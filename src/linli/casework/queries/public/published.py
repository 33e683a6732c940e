# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""Cases as the public may see them: those begun by certain actions, their public fields and changes of state."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.casework.definitions import compiled, in_force
from linli.casework.journal.casefiles import readings_of
from linli.casework.journal.reading import step_keyed
from linli.casework.queries.rows import COLUMNS, NAMES, TABLES, CaseRow, Found, rows_of
from linli.casework.queries.seeing import Condition
from linli.registry.isolation import current_office
from linli.rulebook.mechanism import Label, Mechanism

ENDED = ("done", "void")
BEGUN = "JOIN casework_step first ON first.case_id = c.id AND first.seq = 1"
LAST = "JOIN casework_step last ON last.case_id = c.id AND last.seq = c.seq"
TEXTS = """
    SELECT s.case_id, s.seq, s.field, s.text FROM casework_sealed s
        JOIN casework_step step ON step.case_id = s.case_id AND step.seq = s.seq
    WHERE s.case_id = ANY(%s::bigint[]) AND s.text IS NOT NULL AND s.field = ANY(%s::text[])
        AND (s.seq = 1 OR step.actor NOT LIKE 'resident:%%')
    ORDER BY s.case_id, s.seq
"""
REMARK = """EXISTS (
    SELECT FROM casework_sealed x WHERE x.case_id = s.case_id AND x.seq = s.seq
        AND x.text IS NOT NULL AND s.actor NOT LIKE 'resident:%%' AND x.field = ANY(%s::text[])
)"""
Start = tuple[str, str]


@dataclass(frozen=True)
class Published:
    """A case with what its mechanism shows to all. `expected_at`: when its main clock is due."""

    row: CaseRow
    mechanism: Mechanism
    action: str
    opened_by: str
    updated_at: datetime
    expected_at: datetime | None
    texts: Mapping[str, str]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Sought:
    """Which cases: begun by one of `starts`, and narrowed. Moments are half-open; `numbers` override the rest.

    `titled`: a field, and the words that it must hold.
    """

    starts: Collection[Start]
    numbers: Collection[str] | None = None
    is_open: bool | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    states: Collection[str] | None = None
    titled: tuple[str, str] | None = None


@dataclass(frozen=True)
class Turn:
    """A change of state, or a remark, that the public may hear of.

    `said`: the public texts that the office wrote with it, once it has taken the report on; what residents add later,
    unread by anybody, is not among them.
    """

    number: str
    seq: int
    at: datetime
    state: str
    state_label: Label
    action_label: Label
    has_ended: bool
    said: tuple[str, ...] = ()


def published_cases(
    sought: Sought, *, at: datetime, most: int, skip: int = 0
) -> tuple[Published, ...]:
    """Give the cases, newest first. Five statements, however many there are."""
    where, values = _where(sought)
    sql = f"""
        SELECT {COLUMNS}, first.action, c.opened_by, last.at
        FROM {TABLES} {BEGUN} {LAST} WHERE {where}
        ORDER BY c.opened_at DESC, c.id DESC LIMIT %s OFFSET %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, most, skip])
        listed = cursor.fetchall()
    cases = [dict(zip(NAMES, row, strict=False)) for row in listed]
    rows = rows_of(cases, at)
    mechanisms = [compiled(case["definition"], case["sha256"]) for case in cases]
    texts = _texts([case["id"] for case in cases], mechanisms)
    return tuple(
        Published(
            row=row,
            mechanism=mechanism,
            action=action,
            opened_by=opened_by,
            updated_at=updated_at,
            expected_at=_expected(case, mechanism),
            texts=texts[row.id],
            values=_open_values(case, mechanism),
        )
        for row, mechanism, case, (*_, action, opened_by, updated_at) in zip(
            rows, mechanisms, cases, listed, strict=True
        )
    )


def published_count(sought: Sought) -> int:
    """Give how many cases there are. One statement."""
    where, values = _where(sought)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLES} {BEGUN} {LAST} WHERE {where}", values)
        return int(cursor.fetchone()[0])


def published_turns(sought: Sought, *, most: int) -> tuple[Turn, ...]:
    """Give the changes of state of the cases and the remarks, oldest first; `updated_*` bound them. Two statements."""
    moments = Sought(
        sought.starts, sought.numbers, opened_from=None, opened_to=None,
    )  # fmt: skip
    where, values = _where(moments)
    for name, sign in (("updated_from", ">="), ("updated_to", "<")):
        moment = getattr(sought, name)
        if moment is not None:
            where += f" AND s.at {sign} %s"
            values.append(moment)
    sql = f"""
        SELECT c.id, c.state, c.number, c.definition_id, d.sha256, s.seq, s.at, s.action, s.to_state,
            s.seq = 1 OR s.from_state <> s.to_state
        FROM {TABLES} {BEGUN} JOIN casework_step s ON s.case_id = c.id
        WHERE {where} AND (s.seq = 1 OR s.from_state <> s.to_state OR {REMARK})
        ORDER BY s.at, s.case_id, s.seq LIMIT %s
    """
    names = sorted({name for rule in in_force().values() for name in _sealed_public(rule)})
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, names, most])
        rows = cursor.fetchall()
    told = _remarks({row[0] for row in rows}, names)
    turns = [(_turn(row, told.get((row[0], row[5]), {})), row[9]) for row in rows]
    return tuple(turn for turn, is_change in turns if is_change or turn.said)


def _remarks(cases: Collection[int], names: Sequence[str]) -> dict[tuple[int, int], dict[str, str]]:
    """Give the texts in fields of these names that the office wrote, by case and step and field."""
    found: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(TEXTS, [list(cases), list(names)])
        for case, seq, field, text in cursor.fetchall():
            found[case, seq][field] = text
    return found


def number_keyed(key: str) -> str | None:
    """Give the number of the case that an idempotency key opened; None for a key never used."""
    used = step_keyed(key)
    return used.number if used else None


def _turn(row: Sequence[Any], told: Mapping[str, str]) -> Turn:
    _case, stands, number, definition, sha256, seq, at, action, state, _is_change = row
    mechanism = compiled(definition, sha256)
    shown = _sealed_public(mechanism) if seq > 1 and is_released(mechanism, stands) else set()
    rule, stood = mechanism.actions.get(action), mechanism.states.get(state)
    plain = Label(zh=state, en=state)
    return Turn(
        number, seq, at, state,
        Label(zh=stood.zh, en=stood.en) if stood else plain,
        Label(zh=rule.zh, en=rule.en) if rule else Label(zh=action, en=action),
        has_ended=bool(stood and stood.phase in ENDED),
        said=tuple(text for field, text in told.items() if field in shown),
    )  # fmt: skip


def is_released(mechanism: Mechanism, state: str) -> bool:
    """Say whether the office has read a report and taken it on: its case has left the state in which reports begin.

    Until then, and for good when it is turned away, what somebody wrote stays between them and the office: it may
    hold a name or a telephone number.
    """
    stood = mechanism.states[state]
    return not stood.initial and stood.phase != "void"


def _where(sought: Sought) -> Condition:
    starts = sorted(sought.starts)
    conditions = ["c.office_id = %s", "c.mechanism = ANY(%s::text[])", _STARTED]
    values: list[Any] = [
        current_office(),
        sorted({mechanism for mechanism, _ in starts}),
        [f"{mechanism} {action}" for mechanism, action in starts],
    ]
    if sought.numbers is not None:
        return " AND ".join([*conditions, "c.number = ANY(%s::text[])"]), [
            *values,
            list(sought.numbers),
        ]
    if sought.is_open is not None:
        conditions.append("c.closed_at IS NULL" if sought.is_open else "c.closed_at IS NOT NULL")
    if sought.states is not None:
        conditions.append("c.state = ANY(%s::text[])")
        values.append(list(sought.states))
    if sought.titled is not None:
        conditions.append("strpos(lower(c.values ->> %s), lower(%s)) > 0")
        values += sought.titled
    for name, text in _MOMENTS.items():
        moment = getattr(sought, name)
        if moment is not None:
            conditions.append(text)
            values.append(moment)
    return " AND ".join(conditions), values


_STARTED = "c.mechanism || ' ' || first.action = ANY(%s::text[])"
_MOMENTS = {
    "opened_from": "c.opened_at >= %s",
    "opened_to": "c.opened_at < %s",
    "updated_from": "last.at >= %s",
    "updated_to": "last.at < %s",
}


def _expected(case: Found, mechanism: Mechanism) -> datetime | None:
    told = case["clocks"]
    readings = readings_of(json.loads(told) if isinstance(told, str) else told)
    due = [
        reading.due_at
        for key, reading in readings.items()
        if reading.is_running and key in mechanism.clocks and mechanism.clocks[key].main
    ]
    return next((moment for moment in due if moment), None)


def _open_values(case: Found, mechanism: Mechanism) -> dict[str, Any]:
    return {name: case["values"][name] for name in _public(mechanism) if name in case["values"]}


def _public(mechanism: Mechanism) -> Iterator[str]:
    """Give the fields that everybody may see: marked public, never personal."""
    for name, field in mechanism.fields.items():
        if field.public and not field.personal:
            yield name


def _texts(
    cases: Sequence[int], mechanisms: Sequence[Mechanism]
) -> defaultdict[int, dict[str, str]]:
    shown = dict(zip(cases, map(_sealed_public, mechanisms), strict=True))
    names = sorted(set().union(*shown.values())) if shown else []
    texts: defaultdict[int, dict[str, str]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(TEXTS, [list(cases), names])
        for case, _seq, field, text in cursor.fetchall():
            if field in shown[case]:
                texts[case].pop(field, None)  # the latest text stands last
                texts[case][field] = text
    return texts


def _sealed_public(mechanism: Mechanism) -> set[str]:
    return {name for name in _public(mechanism) if mechanism.fields[name].type == "text"}
