# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""Reading what an action needs, in one statement: the case locked, or what a new one begins with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.casework.definitions import Published, compiled
from linli.casework.journal.casefiles import Held, Place, casefile_of
from linli.casework.journal.numbering import number_of
from linli.casework.journal.placing import CELL, Point, ground_of, place_in
from linli.registry.asking.statements import Statement
from linli.registry.isolation import current_office

CASE = """
    SELECT c.id, c.office_id, o.code, c.number, c.definition_id, d.sha256, c.state, c.seq, c.opened_by,
        c.area, c.holder_id, c.tracks, c.values, c.members, c.totals, c.actors, c.clocks, c.parties,
        c.last_hash, c.lon, c.lat, c.datum, c.cell_id, c.opened_at, c.closed_at, c.breached, c.entry_key,
        c.children, c.parent_id
    FROM casework_case c JOIN casework_definition d ON d.id = c.definition_id
        JOIN registry_office o ON o.id = c.office_id
"""
NAMES = (
    "id", "office_id", "code", "number", "definition_id", "sha256", "state", "seq", "opened_by",
    "area", "holder_id", "tracks", "values", "members", "totals", "actors", "clocks", "parties",
    "last_hash", "lon", "lat", "datum", "cell_id", "opened_at", "closed_at", "breached",
    "entry_key", "children", "parent_id",
)  # fmt: skip
WRITTEN_AS_JSON = (
    "tracks", "values", "members", "totals", "actors", "clocks", "parties", "children",
)  # fmt: skip
LOCKED = Statement(f"{CASE} WHERE c.id = $1 FOR NO KEY UPDATE OF c")
ALONE = "c.parent_id IS NULL AND c.children = '[]'"
NUMBERED = Statement(f"{CASE} WHERE c.office_id = $1 AND c.number = $2")
UNDER = Statement(f"""{CASE} WHERE c.office_id = $1 AND c.mechanism = $2 AND d.version = $3
    AND c.phase IN ('intake', 'open') ORDER BY c.id
""")
DUE = Statement(f"""{CASE} WHERE {ALONE} AND c.id IN (
        SELECT t.case_id FROM casework_timer t WHERE t.due_at <= $1 ORDER BY t.due_at LIMIT $2
    ) FOR NO KEY UPDATE OF c SKIP LOCKED
""")
OFFICE = "o.id, o.code, coalesce(o.settings ->> 'number_prefix', o.short_en)"
BEGUN = Statement(f"SELECT {OFFICE} FROM registry_office o WHERE o.id = $1")
OPENING = Statement(f"""
    SELECT {OFFICE}, nextval('casework_case_id_seq'), cell.id, cell.area
    FROM registry_office o LEFT JOIN LATERAL (
        {CELL.format(lon="$2::float8", lat="$3::float8", day="$4::date")}
    ) cell ON true
    WHERE o.id = $1
""")
SERIALS = Statement("SELECT nextval('casework_case_id_seq') FROM generate_series(1, $1::int)")
KEYED = Statement("""
    SELECT s.case_id, c.number, s.seq, s.action, c.mechanism FROM casework_step s
    JOIN casework_case c ON c.id = s.case_id WHERE s.office_id = $1 AND s.key = $2
""")


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
    """Give a case alone and keep others from changing it until the transaction ends. Raises CaseUnknown."""
    held = held_by(LOCKED, case)
    if not held:
        raise CaseUnknown(f"no case {case} in office {current_office()}")
    return held[0]


def case_numbered(number: str) -> Held | None:
    """Give the case of a number as it stands, unlocked; None when the open office has none."""
    held = held_by(NUMBERED, current_office(), number)
    return held[0] if held else None


def cases_under(mechanism: str, version: int) -> list[Held]:
    """Give the open office's running cases that stand under a version, unlocked, oldest first."""
    return held_by(UNDER, current_office(), mechanism, version)


def due_cases(at: datetime, limit: int) -> list[Held]:
    """Give cases without parent or child that have a clock due, earliest first, locked; others' are passed over."""
    return held_by(DUE, at, limit)


def begun() -> Begun:
    """Give what the numbers and hashes of new cases begin with in the open office."""
    [office] = BEGUN.rows(current_office())
    return Begun(*office)


def new_serials(count: int) -> list[int]:
    """Give ids for new cases."""
    return [serial for (serial,) in SERIALS.rows(count)]


def new_case(definition: Published, at: datetime, point: Point | None, area: str | None) -> Held:
    """Give a case about to be opened, with its id and number, lying at a point or else in an area."""
    position, day = point or (None, None)
    lon, lat = (position.lon, position.lat) if position else (None, None)
    [(*office, serial, cell, found)] = OPENING.rows(current_office(), lon, lat, day)
    begins = Begun(*office)
    if position:
        place = place_in(cell, found, position, begins.code)
    else:
        place = ground_of(begins.code, area)
    return Held(
        id=serial,
        office=begins.id,
        office_code=begins.code,
        number=number_of(serial, at, begins.letters),
        definition=definition.id,
        mechanism=definition.mechanism,
        casefile=None,
        last_hash=bytes(32),
        place=place,
    )


def step_keyed(key: str) -> Keyed | None:
    """Give the step that a key was used for, if it was."""
    found = KEYED.rows(current_office(), key)
    return Keyed(*found[0]) if found else None


def held_by(statement: Statement, *values: object) -> list[Held]:
    """Give the cases that a statement beginning with CASE chooses."""
    return [_as_held(dict(zip(NAMES, row, strict=True))) for row in statement.rows(*values)]


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
        entry_key=row["entry_key"] and json.loads(row["entry_key"]),
        parent=row["parent_id"],
        sha256=row["sha256"],
    )
