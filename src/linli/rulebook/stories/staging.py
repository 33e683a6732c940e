"""Stories played: the case of a scene and the cases it opens, the moment, and what has been seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from linli.rulebook import clocks, deciding
from linli.rulebook.casefile import (
    PARENT_ACTOR,
    RESIDENT,
    RULE_ACTOR,
    SCHEDULE_ACTOR,
    Actor,
    Casefile,
    Duty,
    Exhibit,
    Outcome,
    StepDraft,
    StepRefused,
)
from linli.rulebook.deciding.plans import Move, plan_of
from linli.rulebook.deciding.sights import LOCAL, WHOLE, Sight, words
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.stories.telling import Line, Plot

DIGEST = "0" * 64
BY_ITSELF = {"schedule": SCHEDULE_ACTOR, "parent": PARENT_ACTOR}


@dataclass
class Seen:
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

    def asked(self, move: Move, outcome: Outcome) -> None:
        """Take note of how the conditions of what an action asked for stood, as far as its step tells."""
        case = replace(outcome.case, values={**outcome.case.values, **outcome.steps[0].values})
        for guard in [*(guard for _, guard in move.needs), *(guard for _, guard in move.musts)]:
            if guard is not None:
                self.note(move, guard.source, holds=guard.holds(case))

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
            conditions = [guard for _, guard in (*move.needs, *move.musts)]
            asked = [move.guard, *move.triggers, *conditions]
            for source in (guard.source for guard in asked if guard is not None):
                lacking = {True, False} - self.guards.get((key, source), set())
                yield from (f"guard of {key} {str(one).lower()}: {source}" for one in lacking)
        yield from (f"breach of {key}" for key in self.mechanism.clocks if key not in self.breaches)


@dataclass
class Stage:
    """One scene being played: the case, the moment, and what happened last."""

    mechanism: Mechanism
    plot: Plot
    book: Book
    seen: Seen
    case: Casefile | None = None
    now: datetime = field(init=False)
    steps: list[StepDraft] = field(default_factory=list)
    fresh: list[StepDraft] = field(default_factory=list)
    parent: Stage | None = None
    children: list[Stage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = datetime.fromisoformat(self.plot.at).replace(tzinfo=LOCAL).astimezone(UTC)

    @property
    def sight(self) -> Sight:
        """Give what can be looked at now."""
        cast = {name: self.actor(name) for name in self.plot.actors}
        last = self.steps[-1].action if self.steps else None
        return Sight(
            self.mechanism,
            self.book,
            self.case,
            self.plot.area,
            cast,
            last,
            self.now,
            self.child_states(),
            tuple(self.fresh),
        )

    def child_states(self) -> dict[str, str]:
        """Give where each child stands, by mechanism and number."""
        seen: Counter[str] = Counter()
        states = {}
        for child in self.children:
            assert child.case is not None
            seen[child.mechanism.mechanism] += 1
            key = child.mechanism.mechanism
            states[f"{key}/{seen[key]}"] = child.case.state
        return states

    def play(self, line: Line) -> Label | None:
        """Play one line; give what went otherwise, or None."""
        if line.child is not None:
            about = self.below(line.child)
            return (
                about.play(line.model_copy(update={"child": None}))
                if about
                else Label(zh=f"没有下级事项“{line.child}”", en=f"there is no child {line.child!r}")
            )
        if line.at or line.act:
            for one in self.root.whole():
                one.fresh = []
        if line.at is not None:
            return self.move_on(line.at)
        if line.act is not None:
            return self.act(line, line.act) or self.compare(line.then)
        if line.refuse is not None:
            return self.be_refused(line, line.refuse)
        return self.compare(line.expect)

    def act(self, line: Line, action: str) -> Label | None:
        """Take an action that should succeed."""
        try:
            outcome = self.decide(line, action)
        except StepRefused as refused:
            return _refused(action, refused)
        move = plan_of(self.mechanism).moves[action]
        if move.guard:
            self.seen.note(move, move.guard.source, holds=True)
        needed = self.needed(line, action) if line.needs is not None else None
        self.seen.asked(move, outcome)
        self.take(outcome)
        if needed is not None and needed != sorted(line.needs or []):
            return _otherwise(
                f"“{action}”的 needs", f"needs of {action}", sorted(line.needs or []), needed
            )
        return None

    def needed(self, line: Line, action: str) -> list[str]:
        """Give which answers and photos of a line cannot be left out, and which photos need a position."""
        fewer: dict[str, dict[str, Any]] = {
            name: {"form": {k: v for k, v in line.form.items() if k != name}} for name in line.form
        }
        for place, tag in enumerate(line.photos):
            rest = [*line.photos[:place], *line.photos[place + 1 :]]
            fewer |= {tag: {"photos": rest}}
            fewer |= {f"{tag}@": {"photos": rest, "unplaced": [tag]}}
        for place, tag in enumerate(line.files):
            fewer |= {tag: {"files": [*line.files[:place], *line.files[place + 1 :]]}}
        return sorted(
            name
            for name, change in fewer.items()
            if self.fails(line.model_copy(update=change), action)
        )

    def fails(self, line: Line, action: str) -> bool:
        """Tell whether a line would be refused."""
        try:
            self.decide(line, action)
        except StepRefused:
            return True
        return False

    def be_refused(self, line: Line, action: str) -> Label | None:
        """Take an action that should be refused, and nothing change."""
        try:
            self.decide(line, action)
        except StepRefused as refused:
            move = plan_of(self.mechanism).moves.get(action)
            if refused.code == "guard" and move is not None and move.guard:
                self.seen.note(move, move.guard.source, holds=False)
            if line.code in (None, refused.code):
                return None
            return Label(
                zh=f"“{action}”因 {refused.code} 被拒，应为 {line.code}：{refused.message.zh}",
                en=f"{action!r} is refused for {refused.code}, not {line.code}: {refused.message.en}",
            )
        return Label(zh=f"“{action}”本应被拒", en=f"{action!r} should be refused")

    def decide(self, line: Line, action: str) -> Outcome:
        """Ask the interpreter."""
        assert line.by is not None
        kind, _, key = (line.member or "").partition("/")
        rule = self.mechanism.actions.get(action)
        kinds = {need.tag: need.kind for need in (rule.exhibits if rule else ())}
        exhibits = [Exhibit("photo", tag, DIGEST, has_position=True) for tag in line.photos]
        exhibits += [Exhibit("photo", tag, DIGEST) for tag in line.unplaced]
        exhibits += [Exhibit(_paper(kinds.get(tag)), tag, DIGEST) for tag in line.files]
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
        if name in BY_ITSELF:
            return Actor(1, BY_ITSELF[name])
        if name not in self.plot.actors:
            raise StepRefused(
                "unknown", Label(zh=f"没有“{name}”这个人。", en=f"Nobody is {name!r}.")
            )
        part = self.plot.actors[name]
        if part.duty == RESIDENT:
            return Actor(1, f"resident:{name}")
        areas = tuple(part.areas if part.areas is not None else [self.plot.area])
        held = tuple(Duty(code, part.body, areas) for code in part.duties)
        return Actor(1, f"account:{name}", held)

    def take(self, outcome: Outcome) -> None:
        """Go on with what an action led to, the children it opened, and what the parent makes of it."""
        self.case = outcome.case
        self.steps += outcome.steps
        self.fresh += outcome.steps
        self.seen.outcome(outcome)
        self.seen.standing(outcome.case)
        for birth in outcome.births:
            child = Stage(birth.mechanism, self.plot, self.book, Seen(birth.mechanism))
            child.now, child.parent = self.root.now, self
            self.children.append(child)
            child.take(birth.outcome)
        if self.parent is not None and self.parent.case is not None:
            self.parent.hear(self)

    def hear(self, child: Stage) -> None:
        """Let the case know where one of its children stands now."""
        assert self.case is not None
        assert child.case is not None
        nth = self.children.index(child) + 1
        if len(self.case.children) < nth:
            return  # being opened: the opening step tells of it
        known = deciding.child_of(child.mechanism, nth, child.case.state)
        outcome = deciding.hear(self.mechanism, self.case, known, self.root.now, self.book)
        if outcome.case is not self.case:
            self.take(outcome)

    @property
    def root(self) -> Stage:
        """Give the stage of the scene's own case."""
        return self.parent.root if self.parent else self

    def below(self, path: str) -> Stage | None:
        """Give the stage of a child by its mechanism and number, or of a child of that one; None when there is none."""
        name, _, rest = path.partition("/")
        nth, _, further = rest.partition("/")
        alike = [child for child in self.children if child.mechanism.mechanism == name]
        if not nth.isdecimal() or not 0 < int(nth) <= len(alike):
            return None
        found = alike[int(nth) - 1]
        return found.below(further) if further else found

    def whole(self) -> Iterator[Stage]:
        """Give this stage and all below it."""
        yield self
        for child in self.children:
            yield from child.whole()

    def move_on(self, budget: str) -> Label | None:
        """Let time pass, and every clock that comes due elapse at its moment, whichever case it belongs to."""
        root = self.root
        until = self.book.calendars.named("office").add(root.now, budget.lstrip("+ ")).at
        while due := root.next_due(until):
            moment, stage, clock = due
            assert stage.case is not None
            for one in root.whole():
                one.now = moment
            stage.take(deciding.elapse(stage.mechanism, stage.case, clock, moment, self.book))
        for one in root.whole():
            one.now = until
        return None

    def next_due(self, until: datetime) -> tuple[datetime, Stage, str] | None:
        """Give the earliest clock that comes due, of this case or one below it."""
        found = [
            (moment, nth, stage, clock)
            for nth, stage in enumerate(self.whole())
            if stage.case is not None
            for clock, kind, moment in clocks.next_moments(stage.case.clocks)
            if kind == "breach" and moment <= until
        ]
        if not found:
            return None
        moment, _, stage, clock = min(found, key=lambda due: due[:2])
        return moment, stage, clock

    def compare(self, expected: Mapping[str, Any]) -> Label | None:
        """Give the first thing that is not as expected, or None."""
        known = words(is_open=self.case is not None)
        for key, wanted in expected.items():
            if key not in known:
                return Label(
                    zh=f"不能期望“{key}”，可用：{'、'.join(known)}",
                    en=f"{key!r} cannot be expected; there are {', '.join(known)}",
                )
            found = self.sight.see(key)
            if isinstance(wanted, Mapping) and key not in WHOLE:
                found = {name: found.get(name) for name in wanted}
            if found != wanted:
                return _otherwise(key, key, wanted, found)
        return None


def _refused(action: str, refused: StepRefused) -> Label:
    zh = "；".join(f"{fault.field} {fault.message.zh}" for fault in refused.faults)
    en = "; ".join(f"{fault.field} {fault.message.en}" for fault in refused.faults)
    return Label(
        zh=f"“{action}”被拒：{refused.code} {refused.message.zh}{zh}",
        en=f"{action!r} is refused: {refused.code} {refused.message.en} {en}".rstrip(),
    )


def _otherwise(zh: str, en: str, wanted: object, found: object) -> Label:
    return Label(
        zh=f"{zh} 应为 {wanted}，实为 {found}", en=f"{en} should be {wanted} and is {found}"
    )


def _paper(kind: str | None) -> str:
    """Give what a file of a story is taken for: what the action asks for under its name, never a photo."""
    return "file" if kind in (None, "photo") else kind
