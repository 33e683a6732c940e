"""Result sheets: a vote file counted, question by question, with every line that is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from linli.deliberation.counting.ballots import Ballot, Handed, Mandate
from linli.deliberation.counting.counts import Count, count
from linli.deliberation.counting.electorate import Dwelling, Roll
from linli.deliberation.counting.explaining import lines, uncounted
from linli.deliberation.counting.files import ONLY, ElectionPart, RollPart, VoteFile
from linli.deliberation.counting.rules import RuleSet, RulesRefused, rule_set
from linli.deliberation.counting.seat_lines import seat_lines
from linli.deliberation.counting.seats import Aliases, Contest, Elected, Papers, elect
from linli.rulebook.labels import Label

Said = TypeVar("Said")


@dataclass(frozen=True)
class Sheet:
    """One question's result: its lines, the ballots that do not count, and whether it is as the file expects."""

    key: str
    title: str
    rules: RuleSet
    result: Count | Elected
    lines: tuple[Label, ...]
    uncounted: tuple[Label, ...]
    is_as_expected: bool | None


def sheets(file: VoteFile) -> tuple[Sheet, ...]:
    """Count every question of a vote file."""
    if file.election is not None:
        return (_election_sheet(file, file.election),)
    return tuple(_sheets(file))


def rules_of(file: VoteFile, own: str | None = None) -> RuleSet:
    """Give the rule set that a question is counted by, with the file's limits; it must be in force on the day."""
    said = own or file.rules
    rules = rule_set(said) if isinstance(said, str) else RuleSet.model_validate(said)
    if file.limits:
        allowed = {"proxies", "covers"}
        if set(file.limits) - allowed:
            raise RulesRefused("limits 只能写 proxies、covers", "limits may say proxies and covers")
        kept = rules.model_dump(by_alias=True, exclude=set(file.limits))
        rules = RuleSet.model_validate({**kept, **file.limits})
    if file.day is not None:
        rules.check_in_force(file.day)
    return rules


def _sheets(file: VoteFile) -> Iterator[Sheet]:
    assert file.roll is not None
    roll = roll_of(file.roll)
    questions = {key: (q.title, q.rules, q.expect) for key, q in file.questions.items()}
    whole = file.expect if isinstance(file.expect, str) else None
    for key, (title, own, expect) in (questions or {ONLY: (file.title, None, whole)}).items():
        rules = rules_of(file, own)
        found = count(roll, rules, handed_of(file, key))
        as_expected = None if expect is None else found.is_passed == (expect == "passed")
        yield Sheet(key, title or key, rules, found, lines(found), uncounted(found), as_expected)


def roll_of(part: RollPart) -> Roll:
    """Give the roll of a vote file."""
    units = [
        Dwelling(one.dwelling, one.owner or one.dwelling, one.area, tuple(one.owners), one.source)
        for one in part.dwellings
    ]
    heads = [Dwelling(name, name) for name in part.heads]
    return Roll((*units, *heads), part.attending)


def handed_of(file: VoteFile, key: str) -> Handed:
    """Give what a vote file holds for one question; a ballot that leaves it out says nothing about it."""
    ballots = [
        Ballot(one.dwelling, mark, one.at, one.channel, one.form, one.signer, one.proxy)
        for one in file.ballots
        if (mark := _said(one.choices, key, one.choice)) is not None
    ]
    mandates = [
        Mandate(
            one.principal,
            one.holder,
            _said(one.choices, key, one.choice),
            one.given_at,
            one.revoked_at,
            one.written,
            tuple(one.dwellings),
            one.until,
        )
        for one in file.mandates
    ]
    return Handed(tuple(ballots), tuple(mandates), file.opens, file.closes)


def _said(choices: Mapping[str, Said], key: str, choice: Said | None) -> Said | None:
    return choices.get(key) if choices else choice


def _election_sheet(file: VoteFile, part: ElectionPart) -> Sheet:
    rules = rules_of(file)
    found = elect(contest_of(part), rules)
    expect = file.expect if isinstance(file.expect, list) else None
    as_expected = None if expect is None else set(found.people("elected")) == set(expect) and found.is_valid  # fmt: skip
    return Sheet(
        file.vote, file.title or file.vote, rules, found, seat_lines(found), (), as_expected
    )


def contest_of(part: ElectionPart) -> Contest:
    """Give the contest of a vote file's election."""
    issued = part.issued if isinstance(part.issued, dict) else {"": part.issued}
    spoiled = part.spoiled if isinstance(part.spoiled, dict) else {"": part.spoiled}
    return Contest(
        part.seats,
        part.registered,
        tuple(Papers(tuple(one.marks), one.times, one.station, one.void) for one in part.papers),
        issued,
        spoiled,
        tuple(part.candidates),
        Aliases.of(part.aliases),
        frozenset(part.ineligible),
    )
