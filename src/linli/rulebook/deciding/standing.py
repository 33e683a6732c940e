"""Who may take an action, and, asked apart, whether one can now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from linli.rulebook.casefile import (
    RESIDENT,
    Actor,
    Casefile,
    Duty,
    Exhibit,
    Fault,
    Member,
    StepRefused,
)
from linli.rulebook.deciding.plans import MemberKey, Move, refusal
from linli.rulebook.deciding.wording import in_words
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Action, By, Evidence, Label, Mechanism, Role, Scope
from linli.rulebook.workdays import parts

LASTS = {"cm": timedelta(minutes=1), "ch": timedelta(hours=1), "cd": timedelta(days=1)}


class Standing(NamedTuple):
    """In which role, and for which body, an actor may take an action."""

    role: str
    body: int | None


def standing_of(
    mechanism: Mechanism,
    case: Casefile,
    action: str,
    actor: Actor,
    member: MemberKey | None = None,
    *,
    opening: bool = False,
) -> Standing | None:
    """Give the role in which the actor may take the action, whatever state the case is in; else None."""
    for by in mechanism.actions[action].by:
        if by.role is None or _has_acted(case, by, actor):
            continue
        if by.role == RESIDENT:
            is_own = opening or actor.id == case.opened_by
            if actor.is_resident and (is_own or (by.scope == "party" and actor.has_joined)):
                return Standing(RESIDENT, None)
            continue
        for duty in actor.duties:
            if duty.code == duty_of(mechanism, by.role) and _reaches(
                by.scope, duty, case, actor, member
            ):
                return Standing(by.role, duty.body)
    return None


def duty_of(mechanism: Mechanism, role: str) -> str:
    """Give the duty code that a post must carry for a role of the mechanism."""
    return RESIDENT if role == RESIDENT else mechanism.roles[role].duty or role


def _has_acted(case: Casefile, by: By, actor: Actor) -> bool:
    return any(actor.id in case.actors.get(action, ()) for action in by.not_actor_of)


def _reaches(
    scope: Scope, duty: Duty, case: Casefile, actor: Actor, member: MemberKey | None
) -> bool:
    if scope == "own":
        return actor.id == case.opened_by
    if scope == "body":
        return duty.body is not None and duty.body == case.holder
    if scope == "area":
        return any(case.area.startswith(area) for area in duty.areas)
    if scope == "participant":
        return member is not None and member[1] in (str(duty.body), actor.id)
    if scope == "party":
        return str(duty.body) in case.parties or actor.id in case.parties
    return True


def check_state(mechanism: Mechanism, move: Move, case: Casefile | None) -> None:
    """Refuse an action that does not leave the state the case is in, or does not open one."""
    name = move.action
    if case is None:
        if not name.start:
            raise refusal(
                "state", f"“{name.zh}”不能用来新开事项。", f"{name.en} does not open a case."
            )
    elif case.state not in move.origins:
        state = mechanism.states[case.state]
        raise refusal(
            "state",
            f"此事项已是“{state.zh}”，不能再“{name.zh}”。",
            f"This case is at “{state.en}”; “{name.en}” is not possible from there.",
        )


def check_asked(mechanism: Mechanism, asked: Casefile, move: Move, book: Book) -> None:
    """Refuse when a field is blank that must be filled in this case; `asked` is the case with the answers."""
    faults = []
    for name, guard in move.musts:
        if guard.holds(asked) and name not in asked.values:
            rule, condition = mechanism.fields[name], in_words(guard, mechanism, book)
            zh = f"因为{condition.zh}，请填写“{rule.zh}”。"
            en = f"Please give {rule.en}, since {condition.en}."
            faults.append(Fault(name, Label(zh=zh, en=en)))
    if faults:
        said = [fault.message for fault in faults]
        zh, en = "".join(s.zh for s in said), " ".join(s.en for s in said)
        raise StepRefused("form", Label(zh=zh, en=en), faults)


def check_evidence(
    mechanism: Mechanism, asked: Casefile, move: Move, exhibits: Sequence[Exhibit], book: Book
) -> None:
    """Refuse when a photo, file or signature is missing, or one comes that nobody asked for."""
    action = move.action
    for exhibit in exhibits:
        if not any((e.kind, e.tag) == (exhibit.kind, exhibit.tag) for e in action.exhibits):
            raise refusal(
                "evidence", f"“{action.zh}”不收这类附件。", f"{action.en} takes no such attachment."
            )
    for need, guard in move.needs:
        if guard is not None and not guard.holds(asked):
            continue
        if need.min and not any(_fit(one, exhibits) >= one.min for one in need.choices):
            because = in_words(guard, mechanism, book) if guard else None
            raise _lacking(action, need, exhibits, because)


def _fit(need: Evidence, exhibits: Sequence[Exhibit]) -> int:
    """Give how many of the exhibits meet a single kind of evidence."""
    given = [e for e in exhibits if (e.kind, e.tag) == (need.kind, need.tag)]
    return sum(1 for exhibit in given if exhibit.has_position or not need.geotag)


def _lacking(
    action: Action, need: Evidence, exhibits: Sequence[Exhibit], because: Label | None
) -> StepRefused:
    zh, en = zip(*(_wanted(one) for one in need.choices), strict=True)
    given = sum(_fit(one, exhibits) for one in need.choices)
    is_choice = len(need.choices) > 1
    why = Label(zh=f"因为{because.zh}，", en=f"since {because.en}, ") if because else None
    return refusal(
        "evidence",
        f"{why.zh if why else ''}“{action.zh}”须附{'，或'.join(zh)}{'，有其一即可' if is_choice else ''}，现有 {given} 份。",
        f"{why.en if why else ''}{action.en} needs {' or '.join(en)}; {given} given.",
    )


def _wanted(need: Evidence) -> tuple[str, str]:
    zh, en = _KINDS[need.kind]
    where = "带位置的" if need.geotag else ""
    label = need.label or Label(zh=f"{where}{zh}", en=en)
    return (
        f"{label.zh} {need.min} 份",
        f"{need.min} × {label.en}{' with a position' if need.geotag else ''}",
    )


_KINDS = {"photo": ("照片", "photo"), "file": ("文件", "file"), "signature": ("签名", "signature")}


def check_moves(mechanism: Mechanism, case: Casefile, move: Move, member: MemberKey | None) -> None:
    """Refuse when a track, the participant or a clock to be extended does not stand where it must."""
    action = move.action
    for key, steps in action.track.items():
        if case.tracks[key] not in steps:
            track = mechanism.tracks[key]
            now = track.states[case.tracks[key]]
            raise refusal(
                "track",
                f"{track.zh}现为“{now.zh}”，不能“{action.zh}”。",
                f"{track.en} is at “{now.en}”; “{action.en}” is not possible.",
            )
    for kind, steps in action.participant.items():
        if not any((m.kind, m.key) == member and m.state in steps for m in members_of(case, kind)):
            whom = mechanism.participants[kind]
            raise refusal(
                "participant",
                f"没有等待“{action.zh}”的{whom.zh}。",
                f"No {whom.en} is waiting for “{action.en}” here.",
            )
    for key in action.extend:
        reading = case.clocks.get(key)
        if reading is None or reading.ended_at:
            clock = mechanism.clocks[key]
            raise refusal(
                "guard",
                f"“{clock.zh}”没有在计时，不能延长。",
                f"{clock.en} is not running, so it cannot be extended.",
            )


def check_last(case: Casefile, move: Move, at: datetime | None) -> None:
    """Refuse to take an action back that is not the last that moved the case, or whose time is over.

    Without a moment the time is not looked at.
    """
    if not move.action.takes_back:
        return
    until = back_until(move.action, *(case.moved or ("", None)))
    if until is None:
        raise refusal(
            "state",
            f"案件已接着往下办，不能再“{move.action.zh}”。",
            f"The case has gone on since; “{move.action.en}” is not possible any more.",
        )
    if at is not None and at > until:
        raise refusal(
            "state",
            f"已过可以撤回的时间，不能再“{move.action.zh}”。",
            f"The time for taking it back is over; “{move.action.en}” is not possible any more.",
        )


def back_until(action: Action, last: str, moved_at: datetime | None) -> datetime | None:
    """Give until when an action may take back what moved a case last, and when; None when it takes that back never."""
    within = (action.takes_back or {}).get(last)
    if moved_at is None or within is None:
        return None
    [(amount, unit)] = parts(within)
    return moved_at + amount * LASTS[unit]


def check_guard(mechanism: Mechanism, case: Casefile, move: Move, book: Book) -> None:
    """Refuse when the action's condition does not hold, and say which it is."""
    if move.guard and not move.guard.holds(case):
        condition = in_words(move.guard, mechanism, book)
        raise refusal(
            "guard",
            f"“{move.action.zh}”须满足：{condition.zh}。",
            f"“{move.action.en}” asks for this: {condition.en}.",
        )


def is_possible(
    mechanism: Mechanism,
    case: Casefile,
    move: Move,
    member: MemberKey | None,
    at: datetime | None = None,
) -> bool:
    """Tell whether an action can be taken at a moment, whoever takes it; conditions that rest on the form aside."""
    try:
        check_state(mechanism, move, case)
        check_last(case, move, at)
        check_moves(mechanism, case, move, member)
    except StepRefused:
        return False
    return move.asks_guard_of_form or move.guard is None or move.guard.holds(case)


def not_allowed(mechanism: Mechanism, case: Casefile, move: Move, actor: Actor) -> StepRefused:
    """Give the refusal that tells an actor whose action this is, or why it may not be theirs."""
    name = move.action
    for by in name.by:
        done = [a for a in by.not_actor_of if actor.id in case.actors.get(a, ())]
        if done:
            own = mechanism.actions[done[0]]
            return refusal(
                "permission",
                f"您已办过“{own.zh}”，“{name.zh}”须由他人办理。",
                f"You did “{own.en}” yourself; somebody else must do “{name.en}”.",
            )
    roles = [mechanism.roles.get(by.role, _RESIDENT) for by in name.by if by.role]
    zh = "、".join(role.zh for role in roles) or "系统"
    en = " or ".join(role.en for role in roles) or "the system"
    return refusal(
        "permission",
        f"“{name.zh}”由{zh}办理，此事项不在您的职责范围内。",
        f"“{name.en}” is for {en}; this case is not within your duties.",
    )


_RESIDENT = Role(zh="居民", en="the resident who reported it")


def members_of(case: Casefile, kind: str) -> list[Member]:
    """Give the participants of one kind."""
    return [member for member in case.members if member.kind == kind]
