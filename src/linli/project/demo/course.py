"""The course of one demo case: who does what next, with which answers, after how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from linli.casework.history import Command
from linli.project.demo.script import Members, Script, Start, Trouble, Turn, Words
from linli.project.demo.settling import Person, Settled, Spot
from linli.rulebook.casefile import Actor, Casefile, Exhibit, Member
from linli.rulebook.workdays import Calendar

Weighted = TypeVar("Weighted", Start, Turn)
UNITS = {"ch": timedelta(hours=1), "cd": timedelta(days=1)}
GRADES = {"very_satisfied": 34, "satisfied": 44, "basically": 14, "dissatisfied": 8}
GRADES_AFTER_REDOING = {**GRADES, "dissatisfied": 92}  # one in two stays dissatisfied
KEY_OF_OPENER = "opener"


@dataclass
class Setting:
    """What all courses of one mechanism share."""

    script: Script
    words: Words
    settled: Settled
    calendar: Calendar
    photos: dict[tuple[str, str], list[Exhibit]]
    until: datetime


@dataclass
class Course:
    """One case of the demo: its trouble, its place, and what has been done so far."""

    setting: Setting
    chance: Random
    trouble: Trouble
    spot: Spot
    start: Start
    opener: Actor
    done: Counter[str] = field(default_factory=Counter)
    coming: list[Turn] = field(default_factory=list)
    helpers: Members | None = None
    grade: str = ""

    def opening(self, at: datetime) -> Command:
        """Give the action that opens the case."""
        return self._command(
            self.start.action, self.opener, at, self.start.answer, self.start.photos
        )

    def next_command(self, case: Casefile, at: datetime) -> Command | None:
        """Give what is done next to a case as it stands since `at`; None when nothing more is."""
        if self.helpers and (asked := self._asked(case, self.helpers)):
            return self._in_time(self._helped(self.helpers, asked, at))
        turn = self._turn(case)
        if turn is None or turn.stop:
            return None
        self.done[turn.action] += 1
        self.coming, self.helpers = list(turn.then), turn.members
        actor = self._actor(turn.by, case)
        moment = self._later(at, turn.wait)
        return self._in_time(self._command(turn.action, actor, moment, turn.answer, turn.photos))

    def _in_time(self, command: Command) -> Command | None:
        """Give a command that lies in the past; what is still to come is left to whoever uses the demo."""
        return command if command.at < self.setting.until else None

    def _turn(self, case: Casefile) -> Turn | None:
        if self.coming:
            return self._drawn(self.coming)
        possible = [
            turn
            for turn in self.setting.script.next_.get(case.state, [])
            if (turn.only is None or turn.only == self.start.action)
            and (turn.most is None or self.done[turn.action] < turn.most)
            and all(case.values.get(name) in values for name, values in turn.only_if.items())
        ]
        return self._drawn(possible) if possible else None

    def _drawn(self, turns: Sequence[Weighted]) -> Weighted:
        return self.chance.choices(turns, [turn.weight for turn in turns])[0]

    def _asked(self, case: Casefile, rules: Members) -> list[Member]:
        return [m for m in case.members if m.kind == rules.kind and m.state == "asked"]

    def _helped(self, rules: Members, asked: list[Member], at: datetime) -> Command:
        moment = self._later(at, rules.wait)
        who = self.chance.choice(self.setting.settled.with_duty(rules.by, body=int(asked[0].key)))
        member = (asked[0].kind, asked[0].key)
        return self._command(rules.action, who.actor, moment, rules.answer, {}, member)

    def _actor(self, by: str, case: Casefile) -> Actor:
        if by in (KEY_OF_OPENER, "resident"):
            return self.opener
        settled = self.setting.settled
        people = settled.with_duty(by, area=self.spot.area)
        if by in ("handler", "lead"):
            people = settled.with_duty(by, body=case.holder)
        return self._other_than(people, case).actor

    def _other_than(self, people: list[Person], case: Casefile) -> Person:
        busy = {actor for actors in case.actors.values() for actor in actors}
        fresh = [person for person in people if person.actor.id not in busy]
        return self.chance.choice(fresh or people)

    def _later(self, at: datetime, wait: list[Any]) -> datetime:
        unit, least, usual, most = wait
        length: float = min(most, max(least, self.chance.lognormvariate(0, 0.9) * usual))
        if unit in UNITS:
            later: datetime = at + UNITS[unit] * length
            return later
        moment: datetime = self.setting.calendar.add_minutes(at, int(length)).at
        return moment + timedelta(seconds=self.chance.randrange(60))

    def _command(
        self, action: str, by: Actor, at: datetime, answer: dict[str, str], photos: dict[str, float],
        member: tuple[str, str] | None = None,
    ) -> Command:  # fmt: skip
        form = {
            name: value
            for name, said in answer.items()
            if (value := self._answer(said)) is not None
        }
        exhibits = tuple(
            self._photo(tag) for tag, share in photos.items() if self.chance.random() < share
        )
        return Command(action=action, by=by, at=at, form=form, exhibits=exhibits, member=member)

    def _photo(self, tag: str) -> Exhibit:
        moment = "before" if tag == "before" else "after"
        picture = self.chance.choice(self.setting.photos[self.trouble.picture, moment])
        return Exhibit("photo", tag, picture.sha256, has_position=True)

    def _answer(self, said: str) -> Any:
        kind, _, rest = said.partition(".")
        if kind == "reason":
            return self.chance.choice(self.setting.words.reasons[rest])
        answers: dict[str, Callable[[], Any]] = {
            "text": self._text, "place": self._place, "spot": self._spot, "phone": self._phone,
            "category": lambda: self.trouble.code, "nature": lambda: self.trouble.nature,
            "urgency": self._urgency, "result": lambda: self.chance.choice(self.trouble.results),
            "body": self._body, "other_body": self._other_body, "other_bodies": self._other_bodies,
            "satisfaction": self._satisfaction, "remark": self._remark, "person": self._person,
            "yes": lambda: True, "no": lambda: False, "outcome": self._outcome,
            "order": lambda: f"SH{self.chance.randrange(10**9, 10**10)}",
        }  # fmt: skip
        answer: Callable[[], Any] = answers.get(kind, lambda: said)
        return answer()

    def _text(self) -> str:
        return self.chance.choice(self.trouble.texts).format(spot=self._spot())

    def _spot(self) -> str:
        road, road2 = self.spot.roads
        return self.chance.choice(self.setting.settled.spot_names).format(
            estate=self.spot.estate, road=road, road2=road2,
            number=self.chance.randint(1, 28), lane=self.chance.randint(20, 980),
        )  # fmt: skip

    def _place(self) -> dict[str, Any]:
        lon, lat = self.spot.block.point_inside(self.chance)
        return {"lon": lon, "lat": lat, "datum": "wgs84"}

    def _phone(self) -> str | None:
        if self.chance.random() < 0.6:  # noqa: PLR2004
            return None
        return f"1{self.chance.randrange(10**3):03d}0000{self.chance.randrange(10**3):03d}"

    def _person(self) -> str:
        return self.chance.choice(self.setting.settled.surnames) + self.chance.choice(
            ("先生", "女士", "阿姨", "老伯")
        )

    def _urgency(self) -> str:
        return "urgent" if self.chance.random() * 100 < self.trouble.urgent else "normal"

    def _body(self) -> int:
        bodies = self.setting.settled.bodies
        return bodies[self.trouble.body] if self.trouble.body else self._other_body()

    def _other_body(self) -> int:
        return self._other_bodies()[0]

    def _other_bodies(self) -> list[int]:
        bodies = self.setting.settled.bodies
        others = [
            number for key, number in bodies.items() if key not in ("centre", self.trouble.body)
        ]
        return self.chance.sample(others, self.chance.choice((1, 2, 2, 3)))

    def _satisfaction(self) -> str:
        grades = GRADES_AFTER_REDOING if self.grade == "dissatisfied" else GRADES
        self.grade = self.chance.choices(list(grades), list(grades.values()))[0]
        return self.grade

    def _outcome(self) -> str:
        return self.chance.choices(("solved", "explained", "unsolved"), (74, 21, 5))[0]

    def _remark(self) -> str | None:
        if self.chance.random() < 0.5:  # noqa: PLR2004
            return None
        kinds = {"basically": "basic", "dissatisfied": "dissatisfied"}
        return self.chance.choice(self.setting.words.remarks[kinds.get(self.grade, "satisfied")])
