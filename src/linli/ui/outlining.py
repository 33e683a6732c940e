"""A map drawn on the server: grounds as outlines with their names, and dots, all in one small SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

WIDE = 1000.0
MARGIN = 24.0
LETTER = 26.0  # the room of one Chinese character of a name, in the units of the drawing
UNSAID = ("居民委员会", "居委会", "村民委员会")  # what people leave out of a name on a map
Point = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """A ground: its name, and its ring of (longitude, latitude)."""

    name: str
    ring: Sequence[Point]


@dataclass(frozen=True)
class Name:
    """A name, and where its middle stands."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Sheet:
    """What the template of a drawn map needs: paths of grounds and of dots, and names that have room."""

    grounds: tuple[str, ...]
    names: tuple[Name, ...]
    plain: str
    late: str
    wide: float
    high: float


def sheet(
    outlines: Sequence[Outline], plain: Iterable[Point], late: Iterable[Point]
) -> Sheet | None:
    """Lay grounds and dots out on a sheet; None when there is nothing to draw."""
    calm, urgent = [*plain], [*late]
    corners = [point for one in outlines for point in one.ring] or [*calm, *urgent]
    if not corners:
        return None
    paper = _Paper(corners)
    named = [_named(_short(one.name), [*map(paper.at, one.ring)]) for one in outlines]
    return Sheet(
        grounds=tuple(_ring([*map(paper.at, one.ring)]) for one in outlines),
        names=tuple(name for name in named if name is not None),
        plain=_dots(paper, calm),
        late=_dots(paper, urgent),
        wide=WIDE,
        high=paper.high,
    )


def _short(name: str) -> str:
    for ending in UNSAID:
        name = name.removesuffix(ending)
    return name


class _Paper:
    """Puts longitude and latitude on paper: near enough to true for the ground of one office."""

    def __init__(self, corners: Sequence[Point]) -> None:
        self.west = min(x for x, _ in corners)
        self.north = max(y for _, y in corners)
        south, east = min(y for _, y in corners), max(x for x, _ in corners)
        self.squeeze = cos(radians((self.north + south) / 2))
        across = max((east - self.west) * self.squeeze, 1e-9)
        self.scale = (WIDE - 2 * MARGIN) / max(across, (self.north - south) / 2)
        self.high = round((self.north - south) * self.scale + 2 * MARGIN, 1)

    def at(self, point: Point) -> Point:
        x, y = point
        across = (x - self.west) * self.squeeze * self.scale
        return round(across + MARGIN, 1), round((self.north - y) * self.scale + MARGIN, 1)

    def holds(self, point: Point) -> bool:
        x, y = self.at(point)
        return 0 <= x <= WIDE and 0 <= y <= self.high


def _ring(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def _dots(paper: _Paper, points: Iterable[Point]) -> str:
    """Give dots as one path of strokes without length, which round ends make visible."""
    return "".join(f"M{x:g} {y:g}h0" for x, y in (paper.at(p) for p in points if paper.holds(p)))


def _named(name: str, points: Sequence[Point]) -> Name | None:
    """Give a name in the middle of its ground, if there is room for it."""
    across = [x for x, _ in points]
    down = [y for _, y in points]
    is_wide_enough = max(across) - min(across) >= len(name) * LETTER
    if not is_wide_enough or max(down) - min(down) < LETTER:
        return None
    return Name(
        name, round((max(across) + min(across)) / 2, 1), round((max(down) + min(down)) / 2, 1)
    )
