"""The verbs of reach: load a walking network, measure every estate anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from linli.casework.actions import Receipt, open_case, perform
from linli.casework.queries.entries import current_entries
from linli.reach.models import WalkingNetwork
from linli.reach.queries import Reached, gaps, reached, walking
from linli.reach.standards import Standard
from linli.reach.walking import Point
from linli.registry.actions import note_change
from linli.registry.isolation import current_office, office_transaction
from linli.rulebook.casefile import Actor, StepRefused
from linli.rulebook.mechanism import AMEND, ENROL, Label

FEWEST_POINTS = 2
LONGEST_NAME = 60
KEYS = ("estate_code", "kind")
FIND = "find"


class NetworkRefused(Exception):
    """A file is no walking network; `message` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


@dataclass(frozen=True)
class Measured:
    """What a measurement did: entries new, changed, and as they were."""

    new: int
    changed: int
    same: int


def load_network(*, text: str, source: str, by: Actor, at: datetime) -> int:
    """Keep the lines of a GeoJSON text (WGS-84) as the office's walking network; give how many. Raises NetworkRefused."""
    if not source.strip():
        raise NetworkRefused("请写明路网的来源", "say where the network comes from")
    lines = list(_lines(text))
    if not lines:
        raise NetworkRefused("文件里没有线", "there are no lines in the file")
    WalkingNetwork.objects.update_or_create(
        office_id=current_office(),
        defaults={"source": source.strip(), "lines": lines, "loaded_by": by.id, "loaded_at": at},
    )
    note_change(by, at, "load_walking_network", "walking-network", count=len(lines), source=source)
    return len(lines)


def measure(*, standard: Standard, by: Actor, at: datetime) -> Measured:
    """Measure every estate for every kind; enrol what is new and amend what changed. Raises StepRefused."""
    became = {"new": 0, "changed": 0, "same": 0}
    with office_transaction(by.office):
        there = {
            tuple(one.values[name] for name in KEYS): (one.case, one.values)
            for one in current_entries(standard.kept_in)
        }
        way = walking(standard)[0]
        for one in reached(standard, on=at.date()):
            form = _form(standard, one, way)
            case, stands = there.get(tuple(form[name] for name in KEYS), (None, {}))
            became[_entered(standard, form, (case, stands), one.estate.area, by, at)] += 1
    return Measured(became["new"], became["changed"], became["same"])


def find_gap(*, standard: Standard, entry: str, by: Actor, at: datetime) -> Receipt:
    """Put on record the gap that a measured entry shows. Raises LookupError for none, StepRefused for one on record."""
    found = next(
        (one for one in gaps(standard) if one.entry == entry),
        None,
    )
    if found is None:
        raise LookupError(entry)
    if found.number:
        raise StepRefused(
            "unique",
            Label(
                zh=f"这个缺口已经记了：{found.number}", en=f"this gap is on record: {found.number}"
            ),
        )
    values = found.values
    form = {
        "estate": values["estate"],
        "kind": values["kind"],
        "dwellings": values["dwellings"] - values["dwellings_in"],
    }
    if "metres" in values:
        form["metres"] = values["metres"]
    return open_case(
        mechanism=standard.gap, action=FIND, by=by, at=at, form=form, area=found.area, source="desk",
        key=f"gap:{entry}:{at.isoformat()}",
    )  # fmt: skip


def _entered(
    standard: Standard,
    form: Mapping[str, Any],
    there: tuple[int | None, Mapping[str, Any]],
    area: str,
    by: Actor,
    at: datetime,
) -> str:
    case, stands = there
    key = f"reach:{form['estate_code']}:{form['kind']}:{at.isoformat()}"
    if case is None:
        open_case(
            mechanism=standard.kept_in, action=ENROL, by=by, at=at, form=form, key=key, area=area
        )
        return "new"
    changed = {
        name: value
        for name, value in form.items()
        if name not in KEYS and stands.get(name) != value
    }
    if not changed:
        return "same"
    perform(case=case, action=AMEND, by=by, at=at, form=changed, key=key, revision=None)
    return "changed"


def _form(standard: Standard, one: Reached, way: str) -> dict[str, Any]:
    form = {
        "estate": one.estate.name[:LONGEST_NAME],
        "estate_code": one.estate.code,
        "kind": one.kind,
        "band": standard.band_of(one.metres),
        "in_reach": standard.is_within(one.kind, one.metres),
        "way": way,
        "buildings": len(one.estate.buildings),
        "buildings_in": one.buildings_in,
        "dwellings": one.estate.dwellings,
        "dwellings_in": one.dwellings_in,
    }
    if one.metres is not None and one.nearest is not None:
        form |= {"metres": one.metres, "nearest": one.nearest.name[:LONGEST_NAME]}
    return form


def _lines(text: str) -> Iterator[list[Point]]:
    try:
        content = json.loads(text)
        features = content["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise NetworkRefused("不是 GeoJSON 要素集", "not a GeoJSON feature collection") from error
    for number, feature in enumerate(features, start=1):
        shape = feature.get("geometry") or {}
        kind, coordinates = shape.get("type"), shape.get("coordinates", [])
        if kind not in ("LineString", "MultiLineString"):
            continue
        for line in [coordinates] if kind == "LineString" else coordinates:
            yield _line(line, number)


def _line(points: list[Any], number: int) -> list[Point]:
    try:
        line = [(float(point[0]), float(point[1])) for point in points]
    except (TypeError, ValueError, IndexError) as error:
        raise NetworkRefused(
            f"第 {number} 个要素的坐标不对", f"the coordinates of feature {number} are wrong"
        ) from error
    if len(line) < FEWEST_POINTS or not all(isfinite(x) and isfinite(y) for x, y in line):
        raise NetworkRefused(f"第 {number} 个要素不成线", f"feature {number} is no line")
    return line
