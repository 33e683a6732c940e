"""How alike two reports are: by place, words, category and time, with a formula that anybody can check. Pure.

likeness = 0.45 place + 0.35 words + 0.10 category + 0.10 time, each from 0 to 1. Place: 1 at the spot, 0 at
250 metres. Words: pairs of signs that both share, twice over all pairs (Dice). Category: the same or not. Time:
1 now, 0 after 90 days. Where one of the two has no point, its part falls to the words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

REACH = 250.0
LASTING = timedelta(days=90)
LIKELY = 0.45
PLACE, WORDS, CATEGORY, TIME = 0.45, 0.35, 0.10, 0.10
METRES_A_DEGREE = 111_195.0
SIGNS = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Report:
    """What is compared of a report."""

    words: str
    at: datetime
    lon: float | None = None
    lat: float | None = None
    category: str = ""


@dataclass(frozen=True)
class Likeness:
    """How alike two reports are, and by what. `metres` is None where one has no point."""

    score: float
    metres: int | None
    words: float
    is_same_category: bool

    @property
    def is_likely(self) -> bool:
        """True when both may well be about one thing."""
        return self.score >= LIKELY


def likeness(one: Report, other: Report) -> Likeness:
    """Give how alike two reports are."""
    metres = _metres(one, other)
    words = shared_words(one.words, other.words)
    is_same = bool(one.category) and one.category == other.category
    near = words if metres is None else max(0.0, 1 - metres / REACH)
    recent = max(0.0, 1 - abs(one.at - other.at) / LASTING)
    score = PLACE * near + WORDS * words + CATEGORY * is_same + TIME * recent
    if not near and metres is not None:
        score = 0.0
    return Likeness(round(score, 4), None if metres is None else round(metres), words, is_same)


def shared_words(one: str, other: str) -> float:
    """Give the share of pairs of signs that two texts have in common: 0 to 1."""
    mine, theirs = _pairs(one), _pairs(other)
    total = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    plain = SIGNS.sub("", text.lower())
    return Counter(plain[n : n + 2] for n in range(len(plain) - 1))


def _metres(one: Report, other: Report) -> float | None:
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    east = (one.lon - other.lon) * math.cos(math.radians(one.lat))
    return math.hypot(east, one.lat - other.lat) * METRES_A_DEGREE
