"""Deciding: what an action on a case leads to, who may take it, and who is expected to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from linli.rulebook import clocks, forms
from linli.rulebook.casefile import (
    CLOCK_ACTOR,
    RULE_ACTOR,
    Actor,
    Casefile,
    ClockReading,
    Exhibit,
    Outcome,
    StepDraft,
)
from linli.rulebook.deciding.effects import Act, blank, take
from linli.rulebook.deciding.expecting import Waiting, openings, waiting
from linli.rulebook.deciding.plans import MemberKey, Move, plan_of, refusal
from linli.rulebook.deciding.standing import (
    Standing,
    check_evidence,
    check_moves,
    check_state,
    is_possible,
    not_allowed,
    standing_of,
)
from linli.rulebook.deciding.wording import in_words
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism

__all__ = [
    "Standing",
    "Waiting",
    "decide",
    "elapse",
    "in_words",
    "openings",
    "standing_of",
    "waiting",
]

AUTOMATIC_MOST = 16


def decide(  # noqa: PLR0913 - the one door of the interpreter takes all that a decision rests on
    mechanism: Mechanism,
    case: Casefile | None,
    action: str,
    *,
    actor: Actor,
    at: datetime,
    form: Mapping[str, Any],
    exhibits: Sequence[Exhibit] = (),
    member: MemberKey | None = None,
    book: Book,
    area: str = "",
    parties: Sequence[str] = (),
) -> Outcome:
    """Give the outcome of an action and of the automatic ones that follow; raises StepRefused.

    `case` None means an opening action; `area` and `parties` are then those of the new case.
    """
    plan = plan_of(mechanism)
    move = plan.moves.get(action)
    if move is None:
        raise refusal("unknown", f"没有“{action}”这个动作。", f"There is no action {action!r}.")
    file = case or blank(mechanism, actor, area, tuple(parties))
    check_state(mechanism, move, case)
    standing = standing_of(mechanism, file, action, actor, member, opening=case is None)
    if standing is None:
        raise not_allowed(mechanism, file, move, actor)
    values = forms.clean(mechanism, action, form, book)
    check_evidence(move.action, exhibits)
    check_moves(mechanism, file, move, member)
    act = Act(move, actor.id, at, standing, values, tuple(exhibits), member)
    after, step = take(mechanism, file, act, book, opening=case is None)
    return _settle(mechanism, after, [step], at, book)


def elapse(mechanism: Mechanism, case: Casefile, clock: str, at: datetime, book: Book) -> Outcome:
    """Give what a clock's due moment leads to: the breach recorded, and its action when possible.

    Nothing (no steps, the same case) when the clock is not due: a timer that came too late or twice.
    """
    reading = case.clocks.get(clock)
    if reading is None or not _is_due(reading, at):
        return Outcome(case, ())
    marked = replace(
        case, clocks={**case.clocks, clock: clocks.breached(reading, reading.due_at or at)}
    )
    move = plan_of(mechanism).moves.get(mechanism.clocks[clock].breach or "")
    if move is None or not is_possible(mechanism, marked, move, None):
        return Outcome(marked, ())
    after, step = take(mechanism, marked, Act(move, CLOCK_ACTOR, at), book, opening=False)
    return _settle(mechanism, after, [step], at, book)


def _is_due(reading: ClockReading, at: datetime) -> bool:
    due_at = reading.due_at
    return reading.is_running and not reading.breached_at and due_at is not None and due_at <= at


def _settle(
    mechanism: Mechanism, case: Casefile, steps: list[StepDraft], at: datetime, book: Book
) -> Outcome:
    """Take automatic actions until none is left; refuse the whole when they do not come to rest."""
    while (move := _due_move(mechanism, case)) is not None:
        if len(steps) > AUTOMATIC_MOST:
            raise refusal(
                "loop",
                "自动动作停不下来，请检查机制。",
                "The automatic actions do not come to rest.",
            )
        case, step = take(mechanism, case, Act(move, RULE_ACTOR, at), book, opening=False)
        steps.append(step)
    return Outcome(case, tuple(steps))


def _due_move(mechanism: Mechanism, case: Casefile) -> Move | None:
    for move in plan_of(mechanism).automatic.get(case.state, ()):
        if any(trigger is None or trigger.holds(case) for trigger in move.triggers) and (
            is_possible(mechanism, case, move, None)
        ):
            return move
    return None
