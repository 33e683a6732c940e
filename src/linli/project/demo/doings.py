"""All that a demo year holds beside hotline and grid: every other mechanism, a few cases each, by the people of the street."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

from linli.budget.actions import post_history
from linli.casework.history import Appended, Command, HistoryRefused, append_history
from linli.casework.queries.entries import current_entries
from linli.project.demo.script import FOLDER, ScriptWrong, TownNames
from linli.project.demo.settling import STREET, Person, Settled, Spot
from linli.project.replay.acting import ZONE, Cast, Move, member_of
from linli.project.replay.script import Answer, Group
from linli.project.replay.settling import Ground
from linli.registry.scope import path_of
from linli.rulebook.casefile import RESIDENT, Actor, Casefile
from linli.rulebook.deciding.standing import duty_of
from linli.rulebook.labels import Rule
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Action, FieldRule
from linli.rulebook.ownbook import at_hand
from linli.rulebook.reading import read_yaml

FILE = FOLDER / "rest-of-the-year.yaml"
WEEK, SATURDAY = 7, 5
MORNING, EVENING = 9, 16
TRADES = ("科技", "餐饮", "便利店", "花艺", "设计", "文化传播", "健身", "教育咨询")
WORDS = ("text", "word")
YEARS = {"this": 0, "last": -1}
MONTHS = 12
MONTHS_OF_A_QUARTER = 3
TURNS = ("一", "二", "三", "四")
TURNS_OF_NAMES = ("二", "三", "四", "五", "六", "七", "八", "九", "十")


class RestOfTheYear(Rule):
    """The groups of cases of the demo's year, in the words of a replay."""

    groups: list[Group]


@dataclass(frozen=True)
class Street:
    """What all groups share: people, places, names, photos, and the year."""

    settled: Settled
    names: TownNames
    photos: tuple[str, ...]
    start: datetime
    until: datetime


@dataclass(frozen=True)
class Doing(Cast):
    """Plays one group in the demo's street: real accounts act, names and places are the street's, and today ends it."""

    street: Street
    names: dict[str, int] = field(default_factory=dict)

    def number(self, nth: int) -> None:
        """Leave the number to the office."""

    def opened(self, nth: int) -> datetime:
        """Give when a case begins: spread over its months, on a weekday in hours of duty."""
        first, last = self.group.months
        year = self.street.until - self.street.start
        start = self.street.start + year * (first - 1) / MONTHS
        end = self.street.start + year * last / MONTHS
        chance = self._chance(nth, "opened")
        local = (start + (end - start) * (nth + chance.random()) / self.group.cases).astimezone(
            ZONE
        )
        if local.weekday() >= SATURDAY:
            local -= timedelta(days=local.weekday() - SATURDAY + 1)
        hour = chance.randrange(MORNING, EVENING)
        opened = local.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60))
        return min(opened, self.street.until - timedelta(minutes=5))

    def next(
        self, coming: Iterator[Move], nth: int, case: Casefile, at: datetime
    ) -> Command | None:
        """Give what is done next; what lies ahead is left to whoever uses the demo."""
        command = super().next(coming, nth, case, at)
        return command if command and command.at < self.street.until else None

    def actor(
        self, action: str, rule: Action, nth: int, case: Casefile | None
    ) -> tuple[Actor, tuple[str, str] | None]:
        """Give somebody of the street who may act, another than before where there is one."""
        mechanism, member = self.book.mechanisms[self.group.mechanism], member_of(rule, case)
        for way in rule.by:
            if way.role is None or (way.scope == "body" and case and case.holder is None):
                continue
            if way.role == "resident":
                if case is None or case.opened_by.startswith(RESIDENT):
                    return self._resident(nth, case), member
                continue
            body = case.holder if case and way.scope == "body" else None
            body = int(member[1]) if member and way.scope == "participant" else body
            area = self.ground.areas[self._area(nth)] if way.scope == "area" else ""
            duty = duty_of(mechanism, way.role)
            people = self.street.settled.with_duty(duty, area=area, body=body)
            if case and way.scope == "own":
                people = [one for one in people if one.actor.id == case.opened_by]
            if people:
                return self._one_of(people, nth, action, case).actor, member
        raise ScriptWrong(f"{self.group.mechanism}: nobody of the street may take {action!r}")

    def _resident(self, nth: int, case: Casefile | None) -> Actor:
        name = f"{RESIDENT}:{self._chance(nth, 'who').getrandbits(64):016x}"
        return Actor(self.ground.office, case.opened_by if case else name)

    def _one_of(
        self, people: Sequence[Person], nth: int, action: str, case: Casefile | None
    ) -> Person:
        busy = {actor for actors in case.actors.values() for actor in actors} if case else set()
        fresh = [person for person in people if person.actor.id not in busy]
        return self._chance(nth, action, len(busy)).choice(fresh or list(people))

    def answer(self, given: Answer, field: FieldRule, nth: int, at: datetime) -> Any:
        """Give the answer to a field; `here`, `own`, `entry`, `this` and `last` stand for what the street knows."""
        said = super().answer(given, field, nth, at)
        if field.type == "place" and said == "here":
            lon, lat = self._spot(nth).block.point_inside(self._chance(nth, "here"))
            return {"lon": lon, "lat": lat, "datum": "wgs84"}
        if field.type == "area" and said == "own":
            return self.ground.areas[self._area(nth)]
        if field.type == "entry" and isinstance(said, str):
            _, _, which = said.partition(" ")
            numbers = self._entries[field.of or ""]
            return numbers[(int(which) - 1 if which else nth) % len(numbers)]
        if isinstance(said, str) and said in YEARS:
            return at.astimezone(ZONE).year + YEARS[said]
        return self._unlike(said, nth) if field is self._name and isinstance(said, str) else said

    def _unlike(self, said: str, nth: int) -> str:
        """Give a name that no earlier entry of the register has: the second of a name is called 二号, and so on."""
        names = (said, *(f"{said}{turn}号" for turn in TURNS_OF_NAMES))
        if own := next((name for name in names if self.names.setdefault(name, nth) == nth), None):
            return own
        raise ScriptWrong(f"{self.group.mechanism}: {said!r} is too often a name")

    def asks(self, rule: Action, name: str) -> bool:
        """Tell whether a field is answered although the group says nothing of it: only what is always asked."""
        return name in rule.required

    def plain(self, field: FieldRule, nth: int, at: datetime) -> Any:
        """Give an answer where the group gives none. Raises ScriptWrong: words are never made up."""
        if field.type in WORDS:
            raise ScriptWrong(f"{self.group.mechanism}: say what is answered to {field.zh!r}")
        return super().plain(field, nth, at)

    def told(self, text: str, nth: int) -> str:
        """Give a text with the names of the street filled in."""
        chance, spot = self._chance(nth, text), self._spot(nth)
        local = self.opened(nth).astimezone(ZONE)
        quarter = TURNS[(local.month - 1) // MONTHS_OF_A_QUARTER]
        return text.format(
            n=nth + 1, nnn=f"{nth + 1:03d}", nnnn=f"{nth + 1:04d}", year=local.year,
            quarter=f"{local.year}年{quarter}季度", estate=spot.estate, road=chance.choice(spot.roads),
            person=chance.choice(self.street.names.surnames) + chance.choice(self.street.names.given),
            head=chance.choice(self.street.names.estate_heads), trade=TRADES[nth % len(TRADES)],
        )  # fmt: skip

    def file(self, nth: int) -> str:
        """Give the hash of a photo of the street."""
        return self._chance(nth, "photo").choice(self.street.photos)

    def _spot(self, nth: int) -> Spot:
        area = self.ground.areas[self._area(nth)]
        spots = [spot for spot in self.street.settled.spots if spot.area == area]
        return spots[nth // len(self.ground.areas) % len(spots)]

    def _chance(self, nth: int, *about: object) -> Random:
        return Random(f"{self.key}-{nth}-{about}")

    @cached_property
    def _name(self) -> FieldRule | None:
        """Give the field by whose words an entry of the register is told from the others; none where years tell."""
        mechanism = self.book.mechanisms[self.group.mechanism]
        told = [mechanism.fields[name] for name in mechanism.unique]
        words = [rule for rule in told if rule.type in WORDS]
        return words[0] if words and all(rule.type != "number" for rule in told) else None

    @cached_property
    def _entries(self) -> dict[str, list[str]]:
        fields = self.book.mechanisms[self.group.mechanism].fields.values()
        registers = {field.of for field in fields if field.of}
        return {key: [entry.number for entry in current_entries(key)] for key in registers}


def groups() -> list[Group]:
    """Give the groups of the demo's file. Raises MechanismRefused."""
    return read_yaml(FILE.read_text(encoding="utf-8"), FILE.name, RestOfTheYear)[0].groups


def do_the_rest(street: Street, *, scale: float) -> Appended:
    """Write the year's other cases into the office; registers first, for what names their entries. Raises ScriptWrong."""
    book, settled = at_hand(), street.settled
    areas = tuple(sorted({spot.area for spot in settled.spots}))
    ground = Ground(settled.office, path_of(STREET), areas, settled.bodies)
    casts = [
        Doing(_scaled(group, scale), f"D{nth:03d}", ground, book, street.start.year, street)
        for nth, group in enumerate(groups())
    ]
    casts.sort(key=lambda cast: book.mechanisms[cast.group.mechanism].kind != "register")
    done = [_done(cast, book) for cast in casts]
    clerk = settled.with_duty("operator")[0].actor
    if left := post_history(by=clerk, at=street.until):
        raise ScriptWrong(f"money that is not there: {left}")
    return Appended(sum(one.cases for one in done), sum(one.steps for one in done))


def _scaled(group: Group, scale: float) -> Group:
    return group.model_copy(update={"cases": max(1, round(group.cases * scale))})


def _done(cast: Doing, book: Book) -> Appended:
    office, cases = cast.ground.office, cast.cases(0, cast.group.cases)
    try:
        return append_history(office=office, cases=cases, book=book, until=cast.street.until)
    except HistoryRefused as refused:
        raise ScriptWrong(f"{cast.group.mechanism}: {refused}") from None
