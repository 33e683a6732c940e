"""A case told again from its steps: its projection as the journal says it must stand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from linli.casework.definitions import of_office, pinned
from linli.casework.eras.moves import MIGRATE, eras, moved_again
from linli.casework.journal.casefiles import Held, Place
from linli.casework.journal.placing import PLACED, place_field, point_of
from linli.casework.journal.reading import locked_case
from linli.casework.journal.rows import Row, Rows, case_row
from linli.casework.journal.runs import Run
from linli.casework.journal.writing import written
from linli.casework.models import Case, Step
from linli.rulebook import clocks
from linli.rulebook.casefile import (
    CLOCK_ACTOR,
    RULE_ACTOR,
    Casefile,
    Child,
    Outcome,
    StepDraft,
    revised,
)
from linli.rulebook.deciding import Standing, child_of, elapse
from linli.rulebook.deciding.effects import CHILDREN, Act, blank, take
from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.loading import Book
from linli.rulebook.ownbook import at_hand

Watch = Callable[[Run, datetime, Sequence[Step]], None]


def rebuild_case(case: int, at: datetime) -> None:
    """Write the projection of a case anew from its steps: the case, participants, inbox rows and timers.

    `at` is the moment up to which clocks have elapsed.
    """
    held = locked_case(case)
    run, last_hash = retold(held, of_office(at_hand()), at)
    written(run, Rows(last_hash=last_hash), case=case_row(run, last_hash))


def rebuilt_row(case: int, at: datetime) -> Row:
    """Give the columns of the case as its steps say they must stand; nothing is written."""
    run, last_hash = retold(locked_case(case), of_office(at_hand()), at)
    return case_row(run, last_hash)


def retold(held: Held, book: Book, at: datetime, watch: Watch | None = None) -> tuple[Run, bytes]:
    """Give the run that took all steps of a case, and the hash of the last one.

    `watch` is shown the run after each decision, with its moment and steps; without steps at the end.
    """
    steps = list(Step.objects.filter(case_id=held.id).order_by("seq"))
    first = eras(steps, held.mechanism)[0]
    begun = replace(held, casefile=None, closed_at=None, breached=False, mechanism=first)
    run = Run.of(begun, book)
    news = _news(held) if held.casefile and held.casefile.children else deque[News]()
    for group in _outcomes(steps):
        _hear_until(run, news, group[0])
        _retell(run, group)
        if watch:
            watch(run, group[0].at, group)
    for one in news:
        _hear(run, one)
    _settle(run, at)
    if watch:
        watch(run, at, ())
    stood = held.casefile
    run.held = replace(
        held, casefile=stood and revised(stood, members=())
    )  # to write them all anew
    return run, bytes(steps[-1].hash)


@dataclass(frozen=True)
class News:
    """Where a child came to stand, and when its parent heard of it."""

    at: datetime
    child: Child


def _news(held: Held) -> deque[News]:
    """Give what the children of a case did after they were opened, in order, as their own steps tell."""
    found: list[News] = []
    rows = Case.objects.filter(parent_id=held.id).order_by("id")
    for case, number in rows.values_list("id", "number"):
        mechanism, nth = pinned(case), int(number.rpartition("-")[2])
        groups = list(_outcomes(list(Step.objects.filter(case_id=case).order_by("seq"))))
        for before, group in pairwise(groups):
            if group[-1].to_state != before[-1].to_state:
                found.append(News(group[0].at, child_of(mechanism, nth, group[-1].to_state)))
    return deque(sorted(found, key=lambda news: news.at))


def _hear_until(run: Run, news: deque[News], step: Step) -> None:
    """Let the case hear what came before a step: all of earlier moments, and of its own moment what it tells of."""
    while news and news[0].at < step.at:
        _hear(run, news.popleft())
    told = {int(nth): fact[1] for nth, fact in step.values.get(CHILDREN, {}).items()}
    for one in [one for one in news if one.at == step.at]:
        nth = one.child.nth
        known = next((c for c in run.file.children if c.nth == nth), None) if run.casefile else None
        if nth not in told or known is None or (not known.told and known.state == told[nth]):
            continue
        news.remove(one)
        run.casefile = _hearing(run, one)


def _hear(run: Run, news: News) -> None:
    file = _breached(run, _hearing(run, news), news.at)
    run.keep(Outcome(file, ()), news.at, None, {})


def _hearing(run: Run, news: News) -> Casefile:
    children = (news.child if c.nth == news.child.nth else c for c in run.file.children)
    return revised(run.file, children=tuple(children))


def _outcomes(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Give the steps as they were decided: an action with the automatic ones that followed at once.

    Automatic ones that follow from a child begin with a step that tells of it, or at another moment.
    """
    group: list[Step] = []
    known = 0
    for step in steps:
        told = [int(nth) for nth in step.values.get(CHILDREN, ())]
        heard = any(nth <= known for nth in told) or (group and step.at != group[0].at)
        known = max([known, *told])
        if group and (step.actor != RULE_ACTOR or heard):
            yield group
            group = []
        group.append(step)
    yield group


def _retell(run: Run, group: Sequence[Step]) -> None:
    first, case = group[0], run.casefile
    facts = {name: value for name, value in first.values.items() if name.startswith("@")}
    if "@area" in facts:
        run.place = _place(run, first, facts)
    if case is None:
        case = blank(run.mechanism, first.actor, run.place.area)
    else:
        cause = first.action if first.actor == CLOCK_ACTOR else None
        case = _breached(run, case, first.at, cause=cause)
    drafts: list[StepDraft] = []
    if first.action == MIGRATE:
        new, case, draft = moved_again(first, run.mechanism, case, run.book)
        run.held = replace(run.held, definition=new.id, mechanism=new.mechanism)
        drafts.append(draft)
    for nth, step in enumerate(group[len(drafts) :]):
        opening = run.casefile is None and nth == 0
        case, draft = take(run.mechanism, case, _act(run, step), run.book, opening=opening)
        case = revised(case, children=(*case.children, *_born(case, step)))
        drafts.append(draft)
    run.keep(Outcome(revised(case, area=run.place.area), tuple(drafts)), first.at, None, {})


def _born(case: Casefile, step: Step) -> list[Child]:
    """Give the children that a step opened: those it is the first to name."""
    return [
        Child(int(nth), mechanism, state, tuple(marks), told=True)
        for nth, (mechanism, state, *marks) in step.values.get(CHILDREN, {}).items()
        if int(nth) > len(case.children)
    ]


def _act(run: Run, step: Step) -> Act:
    """Give the action of a step as it was taken; what it set beside the form is worked out again."""
    move = plan_of(run.mechanism).moves[step.action]
    standing = Standing(step.role, step.body) if step.role else None
    answers = {name: step.values[name] for name in move.action.fields if name in step.values}
    member = (step.member_kind, step.member_key) if step.member_kind and step.member_key else None
    return Act(move, step.actor, step.at, standing, answers, (), member)


def _breached(run: Run, case: Casefile, at: datetime, *, cause: str | None = None) -> Casefile:
    """Give the case with the breaches on record that came before a moment, or that the clock's action follows from."""
    readings = dict(case.clocks)
    for clock, kind, due_at in sorted(clocks.next_moments(readings), key=lambda m: (m[2], m[0])):
        if kind != "breach" or due_at > at:
            continue
        is_cause = due_at == at and cause is not None
        if due_at < at or is_cause:
            readings[clock] = clocks.breached(readings[clock], due_at)
            run.note_breach(clock)
        if is_cause and run.mechanism.clocks[clock].breach == cause:
            break
    return revised(case, clocks=readings)


def _settle(run: Run, at: datetime) -> None:
    """Put on record the breaches up to a moment that nothing followed from."""
    for clock, kind, due_at in clocks.next_moments(run.file.clocks):
        if kind == "breach" and due_at <= at:
            outcome = elapse(run.mechanism, run.file, clock, due_at, run.book)
            if not outcome.steps:
                run.note_breach(clock)
                run.keep(outcome, due_at, None, {})


def _place(run: Run, step: Step, facts: dict[str, Any]) -> Place:
    name = place_field(run.mechanism)
    position = (point_of(step.values.get(name)) if name else None) or point_of(facts.get(PLACED))
    area, cell = facts["@area"], facts.get("@cell")
    if position is None:
        return replace(run.place, area=area, cell=cell)
    return Place(position.lon, position.lat, position.datum, area, cell)
