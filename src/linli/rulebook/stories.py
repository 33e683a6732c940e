"""Stories: a mechanism told in acts, refusals and moments, run through the interpreter, with what it covers.

A story file holds scenes; each opens a new case and goes on by lines:
`{by, act, form, photos, member, then}`, `{by, refuse, code, form, ...}`, `{at: +2 wd}` or `{expect: {...}}`.
Between two moments every clock that comes due is let elapse, in the order of the due moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from linli.rulebook import clocks, deciding
from linli.rulebook.casefile import (
    RESIDENT,
    RULE_ACTOR,
    Actor,
    Casefile,
    Duty,
    Exhibit,
    Outcome,
    StepRefused,
)
from linli.rulebook.deciding.plans import Move, plan_of
from linli.rulebook.loading import FOLDER, Book, Lines, read_yaml
from linli.rulebook.mechanism import KEY, Label, Mechanism, Rule, Wrong

LOCAL = ZoneInfo("Asia/Shanghai")
DIGEST = "0" * 64


class Part(Rule):
    """Somebody in a story: a resident, or the holder of a duty for a body."""

    duty: str
    body: int | None = None
    areas: list[str] | None = None


class Line(Rule):
    """One line: an act, a refusal with its code, a moment, or what is expected."""

    by: str | None = None
    act: str | None = None
    refuse: str | None = None
    code: str | None = None
    form: dict[str, Any] = {}
    photos: list[str] = []
    unplaced: list[str] = []
    member: str | None = None
    then: dict[str, Any] = {}
    at: str | None = None
    expect: dict[str, Any] = {}

    @model_validator(mode="after")
    def _one_kind(self) -> Line:
        kinds = (self.act, self.refuse, self.at, self.expect or None)
        if sum(kind is not None for kind in kinds) != 1:
            raise Wrong(
                "act、refuse、at、expect 恰好写一个",
                "give exactly one of act, refuse, at and expect",
            )
        if (self.act or self.refuse) and not self.by:
            raise Wrong("要写 by（谁来办）", "say who acts: by")
        return self


class Scene(Rule):
    """One case from its opening on."""

    title: Label
    lines: list[Line] = Field(min_length=1)


class Plot(Rule):
    """A story file."""

    story: str = Field(pattern=KEY)
    at: str
    area: str
    actors: dict[str, Part]
    scenes: list[Scene] = Field(min_length=1)


@dataclass(frozen=True)
class Story:
    """A story as read, with the lines it stands on."""

    source: str
    plot: Plot
    lines: Lines


@dataclass(frozen=True)
class StoryResult:
    """What a story showed: failures, and which actions, guard outcomes and breaches were seen."""

    failures: tuple[str, ...]
    actions: frozenset[str]
    guards: Mapping[tuple[str, str], frozenset[bool]]
    breaches: frozenset[str]
    gaps: tuple[str, ...]


def read_story(text: str, source: str) -> Story:
    """Read a story from its text; refuses what the story language does not know."""
    plot, lines = read_yaml(text, source, Plot)
    return Story(source, plot, lines)


def stories_in(folder: Path = FOLDER / "mechanisms") -> dict[str, Story]:
    """Give the stories of a folder by the mechanism they are about."""
    files = sorted(folder.glob("*.story.yaml"))
    told = [read_story(file.read_text(encoding="utf-8"), file.name) for file in files]
    return {story.plot.story: story for story in told}


def run_story(mechanism: Mechanism, story: Story, book: Book) -> StoryResult:
    """Run every scene; failures name file and line, gaps name what no scene has shown."""
    seen = _Seen(mechanism)
    failures: list[str] = []
    for number, scene in enumerate(story.plot.scenes):
        stage = _Stage(mechanism, story.plot, book, seen)
        for place, line in enumerate(scene.lines):
            failed = stage.play(line)
            if failed:
                row = story.lines.of(("scenes", number, "lines", place))
                failures.append(f"{story.source}:{row}: {scene.title.zh}：{failed}")
                break
    return StoryResult(
        failures=tuple(failures),
        actions=frozenset(seen.actions),
        guards={key: frozenset(value) for key, value in seen.guards.items()},
        breaches=frozenset(seen.breaches),
        gaps=tuple(seen.gaps()),
    )


@dataclass
class _Seen:
    """What has been seen of a mechanism so far."""

    mechanism: Mechanism
    actions: set[str] = field(default_factory=set)
    guards: dict[tuple[str, str], set[bool]] = field(default_factory=dict)
    breaches: set[str] = field(default_factory=set)

    def outcome(self, outcome: Outcome) -> None:
        """Take note of the steps taken and of the clocks that have breached."""
        for step in outcome.steps:
            self.actions.add(step.action)
            move = plan_of(self.mechanism).moves[step.action]
            if step.actor == RULE_ACTOR:
                for trigger in filter(None, move.triggers):
                    self.note(move, trigger.source, holds=True)
        self.breaches |= {k for k, reading in outcome.case.clocks.items() if reading.breached_at}

    def standing(self, case: Casefile) -> None:
        """Take note of how the guards of the state's actions stand, where no form is needed to know."""
        for move in plan_of(self.mechanism).leaving.get(case.state, ()):
            for trigger in move.triggers:
                if trigger is not None:
                    self.note(move, trigger.source, holds=trigger.holds(case))
            if move.guard and not move.asks_guard_of_form:
                self.note(move, move.guard.source, holds=move.guard.holds(case))

    def note(self, move: Move, source: str, *, holds: bool) -> None:
        """Take note of one guard's outcome."""
        self.guards.setdefault((move.key, source), set()).add(holds)

    def gaps(self) -> Iterator[str]:
        """Give what has not been seen: actions, guards true and false, clocks in breach."""
        yield from (f"action {key}" for key in self.mechanism.actions if key not in self.actions)
        for key, move in plan_of(self.mechanism).moves.items():
            asked = [move.guard, *move.triggers]
            for source in (guard.source for guard in asked if guard is not None):
                lacking = {True, False} - self.guards.get((key, source), set())
                yield from (f"guard of {key} {str(one).lower()}: {source}" for one in lacking)
        yield from (f"breach of {key}" for key in self.mechanism.clocks if key not in self.breaches)


@dataclass
class _Stage:
    """One scene being played: the case, the moment, and what happened last."""

    mechanism: Mechanism
    plot: Plot
    book: Book
    seen: _Seen
    case: Casefile | None = None
    now: datetime = field(init=False)
    taken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = datetime.fromisoformat(self.plot.at).replace(tzinfo=LOCAL).astimezone(UTC)

    def play(self, line: Line) -> str | None:
        """Play one line; give what went otherwise, or None."""
        if line.at is not None:
            return self.move_on(line.at)
        if line.act is not None:
            return self.act(line, line.act) or self.compare(line.then)
        if line.refuse is not None:
            return self.be_refused(line, line.refuse)
        return self.compare(line.expect)

    def act(self, line: Line, action: str) -> str | None:
        """Take an action that should succeed."""
        try:
            outcome = self.decide(line, action)
        except StepRefused as refused:
            faults = "；".join(f"{f.field} {f.message.zh}" for f in refused.faults)
            return f"“{action}”被拒：{refused.code} {refused.message.zh}{faults}"
        move = plan_of(self.mechanism).moves[action]
        if move.guard:
            self.seen.note(move, move.guard.source, holds=True)
        self.take(outcome)
        return None

    def be_refused(self, line: Line, action: str) -> str | None:
        """Take an action that should be refused, and nothing change."""
        try:
            self.decide(line, action)
        except StepRefused as refused:
            move = plan_of(self.mechanism).moves.get(action)
            if refused.code == "guard" and move is not None and move.guard:
                self.seen.note(move, move.guard.source, holds=False)
            if line.code in (None, refused.code):
                return None
            return f"“{action}”因 {refused.code} 被拒，应为 {line.code}：{refused.message.zh}"
        return f"“{action}”本应被拒"

    def decide(self, line: Line, action: str) -> Outcome:
        """Ask the interpreter."""
        assert line.by is not None
        kind, _, key = (line.member or "").partition("/")
        exhibits = [Exhibit("photo", tag, DIGEST, has_position=True) for tag in line.photos]
        exhibits += [Exhibit("photo", tag, DIGEST) for tag in line.unplaced]
        return deciding.decide(
            self.mechanism,
            self.case,
            action,
            actor=self.actor(line.by),
            at=self.now,
            form=line.form,
            exhibits=exhibits,
            member=(kind, key) if key else None,
            book=self.book,
            area=self.plot.area,
        )

    def actor(self, name: str) -> Actor:
        """Give somebody of the plot."""
        if name not in self.plot.actors:
            raise StepRefused(
                "unknown", Label(zh=f"没有“{name}”这个人。", en=f"Nobody is {name!r}.")
            )
        part = self.plot.actors[name]
        if part.duty == RESIDENT:
            return Actor(1, f"resident:{name}")
        areas = tuple(part.areas if part.areas is not None else [self.plot.area])
        return Actor(1, f"account:{name}", (Duty(part.duty, part.body, areas),))

    def take(self, outcome: Outcome) -> None:
        """Go on with what an action led to."""
        self.case = outcome.case
        self.taken += [step.action for step in outcome.steps]
        self.seen.outcome(outcome)
        self.seen.standing(outcome.case)

    def move_on(self, budget: str) -> str | None:
        """Let time pass, and every clock that comes due elapse at its moment."""
        until = self.book.calendars.named("office").add(self.now, budget.lstrip("+ ")).at
        while self.case is not None:
            due = [m for m in clocks.next_moments(self.case.clocks) if m[1] == "breach"]
            if not due or due[0][2] > until:
                break
            clock, _, moment = due[0]
            self.take(deciding.elapse(self.mechanism, self.case, clock, moment, self.book))
        self.now = until
        return None

    def compare(self, expected: Mapping[str, Any]) -> str | None:
        """Give the first thing that is not as expected, or None."""
        if self.case is None:
            return None
        for key, wanted in expected.items():
            if key not in _SIGHTS:
                return f"不能期望“{key}”，可用：{'、'.join(_SIGHTS)}"
            found = _SIGHTS[key](self)
            if isinstance(wanted, Mapping):
                found = {name: found.get(name) for name in wanted}
            if found != wanted:
                return f"{key} 应为 {wanted}，实为 {found}"
        return None

    def clock_words(self) -> dict[str, str]:
        """Give how each clock stands, in one word."""
        assert self.case is not None
        words = {}
        for key, reading in self.case.clocks.items():
            if reading.ended_at:
                words[key] = "met" if reading.was_met else "missed"
            elif reading.breached_at:
                words[key] = "late"
            else:
                words[key] = "running" if reading.is_running else "paused"
        return words

    def awaited(self) -> list[str]:
        """Give the actions somebody is expected to take, each once."""
        assert self.case is not None
        return sorted({row.action for row in deciding.waiting(self.mechanism, self.case)})


_SIGHTS: Mapping[str, Any] = {
    "state": lambda stage: stage.case.state,
    "holder": lambda stage: stage.case.holder,
    "tracks": lambda stage: stage.case.tracks,
    "values": lambda stage: stage.case.values,
    "members": lambda stage: {f"{m.kind}/{m.key}": m.state for m in stage.case.members},
    "entries": lambda stage: stage.case.entry_counts,
    "totals": lambda stage: stage.case.entry_sums,
    "clocks": lambda stage: stage.clock_words(),
    "waiting": lambda stage: stage.awaited(),
    "last": lambda stage: stage.taken[-1],
    "due": lambda stage: {
        key: reading.due_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
        for key, reading in stage.case.clocks.items()
        if reading.due_at
    },
}
