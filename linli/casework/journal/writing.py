"""Writing a run down in one statement: the steps, and with them all that follows from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection

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
    SELECT DISTINCT ON (a.sha256) a.office_id, brought.case_id, brought.tag,
        {", ".join(f"a.{name}" for name in ATTACHED)}
    FROM jsonb_to_recordset(%s::jsonb) AS brought (case_id bigint, sha256 text, tag text)
    JOIN casework_attachment a ON a.office_id = %s AND a.sha256 = brought.sha256 {{gate}}
    ORDER BY a.sha256, a.case_id NULLS FIRST
    ON CONFLICT DO NOTHING
"""
GATE = "WHERE EXISTS (SELECT FROM written)"


@dataclass
class Writing:
    """All rows of one transaction, by table; what must go before is in `dropped`."""

    case: int
    rows: dict[str, list[Row]] = field(default_factory=dict)
    updated: Row | None = None
    kept_waits: list[str] | None = None
    kept_timers: list[str] | None = None
    exhibits: dict[str, str] = field(default_factory=dict)
    office: int = 0


def written(run: Run, rows: Rows, *, case: Row, wrapped: bytes | None = None) -> bool:
    """Write a run in one statement. Gives False, having written nothing, when its key was used before."""
    writing = _gathered(run, rows, case=case, wrapped=wrapped)
    is_keyed = any(key for _, key in run.steps)
    sql, values = _statement(writing, is_keyed=is_keyed)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.fetchone()[0]) or not is_keyed


def _gathered(run: Run, rows: Rows, *, case: Row, wrapped: bytes | None) -> Writing:
    held = run.held
    fresh = [(wait, since) for wait, since in run.waits.items() if since is not None]
    writing = Writing(held.id, office=held.office, exhibits=rows.exhibits)
    writing.rows = {
        "casework_step": rows.steps,
        "casework_sealed": rows.sealed,
        "casework_entry": rows.entries,
        "casework_participant": participant_rows(run),
        "casework_timer": timer_rows(run),
        "casework_inboxrow": [inbox_row(run, wait, since) for wait, since in fresh],
        "casework_pending": pending_rows(rows.steps),
    }
    if wrapped is not None:
        writing.rows["casework_casekey"] = [
            {"case_id": held.id, "office_id": held.office, "wrapped": wrapped}
        ]
    if run.is_new:
        writing.rows["casework_case"] = [case]
    else:
        writing.updated = case
        writing.kept_waits = [wait_mark(wait, run.file.area) for wait in run.waits]
        writing.kept_timers = [_timer_mark(row) for row in writing.rows["casework_timer"]]
    return writing


def pending_rows(steps: Sequence[Row]) -> list[Row]:
    """Give the rows that ask the sequencer for a position for each step."""
    return [{name: step[name] for name in COLUMNS["casework_pending"]} for step in steps]


def _timer_mark(row: Row) -> str:
    return f"{row['clock']}|{row['due_at'].timestamp():.0f}"


def _statement(writing: Writing, *, is_keyed: bool) -> tuple[str, list[Any]]:
    """Give one statement of many parts. With a key, all hang on the keyed step's being new."""
    steps = writing.rows["casework_step"]
    keyed = [step for step in steps if step["key"]]
    rest = [step for step in steps if not step["key"]] if is_keyed else steps
    tables = {table: rows for table, rows in writing.rows.items() if rows}
    tables.pop("casework_step", None)
    parts, values = [], []
    if is_keyed:
        parts.append(f"written AS ({_insert('casework_step', gate=False)} RETURNING 1)")
        values.append(_json(keyed))
    if rest:
        tables = {"casework_step": rest, **tables}
    for table, rows in tables.items():
        parts.append(f"{table}_in AS ({_insert(table, gate=is_keyed)})")
        values.append(_json(rows))
    gate = GATE if is_keyed else ""
    for part, given in _changes(writing, gate):
        parts.append(part)
        values.extend(given)
    told = "SELECT count(*) FROM written" if is_keyed else "SELECT 1"
    return f"WITH {', '.join(parts)} {told}" if parts else told, values


def _changes(writing: Writing, gate: str) -> list[tuple[str, list[Any]]]:
    changes: list[tuple[str, list[Any]]] = []
    and_gate = gate.replace("WHERE", "AND")
    if writing.updated is not None:
        sets = ", ".join(f"{_quoted(name)} = r.{_quoted(name)}" for name in CHANGING)
        update = (
            f"case_up AS (UPDATE casework_case c SET {sets}"
            " FROM jsonb_populate_record(NULL::casework_case, %s::jsonb) r"
            f" WHERE c.id = %s {and_gate})"
        )
        changes.append((update, [_json(writing.updated), writing.case]))
    if writing.kept_waits is not None:
        gone = f"DELETE FROM casework_inboxrow WHERE case_id = %s AND wait <> ALL(%s::text[]) {and_gate}"
        changes.append((f"waits_out AS ({gone})", [writing.case, writing.kept_waits]))
    if writing.kept_timers is not None:
        mark = "clock || '|' || extract(epoch FROM due_at)::bigint"
        gone = f"DELETE FROM casework_timer WHERE case_id = %s AND {mark} <> ALL(%s::text[]) {and_gate}"
        changes.append((f"timers_out AS ({gone})", [writing.case, writing.kept_timers]))
    if writing.exhibits:
        brought = [
            {"case_id": writing.case, "sha256": sha256, "tag": tag}
            for sha256, tag in writing.exhibits.items()
        ]
        attach = ATTACH.format(gate=gate)
        changes.append((f"attached AS ({attach})", [_json(brought), writing.office]))
    return changes


@lru_cache(maxsize=64)
def _insert(table: str, *, gate: bool) -> str:
    names = ", ".join(_quoted(name) for name in COLUMNS[table])
    conflict = f"ON CONFLICT {SETTLED[table]}" if table in SETTLED else ""
    if table == "casework_step" and not gate:
        conflict = "ON CONFLICT DO NOTHING"
    return (
        f"INSERT INTO {table} ({names}) SELECT {names}"
        f" FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) {GATE if gate else ''} {conflict}"
    )


def _quoted(name: str) -> str:
    return f'"{name}"'


def _json(rows: Sequence[Row] | Row) -> str:
    return json.dumps(rows, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    assert isinstance(value, Decimal)
    return str(value)
