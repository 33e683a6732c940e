"""Scorecards: which figures count how much for whom, as data."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

import linli.book
from linli.figures.periods import Period, period_named
from linli.rulebook.labels import KEY, Label, Rule, Wrong
from linli.rulebook.ownbook import own_folder
from linli.rulebook.reading import read_yaml

FOLDER = Path(linli.book.__path__[0]) / "scorecards"
WHOLE = 100
MONTHS = 12


class PeerGroup(Label):
    """Those that are compared with one another: bodies of some kinds that hold cases, or divisions of the office."""

    by: Literal["holder", "area"] = "holder"
    kinds: list[str] = []


class Weighted(Label):
    """A figure and the points it gives at best.

    `rate`: its exact share of them. `share`: as much as the body's number is of the largest in its group.
    """

    figure: str
    weight: int = Field(ge=1, le=WHOLE)
    as_: Literal["rate", "share"] = Field("rate", alias="as")
    less_is_better: bool = False


class Deduction(Label):
    """A count that takes points off, each time so many and `most` at most."""

    figure: str
    points: Decimal = Field(gt=0)
    most: Decimal = Field(gt=0)


class Scorecard(Rule):
    """What bodies are scored by. `small`: a figure over fewer records than this is not scored for a body."""

    key: str = Field(alias="scorecard", pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    year_from: int = Field(1, ge=1, le=MONTHS)
    keepers: list[str] = Field(min_length=1)
    small: int = Field(ge=1)
    groups: dict[str, PeerGroup] = Field(min_length=1)
    weighted: dict[str, Weighted] = Field(min_length=1)
    deductions: dict[str, Deduction] = {}

    @model_validator(mode="after")
    def _weights_make_a_hundred(self) -> Scorecard:
        total = sum(rule.weight for rule in self.weighted.values())
        if total != WHOLE:
            raise Wrong(
                f"各项分值合计 {total}，应为 {WHOLE}", f"the weights add up to {total}, not {WHOLE}"
            )
        twice = self.weighted.keys() & self.deductions.keys()
        if twice:
            raise Wrong(f"“{min(twice)}”写了两次", f"{min(twice)!r} stands twice")
        return self

    @property
    def figures(self) -> tuple[str, ...]:
        """Give the keys of all figures that it needs."""
        rules: tuple[Weighted | Deduction, ...] = (
            *self.weighted.values(),
            *self.deductions.values(),
        )
        return tuple(dict.fromkeys(rule.figure for rule in rules))

    def year(self, number: int) -> Period:
        """Give the assessment year that is named by the calendar year in which it ends."""
        first = number if self.year_from == 1 else number - 1
        month = f"{self.year_from:02}-01"
        return period_named(f"{first}-{month}..{first + 1}-{month}")


def scorecards(known: Collection[str]) -> dict[str, Scorecard]:
    """Give the scorecards at hand whose figures are all among those known. An office's own stand in by name."""
    own = own_folder()
    cards = _shipped() | (dict(_read(own / "scorecards")) if own else {})
    return {key: card for key, card in cards.items() if set(card.figures) <= set(known)}


def card_of(text: str, source: str) -> Scorecard:
    """Give the scorecard in a YAML text. Raises MechanismRefused."""
    return read_yaml(text, source, Scorecard)[0]


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Scorecard]:
    return dict(_read(FOLDER))


def _read(folder: Path) -> Iterator[tuple[str, Scorecard]]:
    for file in sorted(folder.glob("*.yaml")):
        card = card_of(file.read_text(encoding="utf-8"), file.name)
        yield card.key, card
