"""A vote's rows made into roll and ballots for the pure count, and its forms added up."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from linli.deliberation.counting import ballots as pure
from linli.deliberation.counting.counts import Count, count
from linli.deliberation.counting.electorate import Dwelling, Roll
from linli.deliberation.counting.rules import RuleSet
from linli.deliberation.models import Vote


@dataclass(frozen=True)
class Reconciled:
    """Forms issued = returned + spoiled + outstanding; `unsettled` were keyed once, or twice with a difference."""

    issued: int
    returned: int
    spoiled: int
    outstanding: int
    unsettled: tuple[str, ...]


def rules_of(vote: Vote) -> RuleSet:
    """Give the rule set as it was when the vote was prepared."""
    return RuleSet.model_validate(vote.rules)


def roll_of(vote: Vote) -> Roll:
    """Give a vote's frozen roll."""
    return Roll(
        tuple(
            Dwelling(one.unit, one.owner, None if one.area is None else Fraction(one.area), (), one.source)
            for one in vote.units.order_by("place")
        )
    )  # fmt: skip


def counted(vote: Vote) -> Count:
    """Count a vote from its rows, without those annulled."""
    standing = vote.ballots.filter(annulment=None).select_related("unit").order_by("seq")
    cast = tuple(
        pure.Ballot(one.unit.unit, _mark(one.mark), one.received_at, one.channel, one.form)
        for one in standing
    )
    handed = pure.Handed(cast, opens=vote.opens_at, closes=vote.closes_at)
    return count(roll_of(vote), rules_of(vote), handed)


def _mark(text: str) -> pure.Mark:
    return next(mark for mark in pure.SAID if mark == text)


def reconciled(vote: Vote) -> Reconciled:
    """Add up a vote's forms by what became of each."""
    returned = spoiled = outstanding = 0
    unsettled = []
    on_paper = set(vote.ballots.exclude(channel="phone").values_list("form", flat=True))
    for form in vote.forms.order_by("number").prefetch_related("keyings"):
        if form.spoiled_at:
            spoiled += 1
        elif form.number in on_paper:
            returned += 1
        elif form.keyings.all():
            unsettled.append(form.number)
        else:
            outstanding += 1
    issued = returned + spoiled + outstanding + len(unsettled)
    return Reconciled(issued, returned, spoiled, outstanding, tuple(unsettled))
