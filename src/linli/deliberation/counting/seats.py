"""Elections to seats: named candidates or none (一步法), spellings made one, and who is elected."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from linli.deliberation.counting.counts import Judged
from linli.deliberation.counting.rules import RuleSet
from linli.rulebook.labels import Label

Fate = Literal["elected", "tied", "below", "behind", "ineligible"]
FATES: dict[Fate, Label] = {
    "elected": Label(zh="当选", en="elected"),
    "tied": Label(zh="末位并列，须在并列者中再选", en="tied for the last seat: run-off"),
    "below": Label(zh="赞成未过规定", en="too few votes to be elected"),
    "behind": Label(zh="得票在席位之后", en="behind those who took the seats"),
    "ineligible": Label(zh="没有被选举权", en="may not be elected"),
}


class ElectionRefused(Exception):
    """An election cannot be counted as it was handed in; `message` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def plain_name(name: str) -> str:
    """Give a written name without spaces and middle dots, wide letters made narrow."""
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKC", name)
        if not sign.isspace() and sign not in "·・•"
    )


@dataclass(frozen=True)
class Aliases:
    """Which spellings on papers mean which person. One spelling means one person."""

    spellings: Mapping[str, str]

    @classmethod
    def of(cls, said: Mapping[str, Iterable[str]]) -> Aliases:
        """Read the alias table: each person with the other spellings; refuses one that means two people."""
        found: dict[str, str] = {}
        for person, others in said.items():
            for name in (person, *others):
                spelt = plain_name(name)
                if found.setdefault(spelt, plain_name(person)) != plain_name(person):
                    raise ElectionRefused(
                        f"写法“{name}”同时指两个人", f"the spelling {name!r} means two people"
                    )
        return cls(found)

    def person(self, written: str) -> str:
        """Give the person that a written name means."""
        spelt = plain_name(written)
        return self.spellings.get(spelt, spelt)


@dataclass(frozen=True)
class Papers:
    """So many papers with the same marks, as read out at one station. No paper names a voter."""

    marks: tuple[str, ...]
    times: int = 1
    station: str = ""
    void: bool = False


@dataclass(frozen=True)
class Contest:
    """One office to fill: seats, candidates (none when voters write names), papers, and papers issued."""

    seats: int
    registered: int
    papers: tuple[Papers, ...]
    issued: Mapping[str, int]
    spoiled: Mapping[str, int]
    candidates: tuple[str, ...] = ()
    aliases: Aliases = Aliases({})
    ineligible: frozenset[str] = frozenset()

    def returned(self, station: str) -> int:
        """Count the papers taken from a station's box."""
        return sum(one.times for one in self.papers if one.station == station)


@dataclass(frozen=True)
class Standing:
    """One person with their votes and what came of them."""

    person: str
    votes: int
    fate: Fate


@dataclass(frozen=True)
class Elected:
    """The result of an election to one office."""

    rules: RuleSet
    contest: Contest
    returned: int
    void: int
    blank: int
    faulty: tuple[str, ...]
    quorum: tuple[Judged, ...]
    standings: tuple[Standing, ...]

    @property
    def is_valid(self) -> bool:
        """Say whether enough voted and no box held more papers than were issued for it."""
        return not self.faulty and all(one.reached for one in self.quorum)

    @property
    def is_passed(self) -> bool:
        """Say whether the election is valid and every seat is filled."""
        return self.is_valid and self.left == 0

    def people(self, fate: Fate) -> tuple[str, ...]:
        """Name those of one fate, most votes first."""
        return tuple(one.person for one in self.standings if one.fate == fate)

    @property
    def left(self) -> int:
        """Count the seats that nobody has yet."""
        return (
            self.contest.seats - len(self.people("elected"))
            if self.is_valid
            else self.contest.seats
        )


def elect(contest: Contest, rules: RuleSet) -> Elected:
    """Count an election. Papers with more marks than seats are void, with fewer they are good; all are returned."""
    _check(contest)
    votes: Counter[str] = Counter({contest.aliases.person(name): 0 for name in contest.candidates})
    void = blank = 0
    for paper in contest.papers:
        people = _marked(paper, contest)
        if people is None:
            void += paper.times
        elif not people:
            blank += paper.times
        votes.update(dict.fromkeys(people or (), paper.times))
    returned = sum(paper.times for paper in contest.papers)
    quorum = tuple(
        Judged(one, Fraction(returned), Fraction(contest.registered)) for one in rules.quorum
    )
    standings = tuple(_standings(votes, contest, rules, returned))
    return Elected(rules, contest, returned, void, blank, _faulty(contest), quorum, standings)


def _check(contest: Contest) -> None:
    if contest.seats < 1 or contest.registered < 1:
        raise ElectionRefused("席位和登记选民都应至少为 1", "seats and voters must be at least 1")
    if any(paper.times < 0 for paper in contest.papers):
        raise ElectionRefused("票数不能为负", "a number of papers is below 0")
    known = [contest.aliases.person(name) for name in contest.candidates]
    if len(set(known)) != len(known):
        raise ElectionRefused("候选人重复", "a candidate stands twice")


def _marked(paper: Papers, contest: Contest) -> tuple[str, ...] | None:
    """Give the people a paper names, each once; None when it is void."""
    people = tuple(
        dict.fromkeys(contest.aliases.person(name) for name in paper.marks if plain_name(name))
    )
    if paper.void or len(people) > contest.seats:
        return None
    return people


def _faulty(contest: Contest) -> tuple[str, ...]:
    """Name the stations whose box held more papers than were issued and not spoiled."""
    return tuple(
        station
        for station, issued in contest.issued.items()
        if contest.returned(station) > issued - contest.spoiled.get(station, 0)
    )


def _standings(
    votes: Counter[str], contest: Contest, rules: RuleSet, returned: int
) -> Iterator[Standing]:
    ineligible = {contest.aliases.person(name) for name in contest.ineligible}
    ranked = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))
    enough = [
        (person, score)
        for person, score in ranked
        if person not in ineligible and _reached(rules, score, contest, returned)
    ]
    last = enough[contest.seats - 1][1] if len(enough) > contest.seats else None
    tied = last is not None and enough[contest.seats][1] == last
    for person, score in ranked:
        fate: Fate = "elected"
        if person in ineligible:
            fate = "ineligible"
        elif (person, score) not in enough:
            fate = "below"
        elif last is not None and score < last:
            fate = "behind"
        elif tied and score == last:
            fate = "tied"
        yield Standing(person, score, fate)


def _reached(rules: RuleSet, score: int, contest: Contest, returned: int) -> bool:
    wholes = {"heads_voting": returned, "attending": returned}
    return score > 0 and all(
        one.reached(Fraction(score), Fraction(wholes.get(one.of, contest.registered)))
        for one in rules.majority
    )
