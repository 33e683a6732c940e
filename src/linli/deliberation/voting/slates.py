"""Votes on projects: what is on the ballot of a vote, and what one ballot says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from linli.deliberation.counting.projects import Listed, Slate
from linli.deliberation.counting.rules import RuleSet
from linli.deliberation.models import MARKS, Vote
from linli.deliberation.voting.standing import VoteRefused


@dataclass(frozen=True)
class Said:
    """What a ballot says: its mark, the projects it names by their numbers, the mandate that a proxy showed."""

    mark: str
    picks: tuple[int, ...] = ()
    mandate: int | None = None


def slate_of(vote: Vote) -> Slate | None:
    """Give what is on the ballot of a vote on projects; nothing when it puts a question or fills seats."""
    concern = getattr(vote, "concern", None)
    if concern is None or not concern.projects:
        return None
    assert concern.fund is not None
    listed = (
        Listed(number, one["key"], one["name"], Fraction(one["cost"]))
        for number, one in enumerate(concern.projects, 1)
    )
    return Slate(tuple(listed), Fraction(concern.fund))


def plain_slate(slate: Slate | None) -> tuple[list[dict[str, str]], Decimal | None]:
    """Give a slate as it is kept: its projects and its fund."""
    if slate is None:
        return [], None
    projects = [
        {"key": one.key, "name": one.name, "cost": one.cost_plain} for one in slate.projects
    ]
    return projects, Decimal(slate.fund.numerator) / slate.fund.denominator


def said_by(vote: Vote, mark: str, picks: tuple[int, ...]) -> Said:
    """Give what a ballot says, its projects in order. Raises VoteRefused: an unknown mark, a number not on the ballot."""
    slate = slate_of(vote)
    if mark not in MARKS or (slate is None and picks) or (slate is not None and mark == "split"):
        raise VoteRefused("请选择同意、反对或弃权", "choose yes, no or abstain")
    if slate is None or mark == "void":
        return Said(mark)
    strange = set(picks) - {one.number for one in slate.projects}
    if strange:
        numbers = "、".join(map(str, sorted(strange)))
        raise VoteRefused(f"选票上没有 {numbers} 号", f"not on the ballot: {numbers}")
    return Said("yes" if picks else "abstain", tuple(sorted(set(picks))))


def check_picks(vote: Vote, picks: tuple[int, ...]) -> None:
    """Refuse what would not count: too many projects, too few, too dear together. Raises VoteRefused."""
    slate, rule = slate_of(vote), RuleSet.model_validate(vote.rules).picks
    if slate is None or rule is None:
        return
    fault = slate.fault(picks, rule)
    if fault is not None:
        raise VoteRefused(fault.zh, fault.en)
