"""Outlines of places: PostgreSQL's own polygon as a model field, and what makes a ring a good outline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import cos, isfinite, radians
from typing import TYPE_CHECKING, Any

from django.db import models

from linli.rulebook.mechanism import Label

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    Column = models.Field[Any, Any]
else:
    Column = models.Field

Point = tuple[float, float]
Ring = tuple[Point, ...]
Side = tuple[Point, Point]
METRES = 111_195.0  # of one degree of latitude

PAIR = re.compile(r"\(([^(),]+),([^(),]+)\)")
MICRO = 1_000_000
CLOSED_TRIANGLE = 4
MOST_CORNERS = 2_000
WEST, SOUTH, EAST, NORTH = 72.0, 0.8, 137.9, 55.9


class OutlineRefused(Exception):
    """A ring is no outline; `message` says why."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


class PolygonField(Column):
    """A closed ring of (longitude, latitude) in WGS-84, kept as PostgreSQL `polygon` in microdegrees.

    Python sees degrees, with the first point repeated at the end, as GeoJSON writes it. PostgreSQL takes
    products of sides below 0.000001 for nothing: in degrees it would be wrong by tens of metres.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002
        """Give PostgreSQL's name of the type."""
        return "polygon"

    def get_placeholder(self, *_: object) -> str:
        """Give the placeholder with its type, so that text is taken as a polygon."""
        return "%s::polygon"

    def from_db_value(self, value: str | None, *_: object) -> Ring | None:
        """Give the closed ring for PostgreSQL's text form."""
        return None if value is None else ring_of(value)

    def get_prep_value(self, value: Any) -> str | None:
        """Give PostgreSQL's text form for a closed ring."""
        if value is None:
            return None
        corners = (f"({float(x) * MICRO!r},{float(y) * MICRO!r})" for x, y in value[:-1])
        return f"({','.join(corners)})"


def ring_of(text: str) -> Ring:
    """Give the closed ring for PostgreSQL's text form of a polygon."""
    pairs = PAIR.findall(text)
    corners = tuple((round(float(x) / MICRO, 9), round(float(y) / MICRO, 9)) for x, y in pairs)
    return (*corners, corners[0])


def shared_area(one: Ring, other: Ring) -> float:
    """Give the area that lies in both outlines, in square metres, exact for straight sides on a plane at their height.

    Between two neighbouring heights at which a corner or a crossing lies, all sides are straight and none cross: there
    the width that is in both grows evenly, so that its width half-way times the height is the area.
    """
    east = METRES * cos(radians(one[0][1]))
    rings = [[(x * east, y * METRES) for x, y in ring] for ring in (one, other)]
    sides = [[*pairwise(ring)] for ring in rings]
    heights = sorted({y for ring in rings for _, y in ring} | {*_crossings(*sides)})
    return sum(
        (top - low) * _common([_within(each, (low + top) / 2) for each in sides])
        for low, top in pairwise(heights)
    )


def _crossings(sides: list[Side], others: list[Side]) -> Iterator[float]:
    """Give the heights at which a side of one outline crosses one of the other."""
    for (ax, ay), (bx, by) in sides:
        for (cx, cy), (dx, dy) in others:
            turn = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
            if turn and max(cy, dy) >= min(ay, by) and min(cy, dy) <= max(ay, by):
                along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / turn
                beside = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / turn
                if 0 <= along <= 1 and 0 <= beside <= 1:
                    yield ay + along * (by - ay)


def _within(sides: list[Side], height: float) -> list[Point]:
    """Give the stretches of a height that lie in an outline."""
    at = sorted(
        ax + (height - ay) / (by - ay) * (bx - ax)
        for (ax, ay), (bx, by) in sides
        if (ay <= height) != (by <= height)
    )
    return [*zip(at[::2], at[1::2], strict=False)]


def _common(stretches: list[list[Point]]) -> float:
    """Give how much of a height lies in both."""
    one, other = stretches
    return sum(max(0.0, min(b, d) - max(a, c)) for a, b in one for c, d in other)


def good_ring(points: Sequence[Sequence[float]]) -> Ring:
    """Give a ring without repeated neighbours. Raises OutlineRefused for one that is no outline.

    An outline is closed, lies in China, does not cross or touch itself, and encloses something.
    """
    ring = _finite(points)
    if len(ring) > MOST_CORNERS:
        raise _refused(
            f"边界的点超过 {MOST_CORNERS} 个", f"the outline has more than {MOST_CORNERS} points"
        )
    if len(ring) < CLOSED_TRIANGLE or ring[0] != ring[-1]:
        raise _refused("边界没有闭合", "the outline is not closed")
    if not all(WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in ring):
        raise _refused("边界坐标不在中国范围内", "the outline lies outside China")
    thinned = (ring[0], *(after for before, after in pairwise(ring) if before != after))
    if len(thinned) < CLOSED_TRIANGLE or _touches_itself(thinned):
        raise _refused("边界自相交", "the outline crosses itself")
    return thinned


def middle_of(ring: Ring) -> Point:
    """Give the centre of gravity of a closed ring; it may lie outside a bent one."""
    west, south = ring[0]
    corners = [(x - west, y - south) for x, y in ring]
    turns = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(corners)]
    twice = sum(turn for _, _, turn in turns)
    x = sum((a[0] + b[0]) * turn for a, b, turn in turns) / (3 * twice)
    y = sum((a[1] + b[1]) * turn for a, b, turn in turns) / (3 * twice)
    return round(west + x, 7), round(south + y, 7)


def _finite(points: Sequence[Sequence[float]]) -> Ring:
    try:
        ring = tuple((round(float(x), 9), round(float(y), 9)) for x, y, *_ in points)
    except (TypeError, ValueError, IndexError) as error:
        raise _refused("坐标不是成对的数字", "the coordinates are not pairs of numbers") from error
    if not all(isfinite(x) and isfinite(y) for x, y in ring):
        raise _refused("坐标不是有限的数字", "the coordinates are not finite numbers")
    return ring


def _refused(zh: str, en: str) -> OutlineRefused:
    return OutlineRefused(Label(zh=zh, en=en))


def _touches_itself(ring: Ring) -> bool:
    sides = sorted(((min(a, b), max(a, b), i) for i, (a, b) in enumerate(pairwise(ring))))
    last = len(sides) - 1
    for place, (left, right, number) in enumerate(sides):
        for start, end, other in sides[place + 1 :]:
            if start[0] > right[0]:
                break
            gap = abs(number - other)
            if gap in (1, last):
                if _folds_back((left, right), (start, end)):
                    return True
            elif _meet(left, right, start, end):
                return True
    return False


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _spans(a: Point, b: Point, c: Point) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    touches = ((turns[0], a, b, c), (turns[1], a, b, d), (turns[2], c, d, a), (turns[3], c, d, b))
    return any(turn == 0 and _spans(one, two, point) for turn, one, two, point in touches)


def _folds_back(one: tuple[Point, Point], two: tuple[Point, Point]) -> bool:
    shared = set(one) & set(two)
    if len(shared) != 1:
        return True
    corner = shared.pop()
    first = next(point for point in one if point != corner)
    second = next(point for point in two if point != corner)
    ahead = (first[0] - corner[0]) * (second[0] - corner[0]) + (first[1] - corner[1]) * (
        second[1] - corner[1]
    )
    return _turn(corner, first, second) == 0 and ahead > 0
