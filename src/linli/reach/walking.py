"""How far it is on foot: along a network of ways, or in a straight line times a detour. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from math import ceil, cos, hypot, inf, radians
from typing import Protocol

METRES_PER_DEGREE = 111_195.0  # a degree of a great circle on the mean sphere of 6,371 km
LONGEST_PIECE = 20.0
FARTHEST_WAY = 500.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Way:
    """How far it is, and to which of the targets asked about."""

    metres: float
    target: int


class Walking(Protocol):
    """Gives, for targets, how far it is to the nearest of them from anywhere."""

    def to(self, targets: Sequence[Point]) -> Nearest:
        """Give the ways to the nearest of some targets."""


class Nearest(Protocol):
    """The ways to the nearest of some targets."""

    def way_from(self, start: Point) -> Way | None:
        """Give the way from a point; None where no target can be reached."""


def metres_between(one: Point, other: Point) -> float:
    """Give the straight distance of two near points in metres."""
    squeeze = cos(radians((one[1] + other[1]) / 2))
    return METRES_PER_DEGREE * hypot((one[0] - other[0]) * squeeze, one[1] - other[1])


@dataclass(frozen=True)
class Straight:
    """Straight lines times a detour factor: an estimate, for offices without a network."""

    detour: float

    def to(self, targets: Sequence[Point]) -> _StraightTo:
        """Give the ways to the nearest of some targets."""
        return _StraightTo(self.detour, targets)


@dataclass(frozen=True)
class _StraightTo:
    detour: float
    targets: Sequence[Point]

    def way_from(self, start: Point) -> Way | None:
        ways = (
            Way(metres_between(start, target) * self.detour, number)
            for number, target in enumerate(self.targets)
        )
        return min(ways, key=lambda way: way.metres, default=None)


class Network:
    """A network of ways, cut into pieces of 20 metres at most; one joins it at its nearest corner.

    The way to and from the network counts with the detour factor. Who is more than 500 metres off has no way.
    """

    def __init__(self, lines: Sequence[Sequence[Point]], detour: float) -> None:
        self.detour = detour
        self.corners: list[Point] = []
        self.beside: list[list[tuple[int, float]]] = []
        self._numbers: dict[Point, int] = {}
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        for line in lines:
            for start, end in pairwise(line):
                self._lay(start, end)

    def to(self, targets: Sequence[Point]) -> _AlongTo:
        """Give the ways to the nearest of some targets: the shortest paths of Dijkstra from all of them at once."""
        far = [inf] * len(self.corners)
        whose = [-1] * len(self.corners)
        queue: list[tuple[float, int, int]] = []
        for number, target in enumerate(targets):
            joint = self.joint(target)
            if joint is not None:
                heappush(queue, (joint[1], joint[0], number))
        while queue:
            metres, corner, number = heappop(queue)
            if metres >= far[corner]:
                continue
            far[corner], whose[corner] = metres, number
            for other, length in self.beside[corner]:
                if metres + length < far[other]:
                    heappush(queue, (metres + length, other, number))
        return _AlongTo(self, far, whose)

    def joint(self, point: Point) -> tuple[int, float] | None:
        """Give the nearest corner and how far it is to there; None when the network is too far off."""
        near = ((metres_between(point, self.corners[one]), one) for one in self._around(point))
        metres, corner = min(near, default=(inf, -1))
        return None if metres > FARTHEST_WAY else (corner, metres * self.detour)

    def _around(self, point: Point) -> Iterator[int]:
        column, row = _cell(point)
        for across in (-1, 0, 1):
            for down in (-1, 0, 1):
                yield from self._cells.get((column + across, row + down), ())

    def _lay(self, start: Point, end: Point) -> None:
        pieces = max(1, ceil(metres_between(start, end) / LONGEST_PIECE))
        steps = [
            (
                start[0] + (end[0] - start[0]) * n / pieces,
                start[1] + (end[1] - start[1]) * n / pieces,
            )
            for n in range(pieces)
        ]
        for one, other in pairwise([self._corner(step) for step in [*steps, end]]):
            length = metres_between(self.corners[one], self.corners[other])
            self.beside[one].append((other, length))
            self.beside[other].append((one, length))

    def _corner(self, point: Point) -> int:
        key = (round(point[0], 6), round(point[1], 6))
        number = self._numbers.setdefault(key, len(self.corners))
        if number == len(self.corners):
            self.corners.append(key)
            self.beside.append([])
            self._cells[_cell(key)].append(number)
        return number


@dataclass(frozen=True)
class _AlongTo:
    network: Network
    far: Sequence[float]
    whose: Sequence[int]

    def way_from(self, start: Point) -> Way | None:
        joint = self.network.joint(start)
        if joint is None or self.whose[joint[0]] < 0:
            return None
        return Way(self.far[joint[0]] + joint[1], self.whose[joint[0]])


def _cell(point: Point) -> tuple[int, int]:
    """Give the cell of half a kilometre or more in which a point lies."""
    return int(point[0] // 0.0075), int(point[1] // 0.005)
