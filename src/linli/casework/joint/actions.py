"""The verbs about cases that go together: tie and untie them, join a case as another reporter, answer them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from linli.casework.actions import Receipt, perform
from linli.casework.joint.queries import tied_to
from linli.casework.journal.casefiles import Held
from linli.casework.journal.numbering import access_hash, receipt_code
from linli.casework.journal.reading import case_numbered
from linli.casework.models import Case
from linli.casework.queries.seeing import sees
from linli.casework.queries.views import CaseUnseen, CaseView, case_view
from linli.casework.sealing import address_lookup
from linli.casework.tables.ties import Follower, Tie
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor, StepRefused
from linli.rulebook.mechanism import Label, Mechanism

FINAL = ("void", "done")
TEXTS = ("text", "word")


class TieRefused(Exception):
    """Two cases cannot go together so. `message` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


class JoinRefused(Exception):
    """The case takes no further reporters: it is over."""


@dataclass(frozen=True)
class Answered:
    """What became of a secondary: closed by an action, or left to its own course, with why."""

    number: str
    action: Label | None
    why: Label | None = None


def tie(
    *, primary: str, secondaries: Sequence[str], by: Actor, at: datetime, reason: str = ""
) -> None:
    """Let cases go with another one. Both keep their steps and their deadlines. Raises CaseUnseen or TieRefused."""
    with office_transaction(by.office):
        first = _seen(primary, by)
        if Tie.objects.filter(secondary_id=first.id, undone_at=None).exists():
            raise TieRefused(
                f"{primary} 已并入别的案件，请并到那一件。",
                f"{primary} goes with another case itself: choose that one.",
            )
        for number in secondaries:
            _tie(first, _seen(number, by), by, at, reason)


def untie(*, primary: str, secondary: str, by: Actor, at: datetime) -> None:
    """Undo a tie; that there was one stays on record. Raises CaseUnseen or TieRefused."""
    with office_transaction(by.office):
        first, second = _seen(primary, by), _seen(secondary, by)
        undone = Tie.objects.filter(
            primary_id=first.id, secondary_id=second.id, undone_at=None
        ).update(undone_by=by.id, undone_at=at)
        if not undone:
            raise TieRefused(
                f"{secondary} 没有并入 {primary}。", f"{secondary} does not go with {primary}."
            )


def join(*, number: str, by: Actor, at: datetime, key: str, phone: str = "") -> Receipt:
    """Let somebody else who reports the same follow a case; gives its number with a code of their own.

    The same key twice gives the same code. Raises CaseUnseen for a case that is not there, JoinRefused.
    """
    with office_transaction(by.office):
        held = case_numbered(number)
        if held is None or held.casefile is None:
            raise CaseUnseen(number)
        if held.closed_at is not None:
            raise JoinRefused(number)
        code = receipt_code(by.office, f"{number} {key}")
        Follower.objects.get_or_create(
            office_id=by.office,
            key=key,
            defaults={
                "case_id": held.id,
                "access": access_hash(by.office, number, code),
                "lookup": address_lookup(by.office, phone),
                "at": at,
            },
        )
        return Receipt(held.id, number, code, held.casefile.seq)


def answer_all(
    *, primary: str, by: Actor, at: datetime, act: Callable[..., Receipt] = perform
) -> list[Answered]:
    """Close what goes with a case that is over, by the actions of each one's own mechanism that the actor may take.

    Texts that are asked for say which case the answer is, and what came of it there. `act` takes the action: a room
    above gives its own where a step moves more than a case. Raises CaseUnseen or TieRefused.
    """
    with office_transaction(by.office):
        view = case_view(number=primary, actor=by, at=at)
        if view.row.closed_at is None:
            raise TieRefused(f"{primary} 还没有办结。", f"{primary} is not over yet.")
        rows = tied_to(view.row.id, by, at)
        return [_answer(view, row.number, by, at, act) for row in rows if row.closed_at is None]


def _answer(
    primary: CaseView, number: str, by: Actor, at: datetime, act: Callable[..., Receipt]
) -> Answered:
    view = case_view(number=number, actor=by, at=at)
    said = _said(primary)
    why = Label(
        zh="现在没有您能一步办结它的动作", en="no action of yours closes it in one step now"
    )
    for action in _ways_out(view):
        form = _form(view.mechanism, action, primary, said)
        rule = view.mechanism.actions[action]
        try:
            act(
                case=view.row.id,
                action=action,
                by=by,
                at=at,
                form=form,
                key=f"tied:{primary.row.number}:{number}:{view.row.revision}:{action}",
                revision=view.row.revision,
            )
        except StepRefused as refused:
            why = refused.message
            continue
        return Answered(number, Label(zh=rule.zh, en=rule.en))
    return Answered(number, None, why)


def _ways_out(view: CaseView) -> list[str]:
    """Give the open actions that end a case: as void before as done, so that nothing is counted as done twice."""
    states, actions = view.mechanism.states, view.mechanism.actions
    ends = [
        (FINAL.index(states[to].phase), one.action)
        for one in view.openings
        if one.member is None
        and (to := actions[one.action].to) is not None
        and states[to].phase in FINAL
    ]
    return [action for _nth, action in sorted(ends)]


def _form(mechanism: Mechanism, action: str, primary: CaseView, said: str) -> dict[str, Any]:
    """Give the answers of an action from the primary's of the same names; texts that lack one say where the answer is."""
    rule = mechanism.actions[action]
    form: dict[str, Any] = {}
    for name in rule.fields:
        field = mechanism.fields[name]
        if field.type in TEXTS and not field.personal:
            most = field.max or len(said)
            form[name] = said[:most]
        elif primary.values.get(name) is not None:
            form[name] = primary.values[name]
    return form


def _said(primary: CaseView) -> str:
    """Give what a secondary is answered: the primary's number, where it stands, and its public texts of how it was handled."""
    asked = {
        name
        for start in primary.mechanism.starts()
        for name in primary.mechanism.actions[start].fields
    }
    public = set(primary.mechanism.shows.resident) - asked
    told = "；".join(text for name, text in primary.texts.items() if name in public and text)
    base = f"与 {primary.row.number} 并案办理，该件{primary.row.state_label.zh}"
    return f"{base}：{told}" if told else base


def _tie(first: Held, second: Held, by: Actor, at: datetime, reason: str) -> None:
    if first.id == second.id:
        raise TieRefused("不能并入自己。", "A case cannot go with itself.")
    if Tie.objects.filter(primary_id=second.id, undone_at=None).exists():
        raise TieRefused(
            f"{second.number} 下面还有并入的案件，请先撤销，或把本件并到它下面。",
            f"Other cases go with {second.number}: undo that first, or choose it as the primary.",
        )
    if Tie.objects.filter(secondary_id=second.id, undone_at=None).exists():
        raise TieRefused(
            f"{second.number} 已经并入别的案件。",
            f"{second.number} goes with another case already.",
        )
    try:
        Tie.objects.create(
            office_id=by.office,
            primary_id=first.id,
            secondary_id=second.id,
            reason=reason,
            by=by.id,
            at=at,
        )
    except IntegrityError as clash:
        raise TieRefused(
            f"{second.number} 已经并入别的案件。",
            f"{second.number} goes with another case already.",
        ) from clash


def _seen(number: str, by: Actor) -> Held:
    held = case_numbered(number)
    if held is None or held.casefile is None or not sees(by, held.id, held.casefile):
        raise CaseUnseen(number)
    Case.objects.select_for_update().filter(pk=held.id).first()
    return held
