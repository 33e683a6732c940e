"""Why a clock of a case is due when it is: every turn it took, told from the journal and the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from linli.casework.definitions import of_office
from linli.casework.journal.reading import case_numbered
from linli.casework.journal.rebuilding import retold
from linli.casework.journal.runs import Run
from linli.casework.journal.telling import Told
from linli.casework.models import Step
from linli.casework.queries.views import CaseUnseen, CaseView
from linli.rulebook import forms
from linli.rulebook.casefile import Casefile, ClockReading, StepRefused
from linli.rulebook.deciding import Act, retake
from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.explaining.dates import Day, counted_days
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.rulebook.workdays import Calendars, parts

Sort = Literal[
    "started", "restarted", "extended", "paused", "resumed", "kept", "breached", "met", "missed",
    "over", "ended", "cut", "revived",
]  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """Something that befell a clock: by which step, and how the due moment then follows.

    `amount` is counted from `since` over `days`; `asked` is the step that asked for what this one grants.
    """

    sort: Sort
    at: datetime
    reading: ClockReading
    step: Told | None = None
    asked: Told | None = None
    since: datetime | None = None
    amount: str = ""
    days: tuple[Day, ...] = ()


@dataclass(frozen=True)
class ClockStory:
    """One clock of a case: what it is, and every turn it took."""

    clock: str
    label: Label
    basis: str
    is_main: bool
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class ClockChange:
    """What an action would do to a clock: where it stands, and where it would. None: it does not run."""

    clock: str
    label: Label
    sort: Literal["same", "started", "restarted", "extended", "paused", "resumed", "ended"]
    before: ClockReading | None
    after: ClockReading | None


@dataclass(frozen=True)
class _Stand:
    """A case file after one decision, and the steps of that decision."""

    at: datetime
    steps: tuple[Step, ...]
    file: Casefile
    mechanism: Mechanism


def clock_stories(*, view: CaseView, at: datetime) -> tuple[ClockStory, ...]:
    """Give what befell every clock of a case somebody sees, up to a moment, the main ones first."""
    held = case_numbered(view.row.number)
    if held is None:
        raise CaseUnseen(view.row.number)
    book, stands = of_office(at_hand()), list[_Stand]()

    def watch(run: Run, moment: datetime, group: Sequence[Step]) -> None:
        stands.append(_Stand(moment, tuple(group), run.file, run.mechanism))

    retold(held, book, at, watch)
    told = {line.seq: line for line in view.trail}
    stories = [
        ClockStory(
            clock=key,
            label=Label(zh=rule.zh, en=rule.en),
            basis=rule.basis or "",
            is_main=rule.main,
            turns=tuple(_turns(key, stands, told, book.calendars)),
        )
        for key, rule in view.mechanism.clocks.items()
    ]
    return tuple(sorted((s for s in stories if s.turns), key=lambda story: not story.is_main))


def clock_changes(
    *,
    view: CaseView,
    action: str,
    answers: Mapping[str, Any],
    member: tuple[str, str] | None,
    at: datetime,
) -> tuple[ClockChange, ...]:
    """Give what an action with these answers would do to each clock, if taken now; nothing is written.

    Empty when the action cannot be taken so: what hinders it is said where it is taken.
    """
    held = case_numbered(view.row.number)
    if held is None or held.casefile is None:
        raise CaseUnseen(view.row.number)
    before, book = held.casefile, of_office(at_hand())
    values = _understood(held.mechanism, action, answers, book)
    act = Act(plan_of(held.mechanism).moves[action], "", at, None, values, (), member)
    try:
        after = retake(held.mechanism, before, act, book, opening=False).case
    except StepRefused:
        return ()
    found = []
    for key, rule in held.mechanism.clocks.items():
        was, will = _living(before.clocks.get(key)), _living(after.clocks.get(key))
        if was or will:
            label = Label(zh=rule.zh, en=rule.en)
            found.append(ClockChange(key, label, _change(was, will), was, will))
    return tuple(found)


def _understood(
    mechanism: Mechanism, action: str, answers: Mapping[str, Any], book: Book
) -> Mapping[str, Any]:
    """Give the answers as the form would be read; of one that is not complete, the codes chosen so far."""
    try:
        return forms.clean(mechanism, action, answers, book)
    except StepRefused:
        fields = mechanism.fields
        return {name: one for name, one in answers.items() if fields[name].type == "code"}


def _living(reading: ClockReading | None) -> ClockReading | None:
    return reading if reading and reading.ended_at is None else None


def _change(
    was: ClockReading | None, will: ClockReading | None
) -> Literal["same", "started", "restarted", "extended", "paused", "resumed", "ended"]:
    if was is None:
        return "started"
    if will is None:
        return "ended"
    if was.started_at != will.started_at:
        return "restarted"
    if was.budget != will.budget:
        return "extended"
    if (was.due_at is None) == (will.due_at is None):
        return "same"
    return "resumed" if was.due_at is None else "paused"


def _turns(
    key: str, stands: Sequence[_Stand], told: Mapping[int, Told], calendars: Calendars
) -> list[Turn]:
    turns: list[Turn] = []
    before: _Stand | None = None
    for stand in stands:
        was = before.file.clocks.get(key) if before else None
        now = stand.file.clocks.get(key)
        step = told.get(stand.steps[0].seq) if stand.steps else None
        asked = _asked(stand, told)
        if now is not None:
            turns += _befallen(was, now, stand, (step, asked), calendars)
            if not turns or turns[-1].at != stand.at or turns[-1].step is not step:
                turns += _kept(now, before, stand, step)
        before = stand
    return turns


def _befallen(
    was: ClockReading | None,
    now: ClockReading,
    stand: _Stand,
    by: tuple[Told | None, Told | None],
    calendars: Calendars,
) -> list[Turn]:
    """Give the turns that one decision brought a clock, in the order of their moments."""
    rule = stand.mechanism.clocks.get(now.clock)
    is_period = rule is not None and rule.period
    if was is not None and was.ended_at is not None and was == now:
        return []
    found: list[Turn] = []
    if was is not None and was.started_at == now.started_at and was.ended_at and not now.ended_at:
        return [Turn("revived", stand.at, now, *by)]
    is_new = was is None or was.ended_at is not None or was.started_at != now.started_at
    if not is_new and was and now.breached_at and was.breached_at is None:
        found.append(Turn("over" if is_period else "breached", now.breached_at, now))
    if is_new:
        alive = was is not None and was.ended_at is None
        started_at = now.started_at
        found.append(
            _counted(
                Turn("restarted" if alive else "started", started_at, now, *by),
                started_at,
                now.budget,
                calendars,
            )
        )
    elif was is not None:
        found += _gone_on(was, now, stand.at, by, calendars)
    if now.ended_at is not None and (is_new or was is None or was.ended_at is None):
        found.append(Turn(_end(now, is_period=is_period), now.ended_at, now, *by))
    return found


def _end(reading: ClockReading, *, is_period: bool) -> Sort:
    """Give how a clock ended: met or missed; a period ran out before, or was cut short."""
    if is_period:
        return "ended" if reading.breached_at else "cut"
    return "missed" if reading.breached_at else "met"


def _gone_on(
    was: ClockReading,
    now: ClockReading,
    at: datetime,
    by: tuple[Told | None, Told | None],
    calendars: Calendars,
) -> list[Turn]:
    found: list[Turn] = []
    if was.budget != now.budget:
        turn = Turn("extended", at, now, *by)
        more = _added(was.budget, now.budget)
        found.append(_counted(turn, was.due_at, more, calendars) if was.due_at else turn)
    if was.due_at is None and now.due_at is not None:
        unit = "wm" if parts(now.budget)[0][1].startswith("w") else "cm"
        resumed = Turn("resumed", at, now, *by)
        found.append(_counted(resumed, at, f"{was.remaining or 0} {unit}", calendars))
    elif was.due_at is not None and now.due_at is None and now.ended_at is None:
        found.append(Turn("paused", at, now, *by))
    return found


def _counted(turn: Turn, since: datetime, amount: str, calendars: Calendars) -> Turn:
    """Give a turn with the count that leads from `since` to its due moment."""
    until, calendar = turn.reading.due_at, turn.reading.calendar
    if until is None:
        until = calendars.counting(calendar, amount).add(since, amount).at
    days = tuple(counted_days(since, until, amount, calendar, calendars))
    return Turn(turn.sort, turn.at, turn.reading, turn.step, turn.asked, since, amount, days)


def _added(was: str, now: str) -> str:
    """Give what was added to a budget: '3 wd' between '5 wd' and '8 wd'."""
    before = {unit: amount for amount, unit in parts(was)}
    more = [(amount - before.get(unit, 0), unit) for amount, unit in parts(now)]
    return " + ".join(f"{amount} {unit}" for amount, unit in more if amount)


def _kept(now: ClockReading, before: _Stand | None, stand: _Stand, step: Told | None) -> list[Turn]:
    """Give the turn that says a clock goes on as it was, where the body or the category changed."""
    if before is None or step is None or now.ended_at is not None:
        return []
    name = stand.mechanism.shows.category or ""
    was, has = before.file.values.get(name), stand.file.values.get(name)
    changed = was is not None and was != has
    passed = before.file.holder is not None and before.file.holder != stand.file.holder
    return [Turn("kept", stand.at, now, step)] if changed or passed else []


def _asked(stand: _Stand, told: Mapping[int, Told]) -> Told | None:
    """Give the step that asked for what this one decides: the last one whose taker may not be its own."""
    if not stand.steps:
        return None
    first = stand.steps[0]
    action = stand.mechanism.actions.get(first.action)
    names = {name for by in (action.by if action else ()) for name in by.not_actor_of}
    earlier = [line for line in told.values() if line.seq < first.seq and line.action in names]
    return max(earlier, key=lambda line: line.seq, default=None)
