"""The signs a case shows when it is opened: pairs and triples of its words, where it is, and what is known of it. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

NOT_SIGNS = re.compile(r"[^\w]+")
SIZES = (2, 3)
RAREST = 3
MOST = 15_000
KNOWN = "@"
TOGETHER = " + "

Weighed = dict[str, float]


@dataclass(frozen=True)
class Shown:
    """What is known of a case before somebody decides: its words, and codes or places by name."""

    words: str = ""
    known: Mapping[str, str] | None = None


def signs_of(shown: Shown) -> Counter[str]:
    """Give the signs with how often each occurs. Known things count alone and two together."""
    plain = NOT_SIGNS.sub("", shown.words.lower())
    signs = Counter(plain[n : n + size] for size in SIZES for n in range(len(plain) - size + 1))
    facts = [
        f"{KNOWN}{name}={value}" for name, value in sorted((shown.known or {}).items()) if value
    ]
    signs.update(facts)
    signs.update(TOGETHER.join(pair) for pair in combinations(facts, 2))
    return signs


def rarity(cases: Iterable[Counter[str]]) -> dict[str, float]:
    """Give how much each sign says. What fewer than three cases show is left out, so that no model tells one case."""
    spread: Counter[str] = Counter()
    total = 0
    for signs in cases:
        spread.update(signs.keys())
        total += 1
    kept = sorted(spread.items(), key=lambda one: (-one[1], one[0]))[:MOST]
    return {sign: 1 + math.log((1 + total) / (1 + seen)) for sign, seen in kept if seen >= RAREST}


def weighed(signs: Mapping[str, int], rare: Mapping[str, float]) -> Weighed:
    """Give the signs with their weight, together of length 1; words and known things weigh half each."""
    parts = [_part(signs, rare, is_known=False), _part(signs, rare, is_known=True)]
    both = [part for part in parts if part]
    share = 1 / math.sqrt(len(both)) if both else 0.0
    return {sign: weight * share for part in both for sign, weight in part.items()}


def told(sign: str) -> Iterator[str]:
    """Give the words or known things that a sign stands for."""
    yield from (part.removeprefix(KNOWN) for part in sign.split(TOGETHER))


def _part(signs: Mapping[str, int], rare: Mapping[str, float], *, is_known: bool) -> Weighed:
    part = {
        sign: (1 + math.log(times)) * rare[sign]
        for sign, times in signs.items()
        if sign in rare and sign.startswith(KNOWN) == is_known
    }
    length = math.sqrt(sum(weight * weight for weight in part.values()))
    return {sign: weight / length for sign, weight in part.items()} if length else {}
