# ruff: noqa: S608 - only our own conditions are set into the text
"""Where a case lies: the point its form names, in WGS-84, with the cell and the committee it falls in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from linli.casework.journal.casefiles import Place
from linli.registry.asking.statements import Statement
from linli.registry.asking.texts import FIRST_CELL
from linli.registry.coordinates import Position, PositionRefused, to_wgs84
from linli.registry.gazetteer.queries import located
from linli.registry.scope import path_of
from linli.rulebook.forms import AREA
from linli.rulebook.mechanism import Mechanism

ADDRESS, MOST_READ = "address", 200
PLACED = "@placed"  # among the values of a step: the position read off an address
ZONE = ZoneInfo("Asia/Shanghai")
CELL = f"""
    SELECT cell.id, cell.area FROM registry_gridcell cell
    WHERE cell.outline @> point({{lon}} * 1e6::float8, {{lat}} * 1e6::float8)
      AND cell.valid_from <= {{day}} AND (cell.valid_to IS NULL OR cell.valid_to > {{day}})
    ORDER BY {FIRST_CELL} LIMIT 1
"""
CELL_AT = Statement(CELL.format(lon="$1::float8", lat="$2::float8", day="$3::date"))
CELLS = f"""
    SELECT cell.id, cell.area
    FROM unnest(%s::float8[], %s::float8[], %s::date[]) WITH ORDINALITY AS asked (lon, lat, day, nth)
    LEFT JOIN LATERAL ({CELL.format(lon="asked.lon", lat="asked.lat", day="asked.day")}) cell ON true
    ORDER BY asked.nth
"""
Point = tuple[Position, date]


def place_field(mechanism: Mechanism) -> str | None:
    """Give the field that says where a case lies: the one the file shows, else its first place."""
    places = (name for name, field in mechanism.fields.items() if field.type == "place")
    return mechanism.shows.place or next(places, None)


def moved_by(
    mechanism: Mechanism, action: str, form: Mapping[str, Any], at: datetime
) -> Point | None:
    """Give the point that an action's form moves the case to, and its day; None when it names none.

    What is no point is left to the form's own check, which says so to whoever filled it in.
    """
    name, rule = place_field(mechanism), mechanism.actions.get(action)
    if name is None or rule is None or name not in rule.fields:
        return None
    position = point_of(form.get(name))
    return (position, at.astimezone(ZONE).date()) if position else None


def point_of(answer: object) -> Position | None:
    """Give the position that a form's answer is, in WGS-84; None for anything else."""
    if not isinstance(answer, Mapping):
        return None
    try:
        lon, lat = float(answer["lon"]), float(answer["lat"])
        return to_wgs84(lon, lat, str(answer.get("datum") or "wgs84"))
    except (KeyError, TypeError, ValueError, PositionRefused):
        return None


def point_read(
    mechanism: Mechanism, action: str, form: Mapping[str, Any], at: datetime
) -> Point | None:
    """Give the point of the address that a form gives in words, where it names no point and the gazetteer knows it."""
    rule = mechanism.actions.get(action)
    text = form.get(ADDRESS)
    asks = rule is not None and ADDRESS in rule.fields and not mechanism.fields[ADDRESS].personal
    if not asks or not isinstance(text, str) or place_field(mechanism) is None:
        return None
    found = located(text[:MOST_READ])
    if found is None or found.lon is None or found.lat is None:
        return None
    return to_wgs84(found.lon, found.lat, "wgs84"), at.astimezone(ZONE).date()


def ground_named(
    mechanism: Mechanism, action: str, form: Mapping[str, Any], office_code: str
) -> str | None:
    """Give the area of the office that an action's form names, where a mechanism tells ground by areas alone."""
    rule = mechanism.actions.get(action)
    if rule is None or place_field(mechanism) is not None:
        return None
    named = (form.get(name) for name in rule.fields if mechanism.fields[name].type == "area")
    ground = path_of(office_code)
    fit = (text for text in named if isinstance(text, str) and AREA.fullmatch(text))
    return next((text for text in fit if text.startswith(ground)), None)


def placed(points: Sequence[Point], office_code: str) -> list[Place]:
    """Give the place of each point, in order, asked for in one statement; see `place_in`."""
    if not points:
        return []
    lons = [position.lon for position, _ in points]
    lats = [position.lat for position, _ in points]
    with connection.cursor() as cursor:
        cursor.execute(CELLS, [lons, lats, [day for _, day in points]])
        cells = cursor.fetchall()
    return [
        place_in(cell, area, position, office_code)
        for (position, _), (cell, area) in zip(points, cells, strict=True)
    ]


def place_at(point: Point, office_code: str) -> Place:
    """Give the place of one point."""
    position, day = point
    found = CELL_AT.rows(position.lon, position.lat, day)
    cell, area = found[0] if found else (None, None)
    return place_in(cell, area, position, office_code)


def place_in(cell: int | None, area: str | None, position: Position, office_code: str) -> Place:
    """Give the place of a position: in its cell, or outside all cells on the office's own ground.

    Of several cells the first, as `FIRST_CELL` has it.
    """
    ground = area or path_of(office_code)
    return Place(position.lon, position.lat, position.datum, ground, cell)


def ground_of(office_code: str, area: str | None) -> Place:
    """Give the place of a case without a point: the area named, or the whole office."""
    return Place(None, None, "", area or path_of(office_code))
