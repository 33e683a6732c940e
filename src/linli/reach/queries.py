"""Questions about reach: which facilities there are, how far it is to them, and what lies out of reach."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.casework.definitions import in_force
from linli.casework.queries.entries import (
    CurrentEntry,
    PlacedEntry,
    current_entries,
    entries_placed,
)
from linli.reach.models import WalkingNetwork
from linli.reach.standards import Source, Standard
from linli.reach.walking import Network, Point, Straight, Walking, Way
from linli.registry.dwellings.queries import EstateRow, housing_estates
from linli.registry.isolation import current_office


@dataclass(frozen=True)
class NetworkRow:
    """The network that is loaded: where it came from and how many lines it has."""

    source: str
    lines: int
    loaded_on: date


@dataclass(frozen=True)
class Reached:
    """One estate and one kind of facility: how far, to which, and how many buildings and dwellings lie in reach."""

    estate: EstateRow
    kind: str
    metres: int | None
    nearest: PlacedEntry | None
    buildings_in: int
    dwellings_in: int


@dataclass(frozen=True)
class Gap:
    """An estate out of reach of a kind, as it was measured; `number` is that of the gap on record, if there is one."""

    entry: str
    values: Mapping[str, Any]
    area: str
    number: str


@dataclass(frozen=True)
class Progress:
    """How many estates were measured for a kind, and how many of them are in reach; so for buildings and dwellings."""

    kind: str
    facilities: int
    estates: tuple[int, int]
    buildings: tuple[int, int]
    dwellings: tuple[int, int]


def network_loaded() -> NetworkRow | None:
    """Give the walking network of the office; None when there is none."""
    row = WalkingNetwork.objects.filter(office_id=current_office()).first()
    return None if row is None else NetworkRow(row.source, len(row.lines), row.loaded_at.date())


def walking(standard: Standard) -> tuple[str, Walking]:
    """Give how one walks here: along the network if there is one, or in straight lines times the detour factor."""
    row = WalkingNetwork.objects.filter(office_id=current_office()).first()
    if row is None:
        return "straight", Straight(float(standard.detour))
    lines = [[(point[0], point[1]) for point in line] for line in row.lines]
    return "network", Network(lines, float(standard.detour))


def facilities(standard: Standard) -> dict[str, list[PlacedEntry]]:
    """Give the facilities of every kind: entries of the registers the standard names, with a position."""
    known = in_force()
    wanted = {source.of for kind in standard.kinds.values() for source in kind.from_}
    entries = entries_placed({key: known[key] for key in wanted if key in known})
    return {
        key: [one for one in entries if any(_belongs(one, source) for source in kind.from_)]
        for key, kind in standard.kinds.items()
    }


def reached(standard: Standard, *, on: date, under: str = "/") -> Iterator[Reached]:
    """Give, for every estate and kind, how far it is on foot."""
    _way, means = walking(standard)
    estates = housing_estates(on=on, under=under)
    for kind, there in facilities(standard).items():
        nearest = means.to([(one.lon, one.lat) for one in there])
        for estate in estates:
            yield _reached(standard, estate, kind, there, nearest)


def near(standard: Standard, estate: str, *, on: date) -> list[Reached]:
    """Give how far it is from one estate to every kind of facility."""
    return [one for one in reached(standard, on=on) if one.estate.code == estate]


def progress(standard: Standard) -> list[Progress]:
    """Give how far each kind has come, as measured last."""
    there = {kind: len(listed) for kind, listed in facilities(standard).items()}
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for one in current_entries(standard.kept_in):
        values = one.values
        found = sums[values["kind"]]
        found["estates"] += 1
        found["estates_in"] += values["in_reach"]
        for name in ("buildings", "buildings_in", "dwellings", "dwellings_in"):
            found[name] += int(values[name])
    return [_progress(kind, there[kind], sums[kind]) for kind in standard.kinds]


def gaps(standard: Standard, kind: str = "") -> list[Gap]:
    """Give the estates out of reach, the most dwellings first, each with the gap on record that is not ended."""
    on_record = {
        (one.area, one.values["estate"], one.values["kind"]): one.number
        for one in current_entries(standard.gap)
    }
    out = [
        Gap(one.number, one.values, one.area, on_record.get(_spot(one), ""))
        for one in current_entries(standard.kept_in)
        if not one.values["in_reach"] and (not kind or one.values["kind"] == kind)
    ]
    return sorted(out, key=lambda one: (-_lacking(one), one.values["estate_code"]))


def _spot(entry: CurrentEntry) -> tuple[str, str, str]:
    return entry.area, entry.values["estate"], entry.values["kind"]


def _lacking(gap: Gap) -> int:
    return int(gap.values["dwellings"]) - int(gap.values["dwellings_in"])


def _progress(kind: str, there: int, found: Counter[str]) -> Progress:
    return Progress(
        kind,
        there,
        (found["estates_in"], found["estates"]),
        (found["buildings_in"], found["buildings"]),
        (found["dwellings_in"], found["dwellings"]),
    )


def _belongs(entry: PlacedEntry, source: Source) -> bool:
    return entry.mechanism.mechanism == source.of and all(
        entry.values.get(name) in values for name, values in source.where.items()
    )


def _reached(
    standard: Standard, estate: EstateRow, kind: str, there: Sequence[PlacedEntry], nearest: Any
) -> Reached:
    def way(point: Point | None) -> Way | None:
        return None if point is None else nearest.way_from(point)

    found = way(estate.middle)
    inside = [
        one
        for one in estate.buildings
        if (from_it := way(one.middle)) and standard.is_within(kind, round(from_it.metres))
    ]
    return Reached(
        estate,
        kind,
        None if found is None else round(found.metres),
        None if found is None else there[found.target],
        len(inside),
        sum(len(one.dwellings) for one in inside),
    )
