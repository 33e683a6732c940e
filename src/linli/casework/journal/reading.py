# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""Reading what an action needs, in one statement: the case locked, or what a new one begins with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.casework.definitions import compiled, current_definition
from linli.casework.journal.casefiles import Held, Place, casefile_of
from linli.casework.journal.numbering import number_of
from linli.registry.isolation import current_office

CASE = """
    SELECT c.id, c.office_id, o.code, c.number, c.definition_id, d.sha256, c.state, c.seq, c.opened_by,
        c.area, c.holder_id, c.tracks, c.values, c.members, c.totals, c.actors, c.clocks, c.parties,
        c.last_hash, c.lon, c.lat, c.datum, c.cell_id, c.opened_at, c.closed_at, c.breached
    FROM casework_case c JOIN casework_definition d ON d.id = c.definition_id
        JOIN registry_office o ON o.id = c.office_id
"""
NAMES = (
    "id", "office_id", "code", "number", "definition_id", "sha256", "state", "seq", "opened_by",
    "area", "holder_id", "tracks", "values", "members", "totals", "actors", "clocks", "parties",
    "last_hash", "lon", "lat", "datum", "cell_id", "opened_at", "closed_at", "breached",
)  # fmt: skip
WRITTEN_AS_JSON = ("tracks", "values", "members", "totals", "actors", "clocks", "parties")
LOCKED = f"{CASE} WHERE c.id = %s FOR NO KEY UPDATE OF c"
DUE = f"""{CASE} WHERE c.id IN (
        SELECT t.case_id FROM casework_timer t WHERE t.due_at <= %s ORDER BY t.due_at LIMIT %s
    ) FOR NO KEY UPDATE OF c SKIP LOCKED
"""
OFFICE = "o.id, o.code, coalesce(o.settings ->> 'number_prefix', o.short_en)"
BEGUN = f"SELECT {OFFICE} FROM registry_office o WHERE o.id = %s"
BEGUN_WITH_SERIAL = (
    f"SELECT {OFFICE}, nextval('casework_case_id_seq') FROM registry_office o WHERE o.id = %s"
)
SERIALS = "SELECT nextval('casework_case_id_seq') FROM generate_series(1, %s)"
KEYED = """
    SELECT s.case_id, c.number, s.seq, s.action, c.mechanism FROM casework_step s
    JOIN casework_case c ON c.id = s.case_id WHERE s.office_id = %s AND s.key = %s
"""


class CaseUnknown(Exception):
    """The open office has no such case."""


@dataclass(frozen=True)
class Begun:
    """What new cases of an office begin with: the letters of its numbers come from its name."""

    id: int
    code: str
    letters: str


@dataclass(frozen=True)
class Keyed:
    """The step that an idempotency key was used for."""

    case: int
    number: str
    seq: int
    action: str
    mechanism: str


def locked_case(case: int) -> Held:
    """Give a case and keep others from changing it until the transaction ends. Raises CaseUnknown."""
    held = _held(LOCKED, [case])
    if not held:
        raise CaseUnknown(f"no case {case} in office {current_office()}")
    return held[0]


def case_numbered(number: str) -> Held | None:
    """Give the case of a number as it stands, unlocked; None when the open office has none."""
    held = _held(f"{CASE} WHERE c.office_id = %s AND c.number = %s", [current_office(), number])
    return held[0] if held else None


def due_cases(at: datetime, limit: int) -> list[Held]:
    """Give cases with a clock due, earliest first, locked; those that others hold are passed over."""
    return _held(DUE, [at, limit])


def begun() -> Begun:
    """Give what the numbers and hashes of new cases begin with in the open office."""
    with connection.cursor() as cursor:
        cursor.execute(BEGUN, [current_office()])
        return Begun(*cursor.fetchone())


def new_serials(count: int) -> list[int]:
    """Give ids for new cases."""
    with connection.cursor() as cursor:
        cursor.execute(SERIALS, [count])
        return [serial for (serial,) in cursor.fetchall()]


def new_case(mechanism: str, at: datetime) -> Held:
    """Give a case about to be opened, with its id and number. Its place is not known yet."""
    definition = current_definition(mechanism)
    with connection.cursor() as cursor:
        cursor.execute(BEGUN_WITH_SERIAL, [current_office()])
        *office, serial = cursor.fetchone()
    begins = Begun(*office)
    return Held(
        id=serial,
        office=begins.id,
        office_code=begins.code,
        number=number_of(serial, at, begins.letters),
        definition=definition.id,
        mechanism=definition.mechanism,
        casefile=None,
        last_hash=bytes(32),
        place=Place(None, None, "", ""),
    )


def step_keyed(key: str) -> Keyed | None:
    """Give the step that a key was used for, if it was."""
    with connection.cursor() as cursor:
        cursor.execute(KEYED, [current_office(), key])
        found = cursor.fetchone()
    return Keyed(*found) if found else None


def _held(sql: str, values: list[Any]) -> list[Held]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_as_held(dict(zip(NAMES, row, strict=True))) for row in cursor.fetchall()]


def _as_held(row: dict[str, Any]) -> Held:
    for name in WRITTEN_AS_JSON:
        row[name] = json.loads(row[name])
    mechanism = compiled(row["definition_id"], row["sha256"])
    return Held(
        id=row["id"],
        office=row["office_id"],
        office_code=row["code"],
        number=row["number"],
        definition=row["definition_id"],
        mechanism=mechanism,
        casefile=casefile_of(mechanism, row),
        last_hash=bytes(row["last_hash"]),
        place=Place(row["lon"], row["lat"], row["datum"], row["area"], row["cell_id"]),
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        breached=row["breached"],
    )
