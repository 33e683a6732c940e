"""What each owner decided: the last valid ballot before the close, and nothing where owners disagree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from linli.deliberation.counting.ballots import CHOICES, Ballot, Choice, Fate, Handed
from linli.deliberation.counting.electorate import NOTHING, Roll
from linli.deliberation.counting.rules import RuleSet
from linli.deliberation.counting.standing import Standing


@dataclass(frozen=True)
class Will:
    """What one head decided, and the area behind it; `choice` is None where its owners disagree."""

    owner: str
    choice: Choice | None
    area: Fraction
    units: tuple[str, ...]


@dataclass(frozen=True)
class Settled:
    """Every head that voted, and what became of every ballot, in the order handed in."""

    wills: tuple[Will, ...]
    fates: tuple[tuple[Ballot, Fate], ...]


def settle(roll: Roll, rules: RuleSet, handed: Handed) -> Settled:
    """Give what each owner decided. The order in which ballots are listed does not matter."""
    standing = Standing(roll, rules, handed)
    faults = [standing.fault(ballot) for ballot in handed.ballots]
    heard: dict[str, dict[str, list[int]]] = {}
    for at, ballot in enumerate(handed.ballots):
        owner = standing.owner(ballot.voter)
        if faults[at] is None and owner is not None:
            heard.setdefault(owner, {}).setdefault(ballot.voter, []).append(at)
    fates: dict[int, Fate] = {at: fault for at, fault in enumerate(faults) if fault}
    wills = [_will(owner, heard[owner], standing, fates) for owner in roll.units if owner in heard]
    return Settled(
        tuple(wills),
        tuple((ballot, fates.get(at, "replaced")) for at, ballot in enumerate(handed.ballots)),
    )


def _will(
    owner: str, heard: dict[str, list[int]], standing: Standing, fates: dict[int, Fate]
) -> Will:
    last = _last_said(owner, heard, standing)
    ballots = standing.handed.ballots
    said = {ballots[at].mark for at in last}
    for at in last:
        fates[at] = "conflict" if len(said) > 1 or "split" in said else "counted"
    mark = said.pop() if len(said) == 1 else None
    units = standing.roll.units[owner]
    if standing.rules.covers == "dwelling":
        voted = {ballots[at].voter for at in last}
        units = tuple(one for one in units if owner in voted or one.key in voted)
    return Will(
        owner,
        next((choice for choice in CHOICES if choice == mark), None),
        sum((one.area or NOTHING for one in units), NOTHING),
        tuple(one.key for one in units),
    )


def _last_said(owner: str, heard: dict[str, list[int]], standing: Standing) -> list[int]:
    """Give the ballots that stand last, unit by unit; one for the owner as a whole speaks for every unit."""
    whole = heard.get(owner, [])
    units = [one.key for one in standing.roll.units[owner] if whole or one.key in heard]
    found: list[int] = []
    for key in units:
        voice = _Voice(standing.co_owners(key))
        own = heard[key] if key != owner and key in heard else []
        voice.hear([*whole, *own], standing.handed.ballots)
        found += voice.last()
    return list(dict.fromkeys(found))


@dataclass
class _Voice:
    """Who of a unit's owners said what last. An unsigned ballot speaks for all of them."""

    owners: tuple[str, ...]
    said: dict[str, list[int]] = field(default_factory=dict)

    def hear(self, heard: Iterable[int], ballots: tuple[Ballot, ...]) -> None:
        def moment(at: int) -> tuple[datetime, int]:
            return ballots[at].turn

        for _, group in groupby(sorted(heard, key=moment), key=moment):
            together = list(group)
            unsigned = [at for at in together if not ballots[at].signer]
            if unsigned:
                self.said = {name: list(unsigned) for name in (*self.owners, "")}
            named: dict[str, list[int]] = {}
            for at in together:
                if ballots[at].signer:
                    named.setdefault(ballots[at].signer, []).append(at)
            if named and not unsigned:
                self.said.pop("", None)
            self.said.update(named)

    def last(self) -> list[int]:
        return [at for own in self.said.values() for at in own]
