# ruff: noqa: S608 - only names of our own tables and columns are set into the text
"""Writing a run down in one statement: the steps, and with them all that follows from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from linli.casework.journal.casefiles import written_bytes
from linli.casework.journal.rows import (
    Row,
    Rows,
    inbox_row,
    participant_rows,
    timer_rows,
    wait_mark,
)
from linli.casework.journal.runs import Run

# Columns of each table as the journal writes them; ids are given by the database.
COLUMNS = {
    "casework_case": (
        "id", "office_id", "number", "mechanism", "definition_id", "parent_id", "opened_by",
        "access", "source", "state", "phase", "seq", "tracks", "values", "clocks", "actors",
        "members", "totals", "parties", "category", "area", "cell_id", "holder_id", "lon", "lat",
        "datum", "opened_at", "closed_at", "due_at", "breached", "last_hash",
    ),
    "casework_step": (
        "case_id", "seq", "office_id", "key", "mechanism", "action", "actor", "role", "body",
        "holder", "at", "from_state", "to_state", "tracks", "member_kind", "member_key", "entry",
        "values", "commitments", "prev_hash", "hash",
    ),
    "casework_participant": ("case_id", "office_id", "kind", "key", "state", "weight"),
    "casework_entry": ("case_id", "office_id", "seq", "kind", "at", "amount", "values"),
    "casework_timer": ("case_id", "office_id", "clock", "kind", "due_at"),
    "casework_inboxrow": (
        "case_id", "office_id", "action", "duty", "scope", "area", "body", "person",
        "member_kind", "member_key", "barred", "wait", "since",
    ),
    "casework_sealed": (
        "case_id", "seq", "field", "office_id", "salt", "text", "ciphertext", "lookup",
    ),
    "casework_casekey": ("case_id", "office_id", "wrapped"),
    "casework_pending": ("case_id", "office_id", "seq"),
}  # fmt: skip
FIXED = {
    "id", "office_id", "number", "mechanism", "definition_id", "parent_id", "opened_by", "access",
    "source", "opened_at",
}  # fmt: skip
CHANGING = tuple(name for name in COLUMNS["casework_case"] if name not in FIXED)
UPDATE = f"""
    UPDATE casework_case c SET {", ".join(f'"{name}" = r."{name}"' for name in CHANGING)}
    FROM jsonb_populate_record(NULL::casework_case, %s::jsonb) r WHERE c.id = %s
"""
WAITS_OUT = "DELETE FROM casework_inboxrow WHERE case_id = %s AND wait <> ALL(%s::text[])"
TIMERS_OUT = """
    DELETE FROM casework_timer WHERE case_id = %s
    AND clock || '|' || extract(epoch FROM due_at)::bigint <> ALL(%s::text[])
"""
SETTLED = {
    "casework_participant": "(case_id, kind, key) DO UPDATE SET state = excluded.state",
    "casework_timer": "(case_id, clock, kind, due_at) DO NOTHING",
    "casework_inboxrow": "(case_id, wait) DO UPDATE SET since = excluded.since",
}
ATTACHED = (
    "sha256", "thumbnail", "wrapped_key", "kind", "name", "media_type", "size", "lon", "lat", "by",
    "at",
)  # fmt: skip
ATTACH = f"""
    INSERT INTO casework_attachment (office_id, case_id, tag, {", ".join(ATTACHED)})
    SELECT DISTINCT ON (brought.case_id, a.sha256) a.office_id, brought.case_id, brought.tag,
        {", ".join(f"a.{name}" for name in ATTACHED)}
    FROM jsonb_to_recordset(%s::jsonb) AS brought (case_id bigint, sha256 text, tag text)
    JOIN casework_attachment a ON a.office_id = %s AND a.sha256 = brought.sha256 {{gate}}
    ORDER BY brought.case_id, a.sha256, a.case_id NULLS FIRST
    ON CONFLICT DO NOTHING
"""
GATE = "WHERE EXISTS (SELECT FROM written)"
CHUNK = 2_000
Part = tuple[str, list[Any]]


@dataclass
class Writing:
    """What one statement writes: new rows by table, and what changes in those that are there."""

    case: int
    office: int
    rows: dict[str, list[Row]]
    exhibits: list[Row]
    updated: Row | None = None
    kept_waits: list[str] = field(default_factory=list)
    kept_timers: list[str] = field(default_factory=list)


def written(run: Run, rows: Rows, *, case: Row, wrapped: bytes | None = None) -> bool:
    """Write a run in one statement. Gives False, having written nothing, when its key was used before."""
    writing = _gathered(run, rows, case=case, wrapped=wrapped)
    is_keyed = any(step["key"] for step in rows.steps)
    sql, values = _statement(writing, is_keyed=is_keyed)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.fetchone()[0])


def insert(table: str, rows: Sequence[Row]) -> None:
    """Write rows of one table. PostgreSQL refuses COPY where row-level security binds."""
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            cursor.execute(_insert(table), [_json(rows[start : start + CHUNK])])


def attach(office: int, brought: Sequence[Row]) -> None:
    """Make the files named by their SHA-256 part of the cases that brought them."""
    with connection.cursor() as cursor:
        cursor.execute(ATTACH.format(gate=""), [_json(brought), office])


def new_rows(run: Run, rows: Rows, wrapped: bytes | None) -> dict[str, list[Row]]:
    """Give the rows that a run adds to the tables beside the case."""
    held = run.held
    fresh = [(wait, since) for wait, since in run.waits.items() if since is not None]
    key = {"case_id": held.id, "office_id": held.office, "wrapped": written_bytes(wrapped)}
    return {
        "casework_step": rows.steps,
        "casework_sealed": rows.sealed,
        "casework_entry": rows.entries,
        "casework_participant": participant_rows(run),
        "casework_timer": timer_rows(run),
        "casework_inboxrow": [inbox_row(run, wait, since) for wait, since in fresh],
        "casework_casekey": [] if wrapped is None else [key],
    }


def pending_rows(steps: Sequence[Row]) -> list[Row]:
    """Give the rows that ask the sequencer for a position for each step."""
    return [{name: step[name] for name in COLUMNS["casework_pending"]} for step in steps]


def exhibit_rows(case: int, rows: Rows) -> list[Row]:
    """Give which files a case's steps brought along."""
    return [
        {"case_id": case, "sha256": sha256, "tag": tag} for sha256, tag in rows.exhibits.items()
    ]


def _gathered(run: Run, rows: Rows, *, case: Row, wrapped: bytes | None) -> Writing:
    held = run.held
    tables = {**new_rows(run, rows, wrapped), "casework_pending": pending_rows(rows.steps)}
    writing = Writing(held.id, held.office, tables, exhibit_rows(held.id, rows))
    if run.is_new:
        writing.rows["casework_case"] = [case]
    else:
        writing.updated = case
        writing.kept_waits = [wait_mark(wait, run.file.area) for wait in run.waits]
        writing.kept_timers = [_timer_mark(row) for row in tables["casework_timer"]]
    return writing


def _statement(writing: Writing, *, is_keyed: bool) -> Part:
    """Give one statement of many parts. With a key, all hang on the keyed step's being new."""
    gate = GATE if is_keyed else ""
    parts: list[Part] = []
    for table, rows in writing.rows.items():
        rest = rows
        if is_keyed and table == "casework_step":
            keyed = [step for step in rows if step["key"]]
            rest = [step for step in rows if not step["key"]]
            first = _insert(table, meeting="ON CONFLICT DO NOTHING")
            parts.append((f"written AS ({first} RETURNING 1)", [_json(keyed)]))
        if rest:
            parts.append((f"{table}_in AS ({_insert(table, gate=gate)})", [_json(rest)]))
    parts += _changes(writing, gate)
    told = "(SELECT count(*) FROM written)" if is_keyed else "1"
    sql = f"WITH {', '.join(part for part, _ in parts)} SELECT {told}"
    return sql, [value for _, values in parts for value in values]


def _changes(writing: Writing, gate: str) -> list[Part]:
    changes: list[Part] = []
    also = gate.replace("WHERE", "AND")
    if writing.updated is not None:
        case, waits, timers = writing.case, writing.kept_waits, writing.kept_timers
        changes += [
            (f"case_up AS ({UPDATE} {also})", [_json(writing.updated), case]),
            (f"waits_out AS ({WAITS_OUT} {also})", [case, waits]),
            (f"timers_out AS ({TIMERS_OUT} {also})", [case, timers]),
        ]
    if writing.exhibits:
        attached = f"attached AS ({ATTACH.format(gate=gate)})"
        changes.append((attached, [_json(writing.exhibits), writing.office]))
    return changes


@lru_cache(maxsize=64)
def _insert(table: str, *, gate: str = "", meeting: str = "") -> str:
    names = ", ".join(f'"{name}"' for name in COLUMNS[table])
    met = meeting or (f"ON CONFLICT {SETTLED[table]}" if table in SETTLED else "")
    return (
        f"INSERT INTO {table} ({names}) SELECT {names}"
        f" FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) {gate} {met}"
    )


def _timer_mark(row: Row) -> str:
    return f"{row['clock']}|{datetime.fromisoformat(row['due_at']).timestamp():.0f}"


def _json(rows: Sequence[Row] | Row) -> str:
    return json.dumps(rows, ensure_ascii=False, check_circular=False)
