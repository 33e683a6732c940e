"""Rule sets: thresholds as exact fractions over named bases, with the law they rest on and their dates in force."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from linli.rulebook.labels import KEY, Label, Rule, Wrong
from linli.rulebook.loading import FOLDER
from linli.rulebook.reading import read_yaml

Base = Literal[
    "heads_total", "area_total", "heads_voting", "area_voting", "attending", "registered"
]
BASES: dict[Base, Label] = {
    "heads_total": Label(zh="全体人数", en="all heads"),
    "area_total": Label(zh="全部专有部分面积", en="the whole area"),
    "heads_voting": Label(zh="参与表决人数", en="heads taking part"),
    "area_voting": Label(zh="参与表决面积", en="area taking part"),
    "attending": Label(zh="出席人数", en="those attending"),
    "registered": Label(zh="登记人数", en="those registered"),
}


class RulesRefused(Exception):
    """A rule set cannot be used; `message` says which and why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def _fraction(said: object) -> object:
    if isinstance(said, Fraction):
        return said
    try:
        share = Fraction(str(said).strip())
    except (ValueError, ZeroDivisionError) as wrong:
        raise Wrong("应写成分数，如 2/3", "write a fraction such as 2/3") from wrong
    if not 0 < share <= 1:
        raise Wrong("应大于 0、不超过 1", "it must be above 0 and at most 1")
    return share


class Threshold(Rule):
    """A share of a base to be reached; `strict` when exactly the share is not enough (超过、过半数)."""

    model_config = {**Rule.model_config, "arbitrary_types_allowed": True}

    share: Annotated[Fraction, BeforeValidator(_fraction)]
    of: Base
    strict: bool = False

    def reached(self, part: Fraction, whole: Fraction) -> bool:
        """Say by whole-number multiplication whether the part reaches the share; never over nothing."""
        have = part * self.share.denominator
        need = whole * self.share.numerator
        return whole > 0 and (have > need if self.strict else have >= need)

    @property
    def asks_area(self) -> bool:
        """Say whether it is about area."""
        return self.of.startswith("area")


class Proxies(Rule):
    """Voting by written mandate: at most `cap` owners a holder, as the mandate says, not by those barred."""

    cap: int | None = Field(None, ge=1)
    barred: list[str] = []
    as_mandated: bool = True
    basis: str = ""


class Picks(Rule):
    """How many projects one ballot may name: `least` once `from` projects are on it, at most `most`.

    `within_fund`: those it names may not cost more together than the fund.
    """

    least: int = Field(1, ge=1)
    start: int = Field(1, ge=1, alias="from")
    most: int | None = Field(None, ge=1)
    within_fund: bool = False


class RuleSet(Rule):
    """How one kind of decision is counted. `confirm` says what the office must still look up."""

    key: str = Field(alias="rules", pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    start: date = Field(alias="from")
    until: date | None = None
    confirm: Label | None = None
    heads: Label
    covers: Literal["owner", "dwelling"] = "owner"
    quorum: list[Threshold] = []
    majority: list[Threshold] = []
    proxies: Proxies | None = None
    picks: Picks | None = None

    @model_validator(mode="after")
    def _decides(self) -> Self:
        if bool(self.majority) == (self.picks is not None):
            raise Wrong("majority 和 picks 要写其一", "write either majority or picks")
        return self

    @property
    def asks_area(self) -> bool:
        """Say whether any of its thresholds is about area."""
        return any(one.asks_area for one in (*self.quorum, *self.majority))

    def capped(self, cap: int | None, barred: list[str], basis: str) -> RuleSet:
        """Give the rule set with an office's own limits on proxies. Raises RulesRefused: none are allowed, or no source."""
        if cap is None and not barred:
            return self
        if self.proxies is None:
            raise RulesRefused(
                f"规则“{self.title.zh}”不许委托，不用写委托的上限",
                f"rule {self.key} allows no proxies, so there is nothing to limit",
            )
        if not basis:
            raise RulesRefused(
                "限制委托要写明依据，如业主大会议事规则第几条",
                "name the source of the limits on proxies",
            )
        allowed = self.proxies.model_copy(
            update={"cap": cap, "barred": barred, "basis": f"{self.proxies.basis}；{basis}"}
        )
        return self.model_copy(update={"proxies": allowed})

    def check_in_force(self, day: date) -> None:
        """Refuse a day on which the rule was not, or no longer, in force."""
        if day < self.start or (self.until is not None and day > self.until):
            span = f"{self.start}–{self.until or ''}"
            raise RulesRefused(
                f"规则“{self.title.zh}”（{self.key}）的施行期是 {span}，不含 {day}",
                f"rule {self.key} is in force {span}, which does not hold {day}",
            )


def read_rules(text: str, source: str) -> RuleSet:
    """Give the rule set of a YAML text, or refuse it by line with the cure."""
    return read_yaml(text, source, RuleSet)[0]


@cache
def rule_sets() -> dict[str, RuleSet]:
    """Give the shipped rule sets by key."""
    found = {}
    for path in sorted((FOLDER / "rules").glob("*.yaml"), key=lambda one: one.stem):
        rules = read_rules(path.read_text(encoding="utf-8"), path.name)
        found[rules.key] = rules
    return found


def rule_set(key: str) -> RuleSet:
    """Give a shipped rule set, or refuse with the ones there are."""
    if key not in rule_sets():
        known = ", ".join(rule_sets())
        raise RulesRefused(f"没有规则“{key}”；现有：{known}", f"no rule {key!r}; there are {known}")
    return rule_sets()[key]
