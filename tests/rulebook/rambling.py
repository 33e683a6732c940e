"""Random events on one case from a seed, each with what the interpreter made of it: food for the oracles."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from linli.rulebook import clocks, forms
from linli.rulebook.casefile import CLOCK_ACTOR, Actor, Duty, Exhibit, StepRefused
from linli.rulebook.deciding import decide, elapse, openings
from linli.rulebook.deciding.effects import Act, blank
from linli.rulebook.deciding.plans import plan_of

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AREA = "/310000/310112/310112006/"
ABOUT_PEOPLE = {"permission", "form", "evidence", "loop"}
SPANS = (30, 600, 6_000, 60_000)
FITTING = {
    "text": "说明", "word": "A1", "number": "1.5", "fraction": "2/3", "date": "2026-03-02", "bool": True,
    "moment": "2026-03-02T09:00:00+08:00", "area": AREA, "dwelling": "3-201",
    "place": {"lon": 121.4, "lat": 31.1}, "photo": "a" * 64, "entry": "GM26-0000001", "file": "a" * 64,
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One act sent to a case: the file it met, and the steps and file it led to; `after` None when refused."""

    act: Act
    before: object
    is_opening: bool
    after: object = None
    steps: tuple = ()
    refusal: str = ""


class Ramble:
    """One case after another, as chance will have it; refusals about people and forms are no events."""

    def __init__(self, mechanism, book, seed):
        self.mechanism, self.book, self.chance = mechanism, book, Random(seed)  # noqa: S311 - no secret
        self.case, self.now, self.people = None, MONDAY, 0

    def events(self, tries):
        """Give what comes of so many tries on one case, until it ends."""
        for _ in range(tries):
            yield from self.some()
            if self.is_over():
                return

    def is_over(self):
        """Tell whether the case has ended."""
        return self.case is not None and self.mechanism.states[self.case.state].final

    def some(self):
        """Give the next event, if chance finds one, and what becomes due before the one after it."""
        event = self.sent()
        if event is not None:
            yield event
        if self.case is not None and self.chance.random() < 1 / 5:
            self.now += timedelta(minutes=self.chance.choice(SPANS))
        yield from self.due()

    def sent(self):
        """Send one action to the interpreter: mostly one that is open, now and then any at all."""
        mechanism, chance = self.mechanism, self.chance
        actor = self.somebody()
        offered = self.offered(actor)
        if offered and chance.random() < 3 / 4:
            action, member = chance.choice(offered)
        else:
            action = chance.choice(sorted(mechanism.actions))
            member = chance.choice([None, *((m.kind, m.key) for m in self.members())])
        form = self.form(action)
        before = self.case or blank(mechanism, actor.id, AREA, ())
        is_opening = self.case is None
        try:
            outcome = decide(
                mechanism, self.case, action, actor=actor, at=self.now, form=form, member=member,
                exhibits=self.exhibits(action), book=self.book, area=AREA,
            )  # fmt: skip
        except StepRefused as refused:
            if refused.code in ABOUT_PEOPLE:
                return None
            outcome, code = None, refused.code
        values = forms.clean(mechanism, action, form, self.book)
        act = Act(plan_of(mechanism).moves[action], actor.id, self.now, None, values, (), member)
        if outcome is None:
            return Event(act, before, is_opening, refusal=code)
        self.case = outcome.case
        return Event(act, before, is_opening, outcome.case, outcome.steps)

    def due(self):
        """Give the acts of clocks that have fallen due."""
        for _ in range(10):
            moments = clocks.next_moments(self.case.clocks) if self.case else []
            late = [m for m in moments if m[1] == "breach" and m[2] <= self.now]
            if not late:
                return
            key, _kind, moment = late[0]
            before = self.case
            outcome = elapse(self.mechanism, before, key, self.now, self.book)
            self.case = outcome.case
            move = plan_of(self.mechanism).moves.get(self.mechanism.clocks[key].breach or "")
            if move is not None:
                reading = clocks.breached(before.clocks[key], moment)
                marked = replace(before, clocks={**before.clocks, key: reading})
                act, after = (
                    Act(move, CLOCK_ACTOR, self.now),
                    outcome.case if outcome.steps else None,
                )
                yield Event(act, marked, False, after, outcome.steps)  # noqa: FBT003

    def somebody(self):
        """Give somebody with every duty in one of two bodies, new each time, or the one who opened the case."""
        self.people += 1
        body = self.chance.choice([7, 8])
        if self.case and self.case.holder and self.chance.random() < 1 / 2:
            body = self.case.holder
        duties = tuple(Duty(r.duty or k, body, (AREA,)) for k, r in self.mechanism.roles.items())
        opener = self.case.opened_by if self.case else "resident:r"
        name = self.chance.choice([f"account:{self.people}", f"account:{self.people}", opener])
        return Actor(1, name, () if name.startswith("resident") else duties)

    def offered(self, actor):
        """Give what the actor may do now, with the member it is about."""
        if self.case is None:
            return [(key, None) for key in self.mechanism.starts()]
        found = openings(self.mechanism, self.case, actor, self.book)
        return [(one.action, one.member) for one in found]

    def members(self):
        """Give the participants there are."""
        return self.case.members if self.case else ()

    def form(self, action):
        """Give fitting answers to what an action asks, now and then leaving out what may be left out."""
        rule = self.mechanism.actions[action]
        return {
            name: self.answer(self.mechanism.fields[name])
            for name in rule.fields
            if name in rule.required or self.chance.random() < 3 / 4
        }

    def answer(self, rule):
        """Give a fitting answer to one question."""
        if rule.type == "code":
            offered = [code.code for code in forms.code_list(rule, self.book).choices()]
            return self.chance.choice(offered or ["自写"])
        if rule.type in ("int", "money"):
            low = math.ceil(rule.min or 0)
            high = rule.max if rule.max is not None else low + 100
            return self.chance.randint(low, min(high, low + 100))
        if rule.type == "body":
            return self.chance.choice([7, 8])
        if rule.type == "bodies":
            return self.chance.choice([[7], [8], [7, 8, 9]])
        if rule.type == "bool":
            return self.chance.random() < 1 / 2
        return FITTING[rule.type]

    def exhibits(self, action):
        """Give all the evidence an action asks for, with positions."""
        return [
            Exhibit(need.kind, need.tag, "a" * 64, has_position=True)
            for need in self.mechanism.actions[action].exhibits
            for _ in range(need.min)
        ]
