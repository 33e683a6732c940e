"""The cases of a replay: a group's way through its mechanism, taken by made-up people on a virtual clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property, partial
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from linli.casework.history import Command, HistoricCase
from linli.figures.periods import Period, period_named
from linli.project.progress import Refused
from linli.project.replay.script import Answer, Days, Each, Group, Spread
from linli.project.replay.settling import Ground, middle
from linli.rulebook.casefile import Actor, Casefile, Duty, Exhibit
from linli.rulebook.deciding.standing import duty_of
from linli.rulebook.forms import code_list
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Action, Evidence, FieldRule

ZONE = ZoneInfo("Asia/Shanghai")
STEP = re.compile(
    r"(?P<action>[a-z0-9_]+)(?: \*(?P<times>[0-9]+))?(?: \+(?P<number>[0-9]+)(?P<unit>[mhd]))?"
)
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
SOON = timedelta(minutes=10)
NO_FILE = sha256("重放的记录：没有附件".encode()).hexdigest()
MORNING = 9
MONTHS = 12


@dataclass(frozen=True)
class Move:
    """One action of a group's way, and how long after the one before it is taken."""

    action: str
    after: timedelta


@dataclass(frozen=True)
class Cast:
    """Plays the cases of one group: knows its mechanism, its ground, and the answers to give."""

    group: Group
    key: str
    ground: Ground
    book: Book
    year: int

    def cases(self, first: int, last: int) -> Iterator[HistoricCase]:
        """Give the cases of the group from number `first` up to but without `last`, counted from nought."""
        for nth in range(first, last):
            opening = self._command(self.moves[0], nth, self.opened(nth), None)
            yield HistoricCase(
                mechanism=self.group.mechanism,
                steps=(opening,),
                area=self.ground.areas[self._area(nth)],
                source=self.group.source,
                number=self.number(nth),
                then=partial(self.next, iter(self.moves[1:]), nth),
            )

    def number(self, nth: int) -> str | None:
        """Give the number of a case; None lets the office number it."""
        return f"{self.key}-{nth:06d}"

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Give the way of the group."""
        return tuple(move for text in self.group.way for move in self._moves(text))

    @cached_property
    def lasting(self) -> timedelta:
        """Give how long a case takes from its first action to its last."""
        return sum((move.after for move in self.moves[1:]), timedelta())

    def _moves(self, text: str) -> list[Move]:
        match = STEP.fullmatch(text)
        known = self.book.mechanisms[self.group.mechanism].actions
        if match is None or match["action"] not in known:
            raise Refused(
                f"{self.group.mechanism} 没有动作“{text}”；写成 动作、动作 +8d 或 动作 *3 +8d",
                f"{self.group.mechanism} has no action {text!r}; write ACTION, ACTION +8d or ACTION *3 +8d",
            )
        after = SOON
        if match["number"]:
            after = timedelta(**{UNITS[match["unit"]]: int(match["number"])})
        return [Move(match["action"], after)] * int(match["times"] or 1)

    def next(
        self, coming: Iterator[Move], nth: int, case: Casefile, at: datetime
    ) -> Command | None:
        """Give what is done next; None when the way is at its end."""
        move = next(coming, None)
        return None if move is None else self._command(move, nth, at + move.after, case)

    def _area(self, nth: int) -> int:
        return nth % (self.group.areas or len(self.ground.areas))

    def opened(self, nth: int) -> datetime:
        """Give when a case begins."""
        start, end = self._span
        moment = start + (end - start) * nth / self.group.cases
        local = moment.astimezone(ZONE)
        return local.replace(hour=MORNING, minute=nth % 60, second=0, microsecond=0)

    @cached_property
    def _span(self) -> tuple[datetime, datetime]:
        first, last = self.group.months
        period = _months(self.year, first, last)
        end = period.end - self.lasting - timedelta(days=1)
        return period.start, max(end, period.start)

    def _command(self, move: Move, nth: int, at: datetime, case: Casefile | None) -> Command:
        rule = self._actions[move.action]
        by, member = self.actor(move.action, rule, nth, case)
        return Command(
            action=move.action,
            by=by,
            at=at,
            form=self._form(move.action, rule, nth, at),
            exhibits=tuple(self._exhibits(rule, nth)),
            member=member,
        )

    @cached_property
    def _actions(self) -> dict[str, Action]:
        return dict(self.book.mechanisms[self.group.mechanism].actions)

    def _exhibits(self, rule: Action, nth: int) -> Iterator[Exhibit]:
        needs: list[Evidence] = [need for need in rule.evidence if need.min]
        for need in needs:
            one = need.choices[0]
            made = Exhibit(one.kind, one.tag, self.file(nth), has_position=True)
            yield from [made] * max(1, one.min)

    def file(self, nth: int) -> str:
        """Give the hash of the file shown as evidence."""
        del nth
        return NO_FILE

    def actor(
        self, action: str, rule: Action, nth: int, case: Casefile | None
    ) -> tuple[Actor, tuple[str, str] | None]:
        """Give who takes an action, and as which participant."""
        way = next(way for way in rule.by if way.role)
        assert way.role is not None
        office = self.ground.office
        if way.role == "resident":
            return Actor(office, case.opened_by if case else f"resident:{self.key}{nth:06d}"), None
        body = (case.holder if case else None) or next(iter(self.ground.bodies.values()))
        member = member_of(rule, case)
        if member and way.scope == "participant":
            body = int(member[1])
        name = case.opened_by if case and way.scope == "own" else f"import:replay-{action}"
        mechanism = self.book.mechanisms[self.group.mechanism]
        codes = [duty_of(mechanism, by.role) for by in rule.by if by.role]
        duties = tuple(Duty(code, body, (self.ground.path,)) for code in codes)
        return Actor(office, name, duties), member

    def _form(self, action: str, rule: Action, nth: int, at: datetime) -> dict[str, Any]:
        form = {}
        for name in rule.fields:
            given = self.group.answers.get(f"{action}.{name}", self.group.answers.get(name))
            field = self.book.mechanisms[self.group.mechanism].fields[name]
            if given is not None:
                form[name] = self.answer(given, field, nth, at)
            elif self.asks(rule, name):
                form[name] = self.plain(field, nth, at)
        return form

    def asks(self, rule: Action, name: str) -> bool:
        """Tell whether a field is answered although the group says nothing of it."""
        return name in rule.required or name in rule.required_when

    def answer(self, given: Answer, field: FieldRule, nth: int, at: datetime) -> Any:
        """Give the answer to a field, as a form takes it."""
        if isinstance(given, Spread):
            return share(given.spread, nth, self.group.cases)
        if isinstance(given, Days):
            return f"{at.astimezone(ZONE) + timedelta(days=given.days):%Y-%m-%d}"
        said = given.each[nth % len(given.each)] if isinstance(given, Each) else given
        if field.type in ("body", "bodies") and isinstance(said, str):
            keys = [self.ground.bodies[key] for key in said.split()]
            return keys[0] if field.type == "body" else keys
        if field.type == "area" and isinstance(said, int):
            return self.ground.areas[said - 1]
        return self.told(said, nth) if isinstance(said, str) else said

    def told(self, text: str, nth: int) -> str:
        """Give a text with what stands in braces filled in."""
        return text.replace("{n}", str(nth + 1))

    def plain(self, field: FieldRule, nth: int, at: datetime) -> Any:
        """Give an answer that fits where a group gives none."""
        bodies = [*self.ground.bodies.values()]
        plain: dict[str, Callable[[], Any]] = {
            "text": lambda: "重放的记录", "word": lambda: f"{field.zh}{nth + 1}",
            "bool": lambda: True, "date": lambda: f"{at.astimezone(ZONE):%Y-%m-%d}",
            "moment": at.isoformat, "place": lambda: middle(self._area(nth)),
            "area": lambda: self.ground.areas[self._area(nth)],
            "body": lambda: bodies[0], "bodies": lambda: bodies[:1], "fraction": lambda: "1/2",
            "code": lambda: next(iter(code_list(field, self.book).choices())).code,
            "dwelling": lambda: f"{nth + 1}-101", "photo": lambda: NO_FILE, "file": lambda: NO_FILE,
        }  # fmt: skip
        made: Callable[[], Any] = plain.get(field.type, lambda: max(1, field.min or 0))
        return made()


def share(total: str | int, nth: int, among: int) -> str | int:
    """Give the share of the nth of so many in a total; together they make the total, to the last digit."""
    if isinstance(total, int):
        return total * (nth + 1) // among - total * nth // among
    number = Decimal(total)
    places = -int(number.as_tuple().exponent)
    units = int(number.scaleb(places))
    own = units * (nth + 1) // among - units * nth // among
    return f"{Decimal(own).scaleb(-places):f}"


def member_of(rule: Action, case: Casefile | None) -> tuple[str, str] | None:
    """Give the participant whom an action moves: the first who stands where it begins."""
    if not rule.participant or case is None:
        return None
    kind, moved = next(iter(rule.participant.items()))
    asked = next(m for m in case.members if m.kind == kind and m.state in moved)
    return asked.kind, asked.key


def _months(year: int, first: int, last: int) -> Period:
    after = f"{year + 1}-01" if last == MONTHS else f"{year}-{last + 1:02d}"
    return period_named(f"{year}-{first:02d}..{after}")
