"""Votes on projects: what is on the ballot, which ballots name too many or too few, and how many name each project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from linli.deliberation.counting.ballots import Ballot, Handed
from linli.deliberation.counting.counts import Judged
from linli.deliberation.counting.electorate import Roll
from linli.deliberation.counting.explaining import judged_line, share_shown, shown
from linli.deliberation.counting.rules import Picks, RuleSet
from linli.deliberation.counting.wills import settle
from linli.rulebook.labels import Label
from linli.ui.printing import counted

UNCLEAR = ("spoiled", "counted", "conflict")


@dataclass(frozen=True)
class Listed:
    """One project as it is printed on the ballot: its number there, its key elsewhere, its name and its cost in yuan."""

    number: int
    key: str
    name: str
    cost: Fraction

    @property
    def cost_shown(self) -> str:
        """Give the cost as it is printed, by thousands, with its cents where it has any."""
        return counted(self.cost_plain)

    @property
    def cost_plain(self) -> str:
        """Give the cost as it is kept, without separators."""
        return shown(self.cost, area=self.cost.denominator != 1)


@dataclass(frozen=True)
class Slate:
    """The projects on the ballot, in the order printed, and the fund they share."""

    projects: tuple[Listed, ...]
    fund: Fraction

    def cost(self, picks: Iterable[int]) -> Fraction:
        """Give what projects cost together."""
        chosen = set(picks)
        return sum((one.cost for one in self.projects if one.number in chosen), Fraction(0))

    def named(self, picks: Iterable[int]) -> tuple[Listed, ...]:
        """Give the projects of these numbers, in the order printed."""
        chosen = set(picks)
        return tuple(one for one in self.projects if one.number in chosen)

    def fault(self, picks: tuple[int, ...], rule: Picks) -> Label | None:
        """Give why a ballot that names these projects does not count; nothing when it does, or names none."""
        least = rule.least if len(self.projects) >= rule.start else 1
        if rule.most is not None and len(picks) > rule.most:
            return Label(zh=f"最多选 {rule.most} 个项目", en=f"name at most {rule.most} projects")
        if picks and len(picks) < least:
            return Label(zh=f"至少选 {least} 个项目", en=f"name at least {least} projects")
        if rule.within_fund and self.cost(picks) > self.fund:
            most = shown(self.fund, area=True)
            return Label(
                zh=f"所选项目合计不能超过 {most} 元",
                en=f"the projects named may cost {most} yuan together",
            )
        return None

    def asked(self, rule: Picks) -> Label:
        """Give in words how many projects a ballot may name."""
        least = rule.least if len(self.projects) >= rule.start else 1
        zh, en = [f"至少选 {least} 个"], [f"at least {least}"]
        if rule.most is not None:
            zh.append(f"最多选 {rule.most} 个")
            en.append(f"at most {rule.most}")
        if rule.within_fund:
            most = shown(self.fund, area=True)
            zh.append(f"合计不超过 {most} 元")
            en.append(f"costing at most {most} yuan together")
        return Label(zh="，".join(zh), en=", ".join(en))


@dataclass(frozen=True)
class Approvals:
    """How many households name each project. `ballots`: what each of them named, sorted, so that order tells nothing."""

    rules: RuleSet
    roll: Roll
    slate: Slate
    ballots: tuple[tuple[int, ...], ...]
    void: int
    quorum: tuple[Judged, ...]

    @property
    def voting(self) -> int:
        """Count the households that take part, those with a blank ballot among them."""
        return len(self.ballots)

    @property
    def blank(self) -> int:
        """Count the ballots that name no project."""
        return sum(not ballot for ballot in self.ballots)

    @cached_property
    def votes(self) -> Counter[int]:
        """Give how many households name each project, by its number."""
        return Counter(number for ballot in self.ballots for number in ballot)

    @property
    def is_quorate(self) -> bool:
        """Say whether enough take part."""
        return all(one.reached for one in self.quorum)

    @property
    def is_passed(self) -> bool:
        """Say whether its ballots can divide the fund: enough take part, and one of them names a project."""
        return self.is_quorate and bool(self.votes)


def count_projects(roll: Roll, rules: RuleSet, slate: Slate, handed: Handed) -> Approvals:
    """Count a vote on projects: of each household the last valid ballot before the close.

    Two that came at the same moment and name other projects are void: nobody can say which was the last.
    """
    assert rules.picks is not None
    judged = [_judged(ballot, slate, rules.picks) for ballot in handed.ballots]
    settled = settle(roll, rules, replace(handed, ballots=tuple(judged)))
    said: dict[str, set[tuple[int, ...]]] = {}
    for ballot, fate in settled.fates:
        said.setdefault(ballot.voter, set()).update([ballot.picks] if fate == "counted" else [])
    standing = [picks for [picks] in (found for found in said.values() if len(found) == 1)]
    void = {
        ballot.voter
        for ballot, fate in settled.fates
        if fate in UNCLEAR and len(said[ballot.voter]) != 1
    }
    voting, heads = Fraction(len(standing)), Fraction(roll.heads)
    quorum = tuple(Judged(one, voting, heads) for one in rules.quorum)
    return Approvals(rules, roll, slate, tuple(sorted(standing)), len(void), quorum)


def _judged(ballot: Ballot, slate: Slate, rule: Picks) -> Ballot:
    """Give a ballot as it counts: void when it names too many or too few, blank when it names none."""
    if ballot.mark == "void" or slate.fault(ballot.picks, rule) is not None:
        return replace(ballot, mark="void")
    return replace(ballot, mark="yes" if ballot.picks else "abstain")


def project_lines(found: Approvals) -> tuple[Label, ...]:
    """Give the count line by line, as it is printed on the result sheet."""
    quorum = (judged_line(one, Label(zh="参与", en="Taking part")) for one in found.quorum)
    return (*_totals(found), *_votes(found), *quorum, _verdict(found))


def _totals(found: Approvals) -> Iterator[Label]:
    rule = found.rules.picks
    assert rule is not None
    heads, share = found.roll.heads, share_shown(Fraction(found.voting), Fraction(found.roll.heads))
    asked = found.slate.asked(rule)
    yield Label(
        zh=f"名册：{heads} 户；每户{asked.zh}",
        en=f"Roll: {heads} households; each names {asked.en}",
    )
    yield Label(
        zh=f"参与投票：{found.voting} 户 ({share})，其中空白票 {found.blank} 户；废票 {found.void} 户，不计入参与",
        en=f"Taking part: {found.voting} households ({share}), {found.blank} of them blank; {found.void} void, not taking part",
    )


def _votes(found: Approvals) -> Iterator[Label]:
    for one in found.slate.projects:
        votes = found.votes[one.number]
        yield Label(
            zh=f"{one.number}. {one.name}（{one.cost_shown} 元）：{votes} 票",
            en=f"{one.number}. {one.name} ({one.cost_shown} yuan): {votes} votes",
        )


def _verdict(found: Approvals) -> Label:
    if found.is_passed:
        return Label(
            zh="结果：得票已定，入选由本轮按规则分配",
            en="Result: the votes stand; the round divides the fund by its rule",
        )
    if not found.is_quorate:
        return Label(zh="结果：参与投票未达到规定", en="Result: too few take part")
    return Label(zh="结果：没有项目得票", en="Result: no project has a vote")
