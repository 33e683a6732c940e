"""Ballots and mandates, and why a ballot counts or does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from linli.rulebook.labels import Label

Choice = Literal["yes", "no", "abstain"]
Mark = Literal["yes", "no", "abstain", "void", "split"]
FIRST = datetime.min.replace(tzinfo=UTC)
CHOICES: tuple[Choice, ...] = ("yes", "no", "abstain")
SAID: dict[Mark, Label] = {
    "yes": Label(zh="同意", en="yes"),
    "no": Label(zh="反对", en="no"),
    "abstain": Label(zh="弃权", en="abstain"),
    "void": Label(zh="废票", en="void"),
    "split": Label(zh="共有人意见不一", en="the co-owners disagree"),
}

Fate = Literal[
    "counted", "replaced", "conflict", "stranger", "early", "late", "spoiled", "not_owner",
    "no_proxies", "barred", "no_mandate", "unwritten", "revoked", "silent_mandate",
    "against_mandate", "over_cap", "lapsed",
]  # fmt: skip
WHY: dict[Fate, Label] = {
    "counted": Label(zh="计入", en="counted"),
    "replaced": Label(zh="被同一业主后投的有效票取代", en="replaced by a later valid ballot"),
    "conflict": Label(zh="共有人或同一业主意见不一，不计", en="the owners disagree: no vote"),
    "stranger": Label(zh="不在名册上", en="not on the roll"),
    "early": Label(zh="开始之前投出", en="before the vote opened"),
    "late": Label(zh="截止之后投出", en="after the vote closed"),
    "spoiled": Label(zh="废票", en="spoiled"),
    "not_owner": Label(zh="签名人不是该户业主", en="the signer is not an owner of the unit"),
    "no_proxies": Label(zh="此项表决不得委托", en="no proxies in this kind of vote"),
    "barred": Label(zh="受托人不得代理", en="this holder may not be a proxy"),
    "no_mandate": Label(zh="没有委托书", en="no mandate"),
    "unwritten": Label(zh="委托没有书面形式", en="the mandate is not in writing"),
    "revoked": Label(
        zh="委托已撤回，或委托人已亲自投票", en="revoked, or the principal voted in person"
    ),
    "silent_mandate": Label(zh="委托书没有写明意见", en="the mandate does not say how to vote"),
    "against_mandate": Label(zh="与委托书写明的意见不符", en="against what the mandate says"),
    "over_cap": Label(zh="受托人接受的委托超过上限", en="the holder has too many mandates"),
    "lapsed": Label(zh="委托已到期", en="the mandate had run out"),
}


@dataclass(frozen=True)
class Ballot:
    """One ballot for a unit (or for an owner group by its name). Without `proxy` the owners voted themselves.

    `picks`: the numbers of the projects it names, in a vote on projects. `seq`: its place on record, where there is one.
    """

    voter: str
    mark: Mark
    at: datetime | None = None
    channel: str = ""
    form: str = ""
    signer: str = ""
    proxy: str = ""
    picks: tuple[int, ...] = ()
    seq: int = 0

    @property
    def turn(self) -> tuple[datetime, int]:
        """Give its place among an owner's ballots: by the minute, and within one minute by its place on record.

        Paper tells no seconds; so a phone's seconds decide nothing against it.
        """
        at = self.at or FIRST
        return (at.replace(second=0, microsecond=0), self.seq) if self.seq else (at, 0)


@dataclass(frozen=True)
class Mandate:
    """A written mandate of an owner group to one holder, with the choice it prescribes.

    `units`: those it speaks for, or all of the owner's. `until`: when it runs out.
    """

    principal: str
    holder: str
    choice: Choice | None = None
    given_at: datetime | None = None
    revoked_at: datetime | None = None
    written: bool = True
    units: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True)
class Handed:
    """What was handed in for one question: ballots, mandates, and the time in which ballots count, [opens, closes)."""

    ballots: tuple[Ballot, ...]
    mandates: tuple[Mandate, ...] = ()
    opens: datetime | None = None
    closes: datetime | None = None
