# ruff: noqa: S608 - only names of our own tables and columns are set into the text
"""Writing a run down in one statement: the steps, and with them all that follows from them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import count

from django.apps import apps
from django.db import connection

from linli.casework.journal.casefiles import written_bytes
from linli.casework.journal.referring import reference_rows
from linli.casework.journal.rows import (
    Row,
    Rows,
    inbox_row,
    participant_rows,
    timer_rows,
    wait_mark,
)
from linli.casework.journal.runs import Run
from linli.registry.asking.statements import Statement, array

# Columns of each table as the journal writes them; ids are given by the database.
COLUMNS = {
    "casework_case": (
        "id", "office_id", "number", "mechanism", "definition_id", "parent_id", "opened_by",
        "access", "source", "state", "phase", "seq", "tracks", "values", "clocks", "actors",
        "members", "totals", "parties", "children", "category", "area", "cell_id", "holder_id", "lon", "lat",
        "datum", "opened_at", "closed_at", "due_at", "breached", "entry_key", "last_hash",
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
    "casework_reference": ("case_id", "office_id", "seq", "field", "entry"),
    "casework_pending": ("case_id", "office_id", "seq"),
}  # fmt: skip
FIXED = {
    "id", "office_id", "number", "mechanism", "definition_id", "parent_id", "opened_by", "access",
    "source", "opened_at",
}  # fmt: skip
CHANGING = tuple(name for name in COLUMNS["casework_case"] if name not in FIXED)
WAITS_OUT = "DELETE FROM casework_inboxrow WHERE case_id = {case} AND wait <> ALL({kept}::text[])"
TIMERS_OUT = """
    DELETE FROM casework_timer WHERE case_id = {case}
    AND clock || '|' || extract(epoch FROM due_at)::bigint <> ALL({kept}::text[])
"""
SETTLED = {
    "casework_participant": "(case_id, kind, key) DO UPDATE SET state = excluded.state",
    "casework_timer": "(case_id, clock, kind, due_at) DO NOTHING",
    "casework_reference": "(case_id, seq, field) DO NOTHING",
    "casework_inboxrow": "(case_id, wait) DO UPDATE SET since = excluded.since",
}
ATTACHED = (
    "sha256", "thumbnail", "wrapped_key", "kind", "name", "media_type", "size", "lon", "lat", "by",
    "at",
)  # fmt: skip
# A file that many cases show has as many rows: the one to copy is found by the end of the index, not among all.
ATTACH = f"""
    INSERT INTO casework_attachment (office_id, case_id, tag, {", ".join(ATTACHED)})
    SELECT kept.office_id, brought.case_id, brought.tag, {", ".join(f"kept.{name}" for name in ATTACHED)}
    FROM jsonb_to_recordset({{brought}}::jsonb) AS brought (case_id bigint, sha256 text, tag text)
    CROSS JOIN LATERAL (
        SELECT * FROM casework_attachment a WHERE a.office_id = {{office}} AND a.sha256 = brought.sha256
        ORDER BY a.case_id DESC NULLS FIRST LIMIT 1
    ) AS kept {{gate}}
    ON CONFLICT DO NOTHING
"""
GATE = "WHERE EXISTS (SELECT FROM written)"
CHUNK = 2_000


@dataclass(frozen=True)
class Shape:
    """What one statement writes: how many rows of which table, changes to a case that is there, files."""

    is_keyed: bool
    tables: tuple[tuple[str, int], ...]
    is_change: bool
    has_files: bool


def written(run: Run, rows: Rows, *, case: Row, wrapped: bytes | None = None) -> bool:
    """Write a run in one statement. Gives False, having written nothing, when its key was used before."""
    held = run.held
    tables = {**new_rows(run, rows, wrapped), "casework_pending": pending_rows(rows.steps)}
    tables["casework_case"] = [case] if run.is_new else []
    # The keyed step comes first: all else hangs on its being new.
    rows.steps.sort(key=lambda step: step["key"] is None)
    full = {table: some for table, some in tables.items() if some}
    shape = Shape(
        is_keyed=bool(rows.steps and rows.steps[0]["key"]),
        tables=tuple((table, len(some)) for table, some in full.items()),
        is_change=not run.is_new,
        has_files=bool(rows.exhibits),
    )
    values = [row[name] for table, some in full.items() for row in some for name in COLUMNS[table]]
    if shape.is_change:
        waits = array([wait_mark(wait, run.file.area) for wait in run.waits])
        timers = array([_timer_mark(row) for row in tables["casework_timer"]])
        values += [held.id, *(case[name] for name in CHANGING), waits, timers]
    if shape.has_files:
        values += [exhibit_rows(held.id, rows), held.office]
    [(is_written,)] = _statement(shape).rows(*values)
    return bool(is_written)


def insert(table: str, rows: Sequence[Row]) -> None:
    """Write rows of one table. PostgreSQL refuses COPY where row-level security binds."""
    names = ", ".join(f'"{name}"' for name in COLUMNS[table])
    given = f"SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    sql = _inserted(table, given)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            cursor.execute(sql, [_json(rows[start : start + CHUNK])])


def attach(office: int, brought: Sequence[Row]) -> None:
    """Make the files named by their SHA-256 part of the cases that brought them."""
    with connection.cursor() as cursor:
        sql = ATTACH.format(gate="", brought="%s", office="%s")
        cursor.execute(sql, [_json(brought), office])


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
        "casework_reference": reference_rows(run),
    }


def pending_rows(steps: Sequence[Row]) -> list[Row]:
    """Give the rows that ask the sequencer for a position for each step."""
    return [{name: step[name] for name in COLUMNS["casework_pending"]} for step in steps]


def exhibit_rows(case: int, rows: Rows) -> list[Row]:
    """Give which files a case's steps brought along."""
    return [
        {"case_id": case, "sha256": sha256, "tag": tag} for sha256, tag in rows.exhibits.items()
    ]


@lru_cache(maxsize=512)
def _statement(shape: Shape) -> Statement:
    """Give one statement of many parts that writes what has this shape."""
    places = (f"${n}" for n in count(1))
    gate = GATE if shape.is_keyed else ""
    parts = []
    for table, many in shape.tables:
        rest = many
        if table == "casework_step" and shape.is_keyed:
            rest -= 1
            first = _insert(table, 1, places, meeting="ON CONFLICT DO NOTHING")
            parts.append(f"written AS ({first} RETURNING 1)")
        if rest:
            parts.append(f"{table}_in AS ({_insert(table, rest, places, gate=gate)})")
    parts += _changes(shape, places, gate)
    told = "(SELECT count(*) FROM written)" if shape.is_keyed else "1"
    return Statement(f"WITH {', '.join(parts)} SELECT {told}")


def _changes(shape: Shape, places: Iterator[str], gate: str) -> Iterator[str]:
    also = gate.replace("WHERE", "AND")
    if shape.is_change:
        case, kinds = f"{next(places)}::bigint", _kinds("casework_case")
        sets = ", ".join(f'"{name}" = {next(places)}::{kinds[name]}' for name in CHANGING)
        yield f"case_up AS (UPDATE casework_case SET {sets} WHERE id = {case} {also})"
        yield f"waits_out AS ({WAITS_OUT.format(case=case, kept=next(places))} {also})"
        yield f"timers_out AS ({TIMERS_OUT.format(case=case, kept=next(places))} {also})"
    if shape.has_files:
        attach = ATTACH.format(gate=gate, brought=next(places), office=next(places))
        yield f"attached AS ({attach})"


def _insert(
    table: str, many: int, places: Iterator[str], *, gate: str = "", meeting: str = ""
) -> str:
    names, kinds = COLUMNS[table], _kinds(table)
    rows = [", ".join(f"{next(places)}::{kinds[name]}" for name in names) for _ in range(many)]
    given = ", ".join(f"({row})" for row in rows)
    return _inserted(table, f"SELECT * FROM (VALUES {given}) AS given {gate}", meeting)


def _inserted(table: str, given: str, meeting: str = "") -> str:
    names = ", ".join(f'"{name}"' for name in COLUMNS[table])
    met = meeting or (f"ON CONFLICT {SETTLED[table]}" if table in SETTLED else "")
    return f"INSERT INTO {table} ({names}) {given} {met}"


@lru_cache(maxsize=64)
def _kinds(table: str) -> dict[str, str]:
    """Give the type of each column of a table."""
    [model] = [model for model in apps.get_models() if model._meta.db_table == table]  # noqa: SLF001 - Django's public name
    fields = model._meta.local_concrete_fields  # noqa: SLF001
    return {field.column: str(field.db_type(connection)) for field in fields if field.column}


def _timer_mark(row: Row) -> str:
    return f"{row['clock']}|{datetime.fromisoformat(row['due_at']).timestamp():.0f}"


def _json(rows: Sequence[Row] | Row) -> str:
    return json.dumps(rows, ensure_ascii=False, check_circular=False)
