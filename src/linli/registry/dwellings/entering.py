"""Entering dwellings: which rooms a building has, from a list of estate, building and room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.registry.actions import note_change
from linli.registry.models import Building
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

LONGEST_ROOM = 20


@dataclass(frozen=True)
class DwellingRow:
    """One line of a list of dwellings."""

    line: int
    estate: str
    building: str
    room: str


@dataclass(frozen=True)
class Entered:
    """What became of a list: dwellings that are known now and were not before, and the lines left out with the reason."""

    added: int
    rejected: tuple[tuple[int, Label], ...]


def enter_dwellings(*, rows: Iterable[DwellingRow], by: Actor, at: datetime) -> Entered:
    """Add the dwellings of a list to their buildings; an estate is named by its code or its name."""
    known = _buildings()
    rejected: list[tuple[int, Label]] = []
    rooms: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        found = known.get((row.estate, row.building))
        if found is None:
            rejected.append((row.line, _unknown(row)))
        elif not row.room or len(row.room) > LONGEST_ROOM:
            rejected.append(
                (row.line, Label(zh="室号为空或太长", en="no room number, or too long"))
            )
        else:
            rooms[found.pk].append(row.room)
    added = _add(rooms, {one.pk: one for one in known.values()})
    note_change(by, at, "enter_dwellings", "dwellings", count=added)
    return Entered(added, tuple(rejected))


def _buildings() -> dict[tuple[str, str], Building]:
    found = {}
    for row in Building.objects.select_related("estate"):
        found[row.estate.code, row.number] = row
        found[row.estate.name, row.number] = row
    return found


def _add(rooms: dict[int, list[str]], buildings: dict[int, Building]) -> int:
    touched, added = [], 0
    for key, listed in rooms.items():
        row = buildings[key]
        new = [room for room in dict.fromkeys(listed) if room not in row.dwellings]
        if new:
            row.dwellings = [*row.dwellings, *new]
            touched.append(row)
            added += len(new)
    Building.objects.bulk_update(touched, ["dwellings"], batch_size=500)
    return added


def _unknown(row: DwellingRow) -> Label:
    return Label(
        zh=f"没有小区“{row.estate}”的“{row.building}”",
        en=f"there is no building {row.building!r} of an estate {row.estate!r}",
    )
