"""A case told again from its steps: its projection as the journal says it must stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from linli.casework.journal.casefiles import Held, Place
from linli.casework.journal.placing import place_field, point_of
from linli.casework.journal.reading import locked_case
from linli.casework.journal.rows import Row, Rows, case_row
from linli.casework.journal.runs import Run
from linli.casework.journal.writing import written
from linli.casework.models import Step
from linli.rulebook import clocks
from linli.rulebook.casefile import (
    CLOCK_ACTOR,
    RULE_ACTOR,
    Actor,
    Casefile,
    Outcome,
    StepDraft,
    revised,
)
from linli.rulebook.deciding import Standing, elapse
from linli.rulebook.deciding.effects import Act, blank, take
from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.loading import Book, shipped


def rebuild_case(case: int, at: datetime) -> None:
    """Write the projection of a case anew from its steps: the case, participants, inbox rows and timers.

    `at` is the moment up to which clocks have elapsed.
    """
    held = locked_case(case)
    run, last_hash = retold(held, shipped(), at)
    written(run, Rows(last_hash=last_hash), case=case_row(run, last_hash))


def rebuilt_row(case: int, at: datetime) -> Row:
    """Give the columns of the case as its steps say they must stand; nothing is written."""
    run, last_hash = retold(locked_case(case), shipped(), at)
    return case_row(run, last_hash)


def retold(held: Held, book: Book, at: datetime) -> tuple[Run, bytes]:
    """Give the run that took all steps of a case, and the hash of the last one."""
    steps = list(Step.objects.filter(case_id=held.id).order_by("seq"))
    run = Run.of(replace(held, casefile=None, closed_at=None, breached=False), book)
    for group in _outcomes(steps):
        _retell(run, group)
    _settle(run, at)
    stood = held.casefile
    run.held = replace(
        held, casefile=stood and revised(stood, members=())
    )  # to write them all anew
    return run, bytes(steps[-1].hash)


def _outcomes(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Give the steps as they were decided: an action with the automatic ones that followed at once."""
    group: list[Step] = []
    for step in steps:
        if group and step.actor != RULE_ACTOR:
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
        case = blank(run.mechanism, Actor(run.held.office, first.actor), run.place.area, ())
    else:
        case = _breached(run, case, first)
    drafts: list[StepDraft] = []
    for nth, step in enumerate(group):
        opening = run.casefile is None and nth == 0
        case, draft = take(run.mechanism, case, _act(run, step), run.book, opening=opening)
        drafts.append(draft)
    run.keep(Outcome(revised(case, area=run.place.area), tuple(drafts)), first.at, None, {})


def _act(run: Run, step: Step) -> Act:
    """Give the action of a step as it was taken; what it set beside the form is worked out again."""
    move = plan_of(run.mechanism).moves[step.action]
    standing = Standing(step.role, step.body) if step.role else None
    answers = {name: step.values[name] for name in move.action.fields if name in step.values}
    member = (step.member_kind, step.member_key) if step.member_kind and step.member_key else None
    return Act(move, step.actor, step.at, standing, answers, (), member)


def _breached(run: Run, case: Casefile, step: Step) -> Casefile:
    """Give the case with the breaches on record that came before a step, or that the step follows from."""
    readings = dict(case.clocks)
    for clock, kind, due_at in sorted(clocks.next_moments(readings), key=lambda m: (m[2], m[0])):
        if kind != "breach" or due_at > step.at:
            continue
        is_cause = due_at == step.at and step.actor == CLOCK_ACTOR
        if due_at < step.at or is_cause:
            readings[clock] = clocks.breached(readings[clock], due_at)
            run.note_breach(clock)
        if is_cause and run.mechanism.clocks[clock].breach == step.action:
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
    position = point_of(step.values.get(name)) if name else None
    area, cell = facts["@area"], facts.get("@cell")
    if position is None:
        return replace(run.place, area=area, cell=cell)
    return Place(position.lon, position.lat, position.datum, area, cell)
