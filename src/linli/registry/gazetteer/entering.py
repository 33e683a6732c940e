"""Entering addresses into the gazetteer, row by row: good rows go in, the others are listed with their reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from linli.registry.actions import note_change
from linli.registry.coordinates import Position, PositionRefused, to_wgs84
from linli.registry.gazetteer.parsing import Address as Parts
from linli.registry.gazetteer.parsing import digits, plain_text
from linli.registry.isolation import current_office
from linli.registry.models import Address
from linli.registry.queries import area_of_point, areas_of_office, this_office
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

ROAD, LANE, NUMBER, ESTATE, VILLAGE, AREA, LON, LAT = COLUMNS = (
    "路名", "弄", "号", "小区", "村", "居民区", "经度", "纬度",
)  # fmt: skip
LONGEST = 60
BATCH = 1_000
KEPT = ("road", "lane", "number", "estate", "village", "area", "lon", "lat", "datum")


@dataclass(frozen=True)
class BadRow:
    """A row that was left out, by its line, and why."""

    line: int
    reason: Label


@dataclass(frozen=True)
class Entered:
    """What became of the rows: how many are new, how many were changed, which were left out."""

    added: int
    changed: int
    bad: tuple[BadRow, ...]


class _Unfit(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Label(zh=zh, en=en)


def enter_addresses(
    rows: Iterable[tuple[int, Mapping[str, str]]], *, datum: str, by: Actor, at: datetime
) -> Entered:
    """Enter every good row, in an open office transaction; an address that is known is changed. Columns: COLUMNS."""
    ground = {
        name: row.path
        for row in areas_of_office(on=localdate(at))
        for name in (row.name, row.code, *row.aliases)
    }
    known = {row.words: row for row in Address.objects.all()}
    fresh: dict[str, Address] = {}
    changed: dict[str, Address] = {}
    bad: list[BadRow] = []
    for line, cells in rows:
        try:
            row = _row(cells, datum, ground, at)
        except _Unfit as unfit:
            bad.append(BadRow(line, unfit.reason))
            continue
        if (before := known.get(row.words)) is None:
            fresh[row.words] = row
        elif any(getattr(before, name) != getattr(row, name) for name in KEPT):
            row.pk = before.pk
            changed[row.words] = row
    Address.objects.bulk_create(fresh.values(), batch_size=BATCH)
    Address.objects.bulk_update(changed.values(), KEPT, batch_size=BATCH)
    if fresh or changed:
        note_change(by, at, "enter_addresses", "addresses", added=len(fresh), changed=len(changed))
    return Entered(len(fresh), len(changed), tuple(bad))


def feature_rows(collection: Mapping[str, Any]) -> list[tuple[int, dict[str, str]]]:
    """Give the rows of a GeoJSON collection: properties under the names of the columns, points as positions."""
    rows = []
    for line, feature in enumerate(collection.get("features") or [], start=1):
        cells = {name: str((feature.get("properties") or {}).get(name) or "") for name in COLUMNS}
        shape = feature.get("geometry") or {}
        if shape.get("type") == "Point":
            cells[LON], cells[LAT] = (str(axis) for axis in shape["coordinates"][:2])
        rows.append((line, cells))
    return rows


def _row(cells: Mapping[str, str], datum: str, ground: Mapping[str, str], at: datetime) -> Address:
    told = {name: plain_text(cells.get(name, "").strip()) for name in COLUMNS}
    if any(len(text) > LONGEST for text in told.values()):
        raise _Unfit(f"每格最多 {LONGEST} 字", f"At most {LONGEST} characters in a cell")
    parts = Parts(
        road=told[ROAD],
        lane=digits(told[LANE].removesuffix("弄")),
        number=digits(told[NUMBER].removesuffix("号")),
        estate=told[ESTATE],
        village=told[VILLAGE],
    )
    if not (parts.road or parts.estate or parts.village):
        raise _Unfit("路名、小区、村至少填一个", "Give a road, an estate or a village")
    position = _position(told, datum)
    return Address(
        office_id=current_office(),
        words=parts.words,
        road=parts.road,
        lane=parts.lane,
        number=parts.number,
        estate=parts.estate,
        village=parts.village,
        area=_area(told[AREA], position, ground, at),
        lon=position.lon if position else None,
        lat=position.lat if position else None,
        datum=position.datum if position else "",
    )


def _position(told: Mapping[str, str], datum: str) -> Position | None:
    if not told[LON] and not told[LAT]:
        return None
    try:
        return to_wgs84(float(told[LON]), float(told[LAT]), datum)
    except (ValueError, PositionRefused) as wrong:
        raise _Unfit("经纬度不对", "No such position") from wrong


def _area(named: str, position: Position | None, ground: Mapping[str, str], at: datetime) -> str:
    if named:
        full = ground.get(named) or ground.get(f"{named}居委会") or ground.get(f"{named}居民区")
        if full is None:
            raise _Unfit(f"没有居民区“{named}”", f"There is no neighbourhood “{named}”")
        return full
    found = position and area_of_point(position.lon, position.lat, on=localdate(at))
    return found.area if found else this_office().path
