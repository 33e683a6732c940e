"""What an action does to a case file: values, tracks, members, entries, holder, clocks, and its step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from linli.rulebook import clocks, tables
from linli.rulebook.casefile import (
    Casefile,
    Child,
    Exhibit,
    Member,
    StepDraft,
    StepRefused,
    revised,
)
from linli.rulebook.deciding.plans import MemberKey, Move, refusal
from linli.rulebook.deciding.standing import Standing, check_guard
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Action, FieldRule, Mechanism
from linli.rulebook.workdays import CalendarMissing

ACTORS_KEPT = 8
CHILDREN = "@children"


@dataclass(frozen=True)
class Act:
    """One action about to be taken, all checks on the actor and the form behind it.

    `depth` counts the parents it is taken for, when it opens a child.
    """

    move: Move
    who: str
    at: datetime
    standing: Standing | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    exhibits: tuple[Exhibit, ...] = ()
    member: MemberKey | None = None
    depth: int = 0


def blank(
    mechanism: Mechanism, opened_by: str, area: str, parties: tuple[str, ...] = ()
) -> Casefile:
    """Give a case file before its first step."""
    return Casefile(
        mechanism=mechanism.mechanism,
        version=mechanism.version,
        state=mechanism.initial_state,
        opened_by=opened_by,
        area=area,
        parties=parties,
        tracks={key: track.initial for key, track in mechanism.tracks.items()},
        values={k: f.default for k, f in mechanism.fields.items() if f.default is not None},
    )


def take(
    mechanism: Mechanism, case: Casefile, act: Act, book: Book, *, opening: bool
) -> tuple[Casefile, StepDraft]:
    """Give the case after one action, and its step; the child it opens aside. Guards, tables and calendars refuse."""
    move, action = act.move, act.move.action
    answers, sealed = _parted(mechanism, act.values)
    asked = _allowed(mechanism, case, move, answers, book)
    changed = answers | _decided(mechanism, action, asked.values)
    if move.sets:
        changed |= _set(mechanism, move, revised(asked, values={**asked.values, **changed}))
    invited = _invited(mechanism, case, action, answers)
    after = revised(
        case,
        state=action.to or case.state,
        seq=case.seq + 1,
        holder=_holder(case, action, answers, act.standing),
        tracks={**case.tracks, **{t: s[case.tracks[t]] for t, s in action.track.items()}},
        values=_kept(mechanism, case, action, changed),
        members=_moved(case, action, act.member) + invited,
        actors=_acted(case, act),
        children=tuple(c if c.told else revised(c, told=True) for c in case.children),
        moved=(move.key, act.at) if action.to else case.moved,
        **_entered(case, mechanism, action, answers),
    )
    after = _timed(mechanism, None if opening else case, after, act, book)
    step = StepDraft(
        seq=after.seq,
        action=act.move.key,
        actor=act.who,
        at=act.at,
        from_state="" if opening else case.state,
        to_state=after.state,
        role=act.standing and act.standing.role,
        body=act.standing and act.standing.body,
        holder=after.holder,
        tracks=after.tracks,
        member=act.member,
        invited=invited,
        entry=action.entry,
        values={**(case.values if opening else {}), **changed, **told_of(case.children)},
        sealed=sealed,
        exhibits=act.exhibits,
    )
    return after, step


def _allowed(
    mechanism: Mechanism, case: Casefile, move: Move, answers: Mapping[str, Any], book: Book
) -> Casefile:
    """Give the case with the answers in it; refuses when the condition of the action does not hold there."""
    asked = revised(case, values={**case.values, **answers}) if answers else case
    check_guard(mechanism, asked, move, book)
    return asked


def _parted(
    mechanism: Mechanism, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the open values and the sealed ones apart."""
    sealed = {k: v for k, v in values.items() if mechanism.fields[k].is_sealed}
    return {k: v for k, v in values.items() if k not in sealed}, sealed


def told_of(children: Iterable[Child]) -> dict[str, Any]:
    """Give what a step says of children it is the first to know of: '@children' -> nth -> mechanism, state, marks."""
    news = {str(c.nth): [c.mechanism, c.state, *c.marks] for c in children if not c.told}
    return {CHILDREN: news} if news else {}


def _kept(
    mechanism: Mechanism, case: Casefile, action: Action, changed: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the case's values: an entry keeps its own fields to itself, and null clears a value."""
    own = mechanism.entries[action.entry].fields if action.entry else ()
    values = {**case.values, **{k: v for k, v in changed.items() if k not in own}}
    return {k: v for k, v in values.items() if v is not None}


def _decided(mechanism: Mechanism, action: Action, values: Mapping[str, Any]) -> dict[str, Any]:
    if not action.decide:
        return {}
    found = _look_up(mechanism, action.decide, values)
    return {
        name: _as_typed(mechanism.fields[name], value)
        for name, value in found.items()
        if name in mechanism.fields
    }


def _look_up(mechanism: Mechanism, table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return tables.decide(mechanism.decisions[table], values, tables.kinds_of(mechanism))
    except tables.Undecided as error:
        raise refusal(
            "guard",
            f"判定表“{table}”得不出结果：{error.message.zh}。",
            f"The decision table {table!r} decides nothing: {error.message.en}.",
        ) from error


def _set(mechanism: Mechanism, move: Move, case: Casefile) -> dict[str, Any]:
    return {
        name: _as_typed(mechanism.fields[name], guard.value(case) if guard else constant)
        for name, guard, constant in move.sets
    }


def _as_typed(rule: FieldRule, value: Any) -> Any:
    """Give a computed value the way a field of this type keeps it; exact numbers become text.

    A collected list is the bodies of a field of type bodies, or words set side by side, each once.
    """
    if isinstance(value, tuple):
        each = list(dict.fromkeys(one for one in value if one is not None))
        return each if rule.type == "bodies" else "、".join(map(str, each)) or None
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return value
    exact = Fraction(value)
    if rule.type == "money":
        return _cents(exact)
    if rule.type in ("int", "body") and exact.denominator == 1:
        return int(exact)
    return _decimal(exact) if rule.type == "number" else str(exact)


def _cents(exact: Fraction) -> str:
    """Give an amount with two places, halves rounded away from nought (四舍五入)."""
    cents = int(abs(exact) * 100 + Fraction(1, 2))
    return f"{'-' if exact < 0 and cents else ''}{cents // 100}.{cents % 100:02d}"


def _decimal(exact: Fraction) -> str:
    """Give a number as a decimal when it ends, else as a fraction."""
    places = next((n for n in range(13) if (exact * 10**n).denominator == 1), None)
    if places is None:
        return str(exact)
    return format(Decimal((exact * 10**places).numerator).scaleb(-places), "f")


def _invited(
    mechanism: Mechanism, case: Casefile, action: Action, answers: Mapping[str, Any]
) -> tuple[Member, ...]:
    """Give the participants an action adds; one that is there already stays as it is."""
    there = {(m.kind, m.key) for m in case.members}
    return tuple(
        Member(kind, str(key), mechanism.participants[kind].initial)
        for kind, field in action.invite.items()
        for key in answers.get(field, ())
        if (kind, str(key)) not in there
    )


def _moved(case: Casefile, action: Action, member: MemberKey | None) -> tuple[Member, ...]:
    return tuple(
        revised(m, state=action.participant[m.kind][m.state])
        if (m.kind, m.key) == member and m.kind in action.participant
        else m
        for m in case.members
    )


def _holder(
    case: Casefile, action: Action, answers: Mapping[str, Any], standing: Standing | None
) -> int | None:
    if action.assign is None:
        return case.holder
    if action.assign == "none":
        return None
    if action.assign == "self":
        return standing.body if standing else None
    found = answers.get(action.assign, case.values.get(action.assign))
    return found if isinstance(found, int) else None


def _acted(case: Casefile, act: Act) -> Mapping[str, tuple[str, ...]]:
    if act.standing is None:
        return case.actors
    before = case.actors.get(act.move.key, ())
    return {**case.actors, act.move.key: (*before, act.who)[-ACTORS_KEPT:]}


def _entered(
    case: Casefile, mechanism: Mechanism, action: Action, answers: Mapping[str, Any]
) -> dict[str, Any]:
    if not action.entry:
        return {}
    key, amount = action.entry, mechanism.entries[action.entry].amount
    counts = {**case.entry_counts, key: case.entry_counts.get(key, 0) + 1}
    if amount is None or amount not in answers:
        return {"entry_counts": counts}
    total = Fraction(case.entry_sums.get(key, "0")) + Fraction(str(answers[amount]))
    rule = mechanism.fields[amount]
    return {
        "entry_counts": counts,
        "entry_sums": {**case.entry_sums, key: str(_as_typed(rule, total))},
    }


def _rewound(mechanism: Mechanism, case: Casefile, action: Action, book: Book) -> Casefile:
    """Give the case without the clocks that the action lets begin anew, and with those that it takes back to."""
    if action.takes_back:
        case = clocks.revived(mechanism, case, book.calendars)
    if not action.restart:
        return case
    kept = {key: reading for key, reading in case.clocks.items() if key not in action.restart}
    return revised(case, clocks=kept)


def _timed(
    mechanism: Mechanism, before: Casefile | None, after: Casefile, act: Act, book: Book
) -> Casefile:
    def outputs(table: str) -> Mapping[str, Any]:
        return _look_up(mechanism, table, after.values)

    try:
        stood = before and _rewound(mechanism, before, act.move.action, book)
        advanced = clocks.advance(
            mechanism,
            stood,
            revised(after, clocks=stood.clocks) if stood else after,
            act.at,
            book.calendars,
            outputs,
        )
        readings = dict(advanced)
        for key, budget in act.move.action.extend.items():
            roll = mechanism.clocks[key].roll
            readings[key] = clocks.extended(
                readings[key], budget, act.at, book.calendars, roll=roll
            )
    except CalendarMissing as missing:
        raise StepRefused("guard", missing.message) from missing
    return revised(after, clocks=readings)
