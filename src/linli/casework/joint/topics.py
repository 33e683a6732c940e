"""Hot issues: reports grouped by place and issue, and how hot a group is, by a published formula. Pure.

Two reports belong together when they name one place, or lie within 150 metres, and their words are alike
(cosine of weighted pairs and triples of signs at least 0.25), or when their words alone are (at least 0.45);
groups are whatever hangs together so. A group of three reports or more takes in another whose
mean words are alike (cosine at least 0.35): what many ask about in words of their own has one middle. Heat = sum over the different reporters of 1/2 to the power of (days since
the reporter's last report / 14): somebody who reports ten times counts once.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

NEAR_WORDS, MIDDLES, ALONE = 0.25, 0.35, 0.45
NEAR_METRES = 150.0
METRES_A_DEGREE = 111_195.0
HAS_MIDDLE = 3
HALVED = timedelta(days=14)
COMMON = 0.05
FEWEST = 50
SIGNS = re.compile(r"[^\w]+")
NAMED = re.compile(
    r"[\u4e00-\u9fff]{2}(?:新城|新村|花园|家园|公寓|广场|大厦|学院|大学|中学|小学|医院|公园|市场|苑|城|园|路|街|弄|村|桥)"
)
VAGUE = frozenset({"这个小区", "我们小区", "出租公寓", "商业广场"})


@dataclass(frozen=True)
class Reported:
    """What grouping looks at of a report. `reporter` tells reporters apart without saying who they are."""

    key: str
    title: str
    reporter: str
    at: datetime
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Topic:
    """Reports about one thing, latest first, with the number of different reporters."""

    reports: tuple[Reported, ...]
    reporters: int
    heat: float

    @property
    def title(self) -> str:
        """Give the title that says most of what the others say."""
        signs = Counter(sign for one in self.reports for sign in set(_grams(one.title)))
        return max(self.reports, key=lambda one: _told(one.title, signs)).title


def topics(reports: Sequence[Reported], at: datetime, *, least: int = 2) -> list[Topic]:
    """Give the groups with at least so many different reporters, the hottest first."""
    found = [_topic([reports[n] for n in group], at) for group in _groups(reports)]
    hot = (topic for topic in found if topic.reporters >= least)
    return sorted(hot, key=lambda topic: (-topic.heat, topic.reports[0].key))


def heat(reports: Iterable[Reported], at: datetime) -> float:
    """Give the heat of reports: each different reporter by their last report, halved every 14 days."""
    last: dict[str, datetime] = {}
    for one in reports:
        last[one.reporter] = max(one.at, last.get(one.reporter, one.at))
    return sum(math.pow(0.5, max(timedelta(), at - moment) / HALVED) for moment in last.values())


def places_named(title: str) -> set[str]:
    """Give the places a title names, each by two signs and the kind of place."""
    return set(NAMED.findall(title)) - VAGUE


def _topic(reports: Sequence[Reported], at: datetime) -> Topic:
    ordered = sorted(reports, key=lambda one: (one.at, one.key), reverse=True)
    people = {one.reporter for one in reports}
    return Topic(tuple(ordered), len(people), round(heat(reports, at), 4))


def _groups(reports: Sequence[Reported]) -> list[list[int]]:
    said = _Said([one.title for one in reports])
    groups = _joined(len(reports), _together(reports, said))
    middles = [_middle([said.weights[n] for n in group]) for group in groups]
    pairs = (
        (one, other)
        for one, other, _alike in said.alike(middles, MIDDLES)
        if max(len(groups[one]), len(groups[other])) >= HAS_MIDDLE
    )
    return [[n for which in group for n in groups[which]] for group in _joined(len(groups), pairs)]


def _joined(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Give the groups that so many things fall into when those of each pair belong together."""
    parent = list(range(count))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for one, other in pairs:
        parent[root(one)] = root(other)
    groups: dict[int, list[int]] = defaultdict(list)
    for n in range(count):
        groups[root(n)].append(n)
    return list(groups.values())


def _together(reports: Sequence[Reported], said: _Said) -> Iterator[tuple[int, int]]:
    """Give the pairs of reports that belong together."""
    named = [places_named(one.title) for one in reports]
    for one, other, alike in said.alike(said.weights, NEAR_WORDS):
        shares = bool(named[one] & named[other]) or _is_near(reports[one], reports[other])
        if alike >= ALONE or shares:
            yield one, other


class _Said:
    """What titles say, in weighted signs. Signs that many titles have say little: they find no pairs."""

    def __init__(self, titles: Sequence[str]) -> None:
        grams = [Counter(_grams(title)) for title in titles]
        self.spread = Counter(sign for counted in grams for sign in counted)
        self.most = max(FEWEST, COMMON * len(titles))
        self.weights = [_weighed(counted, self.spread, len(titles)) for counted in grams]

    def alike(
        self, weights: Sequence[Mapping[str, float]], least: float
    ) -> Iterator[tuple[int, int, float]]:
        """Give the pairs that are alike by at least so much, with how much."""
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for n, weighed in enumerate(weights):
            sums: dict[int, float] = defaultdict(float)
            for sign, weight in weighed.items():
                if self.spread[sign] > self.most:
                    continue
                for other, theirs in postings[sign]:
                    sums[other] += weight * theirs
                postings[sign].append((n, weight))
            yield from ((other, n, alike) for other, alike in sums.items() if alike >= least)


def _middle(weights: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Give the mean of what several titles say, of length one."""
    summed: dict[str, float] = defaultdict(float)
    for weighed in weights:
        for sign, weight in weighed.items():
            summed[sign] += weight
    return _of_length_one(summed)


def _of_length_one(weights: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {sign: weight / length for sign, weight in weights.items()}


def _weighed(counted: Counter[str], spread: Mapping[str, int], total: int) -> dict[str, float]:
    weights = {
        sign: n * (1 + math.log((1 + total) / (1 + spread[sign]))) for sign, n in counted.items()
    }
    return _of_length_one(weights)


def _grams(text: str) -> list[str]:
    plain = SIGNS.sub("", text.lower())
    return [plain[n : n + size] for size in (2, 3) for n in range(len(plain) - size + 1)]


def _told(title: str, signs: Mapping[str, int]) -> float:
    own = set(_grams(title))
    return sum(signs[sign] for sign in own) / (len(own) + 6)


def _is_near(one: Reported, other: Reported) -> bool:
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return False
    east = (one.lon - other.lon) * math.cos(math.radians(one.lat))
    return math.hypot(east, one.lat - other.lat) * METRES_A_DEGREE <= NEAR_METRES
