"""The case file as columns hold it, there and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from linli.rulebook.casefile import Casefile, Child, ClockReading, Member, revised
from linli.rulebook.mechanism import Mechanism

MOMENTS = ("started_at", "due_at", "amber_at", "breached_at", "ended_at")


@dataclass(frozen=True)
class Place:
    """A point in WGS-84 with the datum it came in, and the ground it lies on. No cell: outside all cells."""

    lon: float | None
    lat: float | None
    datum: str
    area: str
    cell: int | None = None


@dataclass(frozen=True)
class Held:
    """A case as it stands: who it is, under which rule, its file, and the columns beside it.

    `casefile` is None for one that is about to be opened.
    """

    id: int
    office: int
    office_code: str
    number: str
    definition: int
    mechanism: Mechanism
    casefile: Casefile | None
    last_hash: bytes
    place: Place
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    breached: bool = False
    entry_key: Mapping[str, str] | None = None
    parent: int | None = None
    sha256: str = ""


def casefile_of(mechanism: Mechanism, row: Mapping[str, Any]) -> Casefile:
    """Give the case file of a row whose JSON columns are read already."""
    totals = row["totals"]
    return Casefile(
        mechanism=mechanism.mechanism,
        version=mechanism.version,
        state=row["state"],
        seq=row["seq"],
        opened_by=row["opened_by"],
        area=row["area"],
        holder=row["holder_id"],
        tracks=row["tracks"],
        values=row["values"],
        members=tuple(Member(*member) for member in row["members"]),
        entry_counts=totals["counts"],
        entry_sums=totals["sums"],
        actors={action: tuple(ids) for action, ids in row["actors"].items()},
        clocks=readings_of(row["clocks"]),
        parties=tuple(row["parties"]),
        children=tuple(
            Child(nth, key, state, tuple(marks), told=told)
            for nth, key, state, marks, told in row["children"]
        ),
        moved=_moved(totals),
    )


def columns_of(case: Casefile) -> dict[str, Any]:
    """Give the columns that hold a case file; the reverse of `casefile_of`."""
    return {
        "state": case.state,
        "seq": case.seq,
        "opened_by": case.opened_by,
        "area": case.area,
        "holder_id": case.holder,
        "tracks": dict(case.tracks),
        "values": dict(case.values),
        "members": [[m.kind, m.key, m.state, m.weight] for m in case.members],
        "totals": _totals(case),
        "actors": {action: list(ids) for action, ids in case.actors.items()},
        "clocks": {key: _told(reading) for key, reading in case.clocks.items()},
        "parties": list(case.parties),
        "children": [[c.nth, c.mechanism, c.state, list(c.marks), c.told] for c in case.children],
    }


def readings_of(told: Mapping[str, Mapping[str, Any]]) -> dict[str, ClockReading]:
    """Give the clock readings of the column `clocks`."""
    return {key: _reading(key, words) for key, words in told.items()}


def with_area(case: Casefile, area: str) -> Casefile:
    """Give the case file on other ground."""
    return case if case.area == area else revised(case, area=area)


def _totals(case: Casefile) -> dict[str, Any]:
    """Give what the column sums up of the steps: notes by kind with their sums, and the last move."""
    summed = {"counts": dict(case.entry_counts), "sums": dict(case.entry_sums)}
    if case.moved is None:
        return summed
    action, at = case.moved
    return {**summed, "moved": [action, written_moment(at)]}


def _moved(totals: Mapping[str, Any]) -> tuple[str, datetime] | None:
    if "moved" not in totals:
        return None
    action, at = totals["moved"]
    return action, datetime.fromisoformat(at)


def _told(reading: ClockReading) -> dict[str, Any]:
    told: dict[str, Any] = {"budget": reading.budget, "calendar": reading.calendar}
    for name in MOMENTS:
        moment = getattr(reading, name)
        if moment is not None:
            told[name] = written_moment(moment)
    if reading.remaining is not None:
        told["remaining"] = reading.remaining
    if reading.provisional:
        told["provisional"] = True
    return told


def _reading(key: str, told: Mapping[str, Any]) -> ClockReading:
    moments = {name: datetime.fromisoformat(told[name]) for name in MOMENTS if name in told}
    return ClockReading(
        clock=key,
        budget=told["budget"],
        calendar=told["calendar"],
        started_at=moments["started_at"],
        due_at=moments.get("due_at"),
        amber_at=moments.get("amber_at"),
        remaining=told.get("remaining"),
        provisional=told.get("provisional", False),
        breached_at=moments.get("breached_at"),
        ended_at=moments.get("ended_at"),
    )


def written_moment(moment: datetime) -> str:
    """Give a moment as rows and JSON hold it: ISO 8601 in UTC."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()


def written_bytes(raw: bytes | None) -> str | None:
    """Give bytes as PostgreSQL reads them from text."""
    return None if raw is None else "\\x" + raw.hex()
