"""Estates, buildings, dwellings and facilities on an open field, for tests of reach."""

from itertools import count

from townsfolk import AT, SPOT

from linli.casework.actions import open_case
from linli.registry.actions import add_buildings, add_estate
from linli.registry.dwellings.entering import DwellingRow, enter_dwellings
from linli.rulebook.casefile import Actor, Duty

METRE_NORTH = 1 / 111_195
_numbers = count()


def square(metres_north, half=10):
    """Give a square ring around a point so many metres north of the spot."""
    lon, lat = SPOT[0], SPOT[1] + metres_north * METRE_NORTH
    side = half * METRE_NORTH
    west, east, south, north = lon - side, lon + side, lat - side, lat + side
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def keeper(folk):
    return Actor(folk.office, "account:900", (Duty("operator", None, ("/",)),))


def estate(folk, code, buildings, name=""):
    """An estate whose buildings stand so many metres north of the spot, each with two dwellings."""
    by = keeper(folk)
    middle = sum(buildings) / len(buildings)
    key = add_estate(
        code=code,
        name=name or f"{code}小区",
        area=folk.committee,
        outline=square(middle),
        by=by,
        at=AT,
    )
    rows = [(f"{n}号", square(metres)) for n, metres in enumerate(buildings, start=1)]
    add_buildings(estate=key, buildings=rows, by=by, at=AT)
    rooms = [
        DwellingRow(0, code, number, room) for number, _ring in rows for room in ("101", "102")
    ]
    enter_dwellings(rows=rooms, by=by, at=AT)


def facility(folk, metres_north, kind="meal", **more):
    """A service point so many metres north of the spot."""
    number = next(_numbers)
    form = {"name": f"点{number}", "kind": kind, "level": "neighbourhood", "set_up": True, **more}
    form["place"] = {"lon": SPOT[0], "lat": SPOT[1] + metres_north * METRE_NORTH}
    return open_case(
        mechanism="service-point", action="enrol", by=keeper(folk), at=AT, form=form,
        key=f"facility-{number}", area=folk.committee,
    )  # fmt: skip
