"""Writing what happens on a way through a mechanism as a scene of a story, with people named by their roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from linli.rulebook.casefile import RESIDENT, Actor, Casefile, Duty, Outcome, StepRefused
from linli.rulebook.deciding import decide
from linli.rulebook.deciding.plans import MemberKey
from linli.rulebook.deciding.sights import LOCAL
from linli.rulebook.deciding.standing import duty_of
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.proving.filling import flow
from linli.rulebook.proving.inventing import AREA, BODIES, MONDAY, RESIDENT_ID
from linli.rulebook.proving.searching import Deed, Place, Seeker
from linli.rulebook.stories import Line, Plot, Seen, Stage
from linli.rulebook.stories.staging import BY_ITSELF

DAYS_MOST = 90
DAY = 24 * 60
ELSEWHERE = "/310000/310115/310115004/"
_OF_THEMSELVES = {actor: name for name, actor in BY_ITSELF.items()}
START = Label(zh="开始", en="At the start")


@dataclass(frozen=True)
class Ending:
    """The last deed of a scene: done, or refused with a code."""

    deed: Deed
    code: str | None = None


@dataclass
class Telling:
    """One scene in the making: its lines as written, and how far it has been played."""

    stage: Stage
    title: Label
    lines: list[str] = field(default_factory=list)
    is_whole: bool = True

    def say(self, row: dict[str, Any]) -> bool:
        """Play a line and keep it when it went as told."""
        self.is_whole = self.stage.play(Line.model_validate(row)) is None
        if self.is_whole:
            self.lines.append(flow(row))
        return self.is_whole

    def rows(self) -> Iterator[str]:
        """Give the scene as lines of a story file."""
        yield f"  - title: {flow(self.title.model_dump())}"
        yield "    lines:"
        yield from (f"      - {line}" for line in self.lines)


@dataclass
class Playwright:
    """Writes scenes about one mechanism. `cast` grows as people come up; those in it already are used first."""

    mechanism: Mechanism
    book: Book
    cast: dict[str, dict[str, Any]] = field(default_factory=dict)
    at: str = f"{MONDAY.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    area: str = AREA
    names: dict[str, str] = field(default_factory=dict)

    @cached_property
    def seeker(self) -> Seeker:
        """Give who finds ways."""
        return Seeker(self.mechanism, self.book)

    def before(self, action: str, places: Sequence[Place]) -> Iterator[Place | None]:
        """Give the places from which an action may start; None for one that opens a case."""
        rule = self.mechanism.actions[action]
        if rule.start:
            yield None
        states = self.mechanism.states_named(rule.from_)
        yield from (place for place in places if place.case.state in states)

    def tries(self, place: Place | None, action: str) -> Iterator[Deed]:
        """Give everybody trying an action with each invented form, about each participant."""
        case = place.case if place else None
        for actor in [*self.seeker.inventor.crowd(case), *self.strangers()]:
            for form in self.seeker.inventor.forms(action):
                yield from (Deed(action, actor, form, member) for member in members_of(case))

    def strangers(self) -> Iterator[Actor]:
        """Give people with each duty somewhere else."""
        for code in self.seeker.inventor.duties:
            yield Actor(1, f"account:{code}-elsewhere", (Duty(code, BODIES[0], (ELSEWHERE,)),))

    def outcome(
        self, mechanism: Mechanism, book: Book, place: Place | None, deed: Deed
    ) -> Outcome | str:
        """Give what a deed leads to under a mechanism, or the code of its refusal."""
        assert deed.actor is not None
        try:
            return decide(
                mechanism, place.case if place else None, deed.action, actor=deed.actor,
                at=place.at if place else MONDAY, form=deed.form,
                exhibits=self.seeker.inventor.exhibits(deed.action), member=deed.member, book=book, area=AREA,
            )  # fmt: skip
        except StepRefused as refused:
            return refused.code

    def told(self, place: Place | None, ending: Ending | None, seen: Seen) -> Telling:
        """Tell the way to a place, as far as it plays as it was found; then the last deed."""
        way = place.way if place else []
        for deed in (*(one.deed for one in way), ending.deed if ending else None):
            if deed and deed.actor:
                self.name(deed.actor)
        scene = Telling(
            Stage(self.mechanism, self.plot(), self.book, seen), self.title(way, ending)
        )
        before = MONDAY
        for here in way:
            row = self.row(here.deed, "act") if here.deed and here.deed.actor else None
            if not scene.say(row or {"at": self.waited(scene.stage.now, here.at - before)}):
                return scene
            before = here.at
        if ending:
            code = {"code": ending.code} if ending.code else {}
            scene.say(self.row(ending.deed, "refuse" if ending.code else "act") | code)
        return scene

    def plot(self) -> Plot:
        """Give the head of a story with the cast as it stands."""
        scene = {"title": {"zh": "一", "en": "One"}, "lines": [{"at": "+1 cm"}]}
        return Plot.model_validate(
            {
                "story": self.mechanism.mechanism,
                "at": self.at,
                "area": self.area,
                "actors": self.cast,
                "scenes": [scene],
            }
        )

    def title(self, way: list[Place], ending: Ending | None) -> Label:
        """Give what a scene is called: how the case began and where it came to, or what was tried there."""
        actions, states = self.mechanism.actions, self.mechanism.states
        ended = states[way[-1].case.state] if way else START
        if ending is None:
            assert way[0].deed is not None
            begun = actions[way[0].deed.action]
            return Label(zh=f"{begun.zh}，到{ended.zh}", en=f"{begun.en}, to {ended.en}")
        tried = actions[ending.deed.action]
        if ending.code is None:
            return Label(zh=f"{ended.zh}时{tried.zh}", en=f"{ended.en}: {tried.en}")
        return Label(zh=f"{ended.zh}时不能{tried.zh}", en=f"{ended.en}: {tried.en} is refused")

    def row(self, deed: Deed, verb: str) -> dict[str, Any]:
        """Give a deed as a line of a story."""
        assert deed.actor is not None
        asked = self.seeker.inventor.asked(deed.action)
        photos = [one.tag for one in asked if one.kind == "photo"]
        files = [one.tag for one in asked if one.kind != "photo"]
        member = "/".join(map(str, deed.member)) if deed.member else None
        more = {"member": member, "form": deed.form, "photos": photos, "files": files}
        row: dict[str, Any] = {"by": self.name(deed.actor), verb: deed.action}
        return row | {key: value for key, value in more.items() if value}

    def waited(self, now: datetime, span: timedelta) -> str:
        """Give a wait: in working days where that comes within a day of it, else to the minute."""
        minutes = max(-(-int(span.total_seconds()) // 60), 1)
        calendar = self.book.calendars.named("office")
        for days in range(1, DAYS_MOST if minutes < DAYS_MOST * DAY else 1):
            over = calendar.add(now, f"{days} wd").at - now - span
            if over >= timedelta(0):
                return f"+{days} wd" if over < timedelta(days=1) else f"+{minutes} cm"
        return f"+{minutes} cm"

    def name(self, actor: Actor) -> str:
        """Give what somebody is called in the story: one of the cast, or by the role, numbered where there are several."""
        if actor.id in _OF_THEMSELVES:
            return _OF_THEMSELVES[actor.id]
        if actor.id not in self.names:
            part = _part(actor)
            free = [name for name in self.cast if name not in self.names.values()]
            same = [name for name in free if _is_same(self.cast[name], part)]
            self.names[actor.id] = same[0] if same else self.new_name(actor)
            self.cast.setdefault(self.names[actor.id], part)
        return self.names[actor.id]

    def new_name(self, actor: Actor) -> str:
        """Give a name that nobody of the cast has."""
        wanted = RESIDENT if actor.id == RESIDENT_ID else "neighbour"
        if actor.duties:
            code = actor.duties[0].code
            roles = [r for r in self.mechanism.roles if duty_of(self.mechanism, r) == code]
            wanted = "everybody" if len(actor.duties) > 1 else roles[0]
        number = 1
        while (name := f"{wanted}{number}" if number > 1 else wanted) in self.cast:
            number += 1
        return name


def members_of(case: Casefile | None) -> list[MemberKey | None]:
    """Give nobody, then each participant of a case: an action may be about one of them."""
    return [None, *((m.kind, m.key) for m in (case.members if case else ()))]


def _part(actor: Actor) -> dict[str, Any]:
    if not actor.duties:
        return {"duty": RESIDENT}
    codes = [duty.code for duty in actor.duties]
    part: dict[str, Any] = {"duty": codes if len(codes) > 1 else codes[0]}
    away = {"areas": [ELSEWHERE]} if actor.duties[0].areas == (ELSEWHERE,) else {}
    return part | {"body": actor.duties[0].body} | away


def _is_same(known: dict[str, Any], part: dict[str, Any]) -> bool:
    return {key: value for key, value in known.items() if value is not None} == part
