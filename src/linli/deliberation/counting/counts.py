"""The count of one question: a pure function of the roll, the rule set and what was handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from linli.deliberation.counting.ballots import CHOICES, Ballot, Choice, Fate, Handed
from linli.deliberation.counting.electorate import NOTHING, Roll
from linli.deliberation.counting.rules import RuleSet, RulesRefused, Threshold
from linli.deliberation.counting.wills import Will, settle


@dataclass(frozen=True)
class Weight:
    """So many heads, with so much area behind them."""

    heads: int = 0
    area: Fraction = NOTHING


@dataclass(frozen=True)
class Judged:
    """A threshold held against the part and the whole it asks about."""

    threshold: Threshold
    part: Fraction
    whole: Fraction

    @property
    def reached(self) -> bool:
        """Say whether it is reached."""
        return self.threshold.reached(self.part, self.whole)


@dataclass(frozen=True)
class Count:
    """The result of one question, with all that it rests on."""

    rules: RuleSet
    roll: Roll
    voting: Weight
    said: dict[Choice, Weight]
    quorum: tuple[Judged, ...]
    majority: tuple[Judged, ...]
    wills: tuple[Will, ...]
    fates: tuple[tuple[Ballot, Fate], ...]

    @property
    def is_quorate(self) -> bool:
        """Say whether enough take part."""
        return all(one.reached for one in self.quorum)

    @property
    def is_passed(self) -> bool:
        """Say whether the question is carried: enough take part, and enough agree."""
        return self.is_quorate and all(one.reached for one in self.majority)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Name the owners who disagree among themselves."""
        return tuple(will.owner for will in self.wills if will.choice is None)

    @property
    def silent(self) -> tuple[str, ...]:
        """Name the owners from whom no ballot stands."""
        heard = {will.owner for will in self.wills}
        return tuple(owner for owner in self.roll.units if owner not in heard)


def count(roll: Roll, rules: RuleSet, handed: Handed) -> Count:
    """Count one question. Refuses a roll with an unknown area where the rule asks for area."""
    if rules.picks is not None:
        raise RulesRefused("这条规则是对项目投票用的", "this rule is for votes on projects")
    if rules.asks_area:
        roll.check_areas()
    settled = settle(roll, rules, handed)
    said = {
        choice: _weight(will for will in settled.wills if will.choice == choice)
        for choice in CHOICES
    }
    voting = _weight(will for will in settled.wills if will.choice is not None)
    attending = Fraction(voting.heads if roll.attending is None else roll.attending)
    wholes = _wholes(roll, voting, attending)
    quorum = [_part(one, voting) for one in rules.quorum]
    return Count(
        rules,
        roll,
        voting,
        said,
        tuple(
            Judged(one, attending if one.of == "registered" else part, wholes[one.of])
            for one, part in zip(rules.quorum, quorum, strict=True)
        ),
        tuple(Judged(one, _part(one, said["yes"]), wholes[one.of]) for one in rules.majority),
        settled.wills,
        settled.fates,
    )


def _wholes(roll: Roll, voting: Weight, attending: Fraction) -> dict[str, Fraction]:
    heads = Fraction(roll.heads)
    return {
        "heads_total": heads,
        "registered": heads,
        "area_total": roll.area,
        "heads_voting": Fraction(voting.heads),
        "area_voting": voting.area,
        "attending": max(attending, Fraction(voting.heads)),
    }


def _weight(wills: Iterable[Will]) -> Weight:
    counted = list(wills)
    return Weight(len(counted), sum((will.area for will in counted), NOTHING))


def _part(threshold: Threshold, weight: Weight) -> Fraction:
    return weight.area if threshold.asks_area else Fraction(weight.heads)
