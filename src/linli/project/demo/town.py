"""The demo's synthetic map: parcels cut by roads, grid cells, estates, buildings, a canal and greens."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random

Point = tuple[float, float]

CENTRE: Point = (121.3950, 31.1420)
TILT = math.radians(-7)
METRES_PER_DEGREE = (95_500.0, 110_900.0)
SIZE = (2_700.0, 2_450.0)
MAIN_ROAD, LANE = 28.0, 12.0
BUILDING = (46.0, 13.0)
ROW_GAP, COLUMN_GAP, MARGIN = 27.0, 14.0, 22.0
GREEN_SHARE = 0.08


@dataclass(frozen=True)
class Block:
    """A rectangle in metres before it is tilted onto the globe."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Give the east-west side in metres."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Give the north-south side in metres."""
        return self.top - self.bottom

    @property
    def area(self) -> float:
        """Give the area in square metres."""
        return self.width * self.height

    def shrunk(self, by: float) -> Block:
        """Give the block with `by` metres taken off every side."""
        return Block(self.left + by, self.bottom + by, self.right - by, self.top - by)

    def ring(self) -> tuple[Point, ...]:
        """Give the closed outline in degrees (WGS-84), counter-clockwise."""
        corners = (
            (self.left, self.bottom),
            (self.right, self.bottom),
            (self.right, self.top),
            (self.left, self.top),
            (self.left, self.bottom),
        )
        return tuple(placed(x, y) for x, y in corners)

    def point_inside(self, chance: Random) -> Point:
        """Give a random place inside, in degrees."""
        return placed(
            chance.uniform(self.left + 4, self.right - 4),
            chance.uniform(self.bottom + 4, self.top - 4),
        )


@dataclass(frozen=True)
class Road:
    """A road: its line in degrees and whether it is a main road."""

    name: str
    line: tuple[Point, ...]
    is_main: bool


@dataclass(frozen=True)
class Estate:
    """A housing estate or a green inside one grid cell, with its buildings."""

    name: str
    block: Block
    is_green: bool
    buildings: tuple[Block, ...]


@dataclass(frozen=True)
class Parcel:
    """One committee's ground: its outline and its grid cells, each holding one estate or green."""

    block: Block
    cells: tuple[Block, ...]
    estates: tuple[Estate, ...]


@dataclass
class Town:
    """The whole synthetic subdistrict."""

    parcels: list[Parcel] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    canal: tuple[Point, ...] = ()


def placed(x: float, y: float) -> Point:
    """Give degrees for metres east and north of the centre, tilted as old street grids are."""
    east = x * math.cos(TILT) - y * math.sin(TILT)
    north = x * math.sin(TILT) + y * math.cos(TILT)
    return (
        round(CENTRE[0] + east / METRES_PER_DEGREE[0], 6),
        round(CENTRE[1] + north / METRES_PER_DEGREE[1], 6),
    )


def build_town(parcels: int, road_names: list[str], estate_names: list[str], seed: int) -> Town:
    """Give a town with exactly `parcels` parcels, the same one for the same seed."""
    chance = Random(seed)
    half = (SIZE[0] / 2, SIZE[1] / 2)
    cuts: list[tuple[Point, Point, int]] = []
    blocks = _cut(Block(-half[0], -half[1], half[0], half[1]), parcels, chance, cuts, 0)
    names = iter(estate_names)
    town = Town(canal=_canal(half))
    town.parcels = [_parcel(block, chance, names) for block in blocks]
    town.roads = _roads(cuts, iter(road_names))
    return town


def _cut(
    block: Block, pieces: int, chance: Random, cuts: list[tuple[Point, Point, int]], depth: int
) -> list[Block]:
    if pieces == 1:
        return [block]
    fewer = pieces // 2
    share = fewer / pieces * chance.uniform(0.94, 1.06)
    if block.width >= block.height:
        x = block.left + block.width * share
        cuts.append(((x, block.bottom), (x, block.top), depth))
        parts = (
            Block(block.left, block.bottom, x, block.top),
            Block(x, block.bottom, block.right, block.top),
        )
    else:
        y = block.bottom + block.height * share
        cuts.append(((block.left, y), (block.right, y), depth))
        parts = (
            Block(block.left, block.bottom, block.right, y),
            Block(block.left, y, block.right, block.top),
        )
    return _cut(parts[0], fewer, chance, cuts, depth + 1) + _cut(
        parts[1], pieces - fewer, chance, cuts, depth + 1
    )


def _parcel(block: Block, chance: Random, names: object) -> Parcel:
    cells = _cut(block, 3 if block.area > 130_000 else 2, chance, [], 0)  # noqa: PLR2004
    estates = tuple(_estate(cell.shrunk(MAIN_ROAD / 2), chance, names) for cell in cells)
    return Parcel(block, tuple(cells), estates)


def _estate(ground: Block, chance: Random, names: object) -> Estate:
    assert hasattr(names, "__next__")
    is_green = chance.random() < GREEN_SHARE
    return Estate(next(names), ground, is_green, () if is_green else tuple(_rows(ground, chance)))


def _rows(ground: Block, chance: Random) -> list[Block]:
    inner = ground.shrunk(MARGIN)
    length, depth = BUILDING[0] * chance.uniform(0.8, 1.25), BUILDING[1]
    across = int((inner.width + COLUMN_GAP) // (length + COLUMN_GAP))
    down = int((inner.height + ROW_GAP) // (depth + ROW_GAP))
    return [
        Block(left, bottom, left + length, bottom + depth)
        for row in range(down)
        for column in range(across)
        for left in (inner.left + column * (length + COLUMN_GAP),)
        for bottom in (inner.bottom + row * (depth + ROW_GAP),)
    ]


def _roads(cuts: list[tuple[Point, Point, int]], names: object) -> list[Road]:
    assert hasattr(names, "__next__")
    return [
        Road(next(names), (placed(*start), placed(*end)), depth <= 2)  # noqa: PLR2004
        for start, end, depth in sorted(cuts, key=lambda cut: cut[2])
    ]


def _canal(half: tuple[float, float]) -> tuple[Point, ...]:
    steps = 60
    course = [
        (-half[0] + i * 2 * half[0] / steps, -half[1] * 0.36 + 38 * math.sin(i / 5.5))
        for i in range(steps + 1)
    ]
    width = 17.0
    banks = [(x, y + width) for x, y in course] + [(x, y - width) for x, y in reversed(course)]
    return tuple(placed(x, y) for x, y in [*banks, banks[0]])
