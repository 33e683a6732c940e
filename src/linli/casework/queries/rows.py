"""A case as lists show it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.casework.definitions import compiled
from linli.casework.journal.casefiles import readings_of
from linli.casework.journal.rows import due_reading
from linli.casework.journal.wording import Worded, Wording
from linli.rulebook.casefile import ClockReading
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand

COLUMNS = """
    c.id, c.number, c.definition_id, d.sha256, c.state, c.category, c.area, c.holder_id, c.opened_at,
    c.closed_at, c.due_at, c.clocks, c.lon, c.lat, c.cell_id, c.seq, c.source, c.values
"""
NAMES = (
    "id", "number", "definition", "sha256", "state", "category", "area", "holder", "opened_at",
    "closed_at", "due_at", "clocks", "lon", "lat", "cell", "seq", "source", "values",
)  # fmt: skip
TABLES = "casework_case c JOIN casework_definition d ON d.id = c.definition_id"
TEXTS = """
    SELECT s.case_id, s.field, s.text FROM casework_sealed s
    WHERE s.case_id = ANY(%s::bigint[]) AND s.text IS NOT NULL
      AND (s.field = ANY(%s::text[]) OR starts_with(s.field, '@photo.'))
    ORDER BY s.case_id, s.seq DESC, s.field DESC
"""


@dataclass(frozen=True)
class CaseRow:
    """A case as lists show it. `is_late`: its main clock's due moment has passed and it is still open.

    `photo` names the first photo that was brought along. `cell` is the grid cell that its point lies in.
    `cells` are the columns that its mechanism shows, in words.
    """

    id: int
    number: str
    mechanism: str
    title: Label | str | None
    state: str
    state_label: Label
    phase: str
    category: str
    category_label: Label | None
    area: str
    area_name: str
    holder: int | None
    holder_name: Label | None
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    is_late: bool
    is_amber: bool
    provisional: bool
    lon: float | None
    lat: float | None
    revision: int
    photo: str | None = None
    cell: int | None = None
    source: str = ""
    cells: tuple[Worded | None, ...] = ()

    @property
    def is_outside(self) -> bool:
        """True when its point lies in no grid cell."""
        return self.lon is not None and self.cell is None


Found = dict[str, Any]


def found(sql: str, values: Sequence[Any]) -> list[Found]:
    """Give the rows of a query that selects COLUMNS first."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [dict(zip(NAMES, row, strict=False)) for row in cursor.fetchall()]


def rows_of(cases: Sequence[Found], at: datetime) -> list[CaseRow]:
    """Give the rows as lists show them. Three statements, however many there are."""
    wording = Wording(at_hand())
    wording.areas = {case["area"] for case in cases}
    wording.bodies = {case["holder"] for case in cases if case["holder"] is not None}
    mechanisms = [compiled(case["definition"], case["sha256"]) for case in cases]
    for case, mechanism in zip(cases, mechanisms, strict=True):
        _read_values(case, mechanism, wording)
    texts = _texts(cases, mechanisms)
    return [
        _row(case, mechanism, texts[case["id"]], wording, at)
        for case, mechanism in zip(cases, mechanisms, strict=True)
    ]


def _read_values(case: Found, mechanism: Mechanism, wording: Wording) -> None:
    if isinstance(case["values"], str):
        case["values"] = json.loads(case["values"])
    for name in (mechanism.shows.title or "", *mechanism.shows.columns):
        if name and case["values"].get(name) is not None:
            wording.ask(mechanism.fields[name], case["values"][name])


def _cells(
    case: Found, mechanism: Mechanism, texts: Mapping[str, str], wording: Wording
) -> Iterator[Worded | None]:
    for name in mechanism.shows.columns:
        value = case["values"].get(name)
        yield texts.get(name) if value is None else wording.word(mechanism.fields[name], value)


def category_label(mechanism: Mechanism, code: str, wording: Wording) -> Label | None:
    """Give the label of a case's category."""
    name = mechanism.shows.category
    return wording.code(mechanism.fields[name], code) if name and code else None


def _row(
    case: Found, mechanism: Mechanism, texts: dict[str, str], wording: Wording, at: datetime
) -> CaseRow:
    state = mechanism.states[case["state"]]
    told = case["clocks"]
    readings = readings_of(json.loads(told) if isinstance(told, str) else told)
    due = due_reading(mechanism, case["state"], readings)
    is_open = case["closed_at"] is None
    return CaseRow(
        id=case["id"],
        number=case["number"],
        mechanism=mechanism.mechanism,
        title=_title(case, mechanism, texts, wording),
        state=case["state"],
        state_label=Label(zh=state.zh, en=state.en),
        phase=state.phase,
        category=case["category"],
        category_label=category_label(mechanism, case["category"], wording),
        area=case["area"],
        area_name=wording.area(case["area"]),
        holder=case["holder"],
        holder_name=wording.body(case["holder"]),
        opened_at=case["opened_at"],
        closed_at=case["closed_at"],
        due_at=case["due_at"],
        is_late=is_open and is_past(case["due_at"], at) and not is_period(mechanism, due),
        is_amber=is_open and _is_amber(due, at),
        provisional=bool(due and due.provisional),
        lon=case["lon"],
        lat=case["lat"],
        revision=case["seq"],
        photo=texts.get("@photo"),
        cell=case["cell"],
        source=case["source"],
        cells=tuple(_cells(case, mechanism, texts, wording)),
    )


def _title(
    case: Found, mechanism: Mechanism, texts: Mapping[str, str], wording: Wording
) -> Label | str | None:
    name = mechanism.shows.title or ""
    value = case["values"].get(name)
    if value is not None and mechanism.fields[name].type == "code":
        return wording.code(mechanism.fields[name], str(value))
    return texts.get(name) if value is None else str(value)


def is_past(due_at: datetime | None, at: datetime) -> bool:
    """Say whether a due moment has passed; the moment itself is in time."""
    return due_at is not None and due_at < at


def is_period(mechanism: Mechanism, due: ClockReading | None) -> bool:
    """Say whether a clock is meant to run out, so that nothing is late by it, not even until its end is recorded."""
    rule = mechanism.clocks.get(due.clock) if due else None
    return rule is not None and rule.period


def _is_amber(reading: ClockReading | None, at: datetime) -> bool:
    if reading is None or reading.amber_at is None:
        return False
    return reading.amber_at <= at and not is_past(reading.due_at, at)


def _texts(cases: Sequence[Found], mechanisms: Iterable[Mechanism]) -> dict[int, dict[str, str]]:
    """Give the last text of each field that lists show of each case, and its first photo."""
    shown = {
        name
        for mechanism in mechanisms
        for name in (mechanism.shows.title, *mechanism.shows.columns)
        if name and mechanism.fields[name].is_sealed
    }
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(TEXTS, [[case["id"] for case in cases], sorted(shown)])
        for case, field, text in cursor.fetchall():
            if field.startswith("@"):
                texts[case]["@photo"] = text
            else:
                texts[case].setdefault(field, text)
    return texts
