"""Deciding: what an action on a case leads to, who may take it, and who is expected to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from linli.rulebook import clocks, forms
from linli.rulebook.casefile import (
    CLOCK_ACTOR,
    PARENT_ACTOR,
    RULE_ACTOR,
    SCHEDULE_ACTOR,
    Actor,
    Birth,
    Casefile,
    Child,
    ClockReading,
    Exhibit,
    Outcome,
    StepDraft,
    StepRefused,
)
from linli.rulebook.deciding.effects import CHILDREN, Act, blank, take, told_of
from linli.rulebook.deciding.expecting import Waiting, openings, waiting
from linli.rulebook.deciding.plans import MemberKey, Move, plan_of, refusal
from linli.rulebook.deciding.standing import (
    Standing,
    check_asked,
    check_evidence,
    check_last,
    check_moves,
    check_state,
    is_possible,
    not_allowed,
    standing_of,
)
from linli.rulebook.deciding.wording import in_words
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import AMEND, Mechanism, Opens

__all__ = [
    "Act",
    "Standing",
    "Waiting",
    "child_of",
    "decide",
    "elapse",
    "hear",
    "in_words",
    "is_by_itself",
    "openings",
    "retake",
    "settled",
    "standing_of",
    "waiting",
]

AUTOMATIC_MOST = 16
DEEPEST = 4


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
    move = plan_of(mechanism).moves.get(action)
    if move is None:
        raise refusal("unknown", f"没有“{action}”这个动作。", f"There is no action {action!r}.")
    file = case or blank(mechanism, actor.id, area, tuple(parties))
    check_state(mechanism, move, case)
    if case is not None:
        check_last(case, move, at)
    standing = standing_of(mechanism, file, action, actor, member, opening=case is None)
    if standing is None and not is_by_itself(move, actor):
        raise not_allowed(mechanism, file, move, actor)
    act = Act(move, actor.id, at, standing, {}, tuple(exhibits), member)
    return _decided(mechanism, file, act, form, book, opening=case is None)


def retake(mechanism: Mechanism, case: Casefile, act: Act, book: Book, *, opening: bool) -> Outcome:
    """Give the outcome of an action that was taken once: who may, and the form, were checked then.

    States, tracks, members and guards are asked anew; a child it opened is not opened again. Raises StepRefused.
    """
    check_state(mechanism, act.move, None if opening else case)
    check_moves(mechanism, case, act.move, act.member)
    after, step = take(mechanism, case, act, book, opening=opening)
    return _settle(mechanism, Outcome(after, (step,)), act.at, book)


def settled(mechanism: Mechanism, case: Casefile, step: StepDraft, book: Book) -> Outcome:
    """Give a step that is no action, and the automatic actions that follow from where it led. Raises StepRefused."""
    return _settle(mechanism, Outcome(case, (step,)), step.at, book)


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
    return _settle(mechanism, _taken(mechanism, marked, Act(move, CLOCK_ACTOR, at), book), at, book)


def hear(mechanism: Mechanism, case: Casefile, child: Child, at: datetime, book: Book) -> Outcome:
    """Give what it leads to that a child of the case now stands elsewhere: automatic steps, or none.

    Nothing when the case knows the child's state already.
    """
    known = case.children[child.nth - 1]
    if known.state == child.state:
        return Outcome(case, ())
    children = tuple(child if one.nth == child.nth else one for one in case.children)
    return _settle(mechanism, Outcome(replace(case, children=children), ()), at, book)


def child_of(mechanism: Mechanism, nth: int, state: str) -> Child:
    """Give a case as its parent knows it."""
    return Child(nth, mechanism.mechanism, state, mechanism.marks_of(state))


def _decided(
    mechanism: Mechanism,
    file: Casefile,
    act: Act,
    form: Mapping[str, Any],
    book: Book,
    *,
    opening: bool,
) -> Outcome:
    """Give the outcome of an action whose actor may take it: form, evidence and conditions are looked at here."""
    values = forms.clean(mechanism, act.move.key, form, book)
    if mechanism.is_register and act.move.key == AMEND:
        values = _amended(file, values)
    asked = replace(file, values={**file.values, **values})
    check_asked(mechanism, asked, act.move, book)
    check_evidence(mechanism, asked, act.move, act.exhibits, book)
    check_moves(mechanism, file, act.move, act.member)
    ready = replace(act, values=values)
    taken = _taken(mechanism, file, ready, book, opening=opening)
    return _settle(mechanism, taken, act.at, book, depth=act.depth)


def is_by_itself(move: Move, actor: Actor) -> bool:
    """Tell whether nobody in person takes the action: a schedule does, or a case opens this one below it."""
    ways = {SCHEDULE_ACTOR: "schedule", PARENT_ACTOR: "parent"}
    return any(by.auto == ways[actor.id] for by in move.action.by) if actor.id in ways else False


def _amended(case: Casefile, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give what an amendment changes; refuse one that changes nothing. What is sealed counts as changed."""
    changed = {name: value for name, value in values.items() if case.values.get(name) != value}
    if not changed:
        raise refusal("form", "没有要变更的内容。", "Nothing is changed.")
    return changed


def _is_due(reading: ClockReading, at: datetime) -> bool:
    due_at = reading.due_at
    return reading.is_running and not reading.breached_at and due_at is not None and due_at <= at


def _taken(
    mechanism: Mechanism, case: Casefile, act: Act, book: Book, *, opening: bool = False
) -> Outcome:
    """Give one action alone, with the child it opens."""
    after, step = take(mechanism, case, act, book, opening=opening)
    opens = act.move.action.open
    if opens is None:
        return Outcome(after, (step,))
    birth = _born(after, act, opens, book)
    child = child_of(birth.mechanism, birth.nth, birth.outcome.case.state)
    news = {**step.values.get(CHILDREN, {}), **told_of([child])[CHILDREN]}
    step = replace(step, values={**step.values, CHILDREN: news})
    after = replace(after, children=(*after.children, replace(child, told=True)))
    return Outcome(after, (step,), (birth,))


def _born(parent: Casefile, act: Act, opens: Opens, book: Book) -> Birth:
    """Give the child that an action opens, in the name and the role of whoever took it."""
    mechanism = book.mechanisms.get(opens.mechanism)
    move = plan_of(mechanism).moves.get(opens.act) if mechanism else None
    if mechanism is None or move is None or act.depth >= DEEPEST:
        raise refusal(
            "unknown",
            f"开不出下级事项“{opens.mechanism}”：机制未发布，或层数过多。",
            f"No child case {opens.mechanism!r} can be opened: not published, or too deep.",
        )
    given = {
        theirs: act.values.get(ours, parent.values.get(ours)) for theirs, ours in opens.form.items()
    }
    form = {name: value for name, value in given.items() if value is not None}
    wanted = {(need.kind, need.tag) for need in move.action.exhibits}
    exhibits = tuple(e for e in act.exhibits if (e.kind, e.tag) in wanted)
    theirs = Act(move, act.who, act.at, act.standing, {}, exhibits, depth=act.depth + 1)
    file = blank(mechanism, act.who, parent.area)
    try:
        outcome = _decided(mechanism, file, theirs, form, book, opening=True)
    except StepRefused as refused:
        faults = [replace(f, field=opens.form.get(f.field, f.field)) for f in refused.faults]
        raise StepRefused(refused.code, refused.message, faults) from refused
    return Birth(len(parent.children) + 1, mechanism, opens.act, act.at, form, outcome)


def _settle(
    mechanism: Mechanism, outcome: Outcome, at: datetime, book: Book, *, depth: int = 0
) -> Outcome:
    """Take automatic actions until none is left; refuse the whole when they do not come to rest."""
    while (move := _due_move(mechanism, outcome.case)) is not None:
        if len(outcome.steps) > AUTOMATIC_MOST:
            raise refusal(
                "loop",
                "自动动作停不下来，请检查机制。",
                "The automatic actions do not come to rest.",
            )
        more = _taken(mechanism, outcome.case, Act(move, RULE_ACTOR, at, depth=depth), book)
        outcome = Outcome(more.case, (*outcome.steps, *more.steps), (*outcome.births, *more.births))
    return outcome


def _due_move(mechanism: Mechanism, case: Casefile) -> Move | None:
    for move in plan_of(mechanism).automatic.get(case.state, ()):
        if any(trigger is None or trigger.holds(case) for trigger in move.triggers) and (
            is_possible(mechanism, case, move, None)
        ):
            return move
    return None
