"""The verbs that write cases: open one, act on one. One transaction each; refusals come before any write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.casework import keys, sealing
from linli.casework.journal.casefiles import Held, Place
from linli.casework.journal.numbering import access_hash, receipt_code
from linli.casework.journal.placing import ground_of, moved_by, placed
from linli.casework.journal.reading import CaseUnknown, locked_case, new_case, step_keyed
from linli.casework.journal.rows import Scribe, bears_person, case_row, opening_row
from linli.casework.journal.runs import Command, Run
from linli.casework.journal.telling import Told, steps_after
from linli.casework.journal.writing import written
from linli.registry.isolation import current_office, office_transaction
from linli.rulebook.casefile import Actor, Exhibit, StepRefused
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label

__all__ = [
    "CaseUnknown",
    "KeyReused",
    "Receipt",
    "RevisionConflict",
    "StepRefused",
    "open_case",
    "perform",
    "reveal",
]


@dataclass(frozen=True)
class Receipt:
    """What was done: the case, and the step that did it. `code` comes with an opening only."""

    case_id: int
    number: str
    code: str
    seq: int


@dataclass(frozen=True)
class Revealed:
    """A personal value made readable once."""

    field: str
    text: str


class RevisionConflict(Exception):
    """Somebody else acted on the case since the actor looked: `theirs` are their steps, oldest first."""

    message = Label(
        zh="此事项刚刚有了新的进展，请看过之后再办。",
        en="This case has moved on since you looked: read what happened, then act.",
    )

    def __init__(self, theirs: Sequence[Told], revision: int) -> None:
        super().__init__(f"the case is at revision {revision}")
        self.theirs = list(theirs)
        self.revision = revision


class KeyReused(Exception):
    """The idempotency key was used before, for another action or another case."""


def open_case(  # noqa: PLR0913 - an opening names all that a case begins with
    *,
    mechanism: str,
    action: str,
    by: Actor,
    at: datetime,
    form: Mapping[str, Any],
    exhibits: Sequence[Exhibit] = (),
    key: str,
    area: str | None = None,
    source: str = "",
    parent: int | None = None,
) -> Receipt:
    """Open a case and give its receipt; the same key twice gives the same receipt.

    `area` is used when the form names no point. Raises StepRefused or KeyReused; then nothing has changed.
    """
    command = Command(action, by, at, form, exhibits)
    with office_transaction(by.office):
        held = new_case(mechanism, at)
        run = Run.of(held, shipped())
        run.place = _place(held, command) or ground_of(held.office_code, area)
        run.source, run.parent = source, parent
        try:
            run.open(command, key)
        except StepRefused:
            if earlier := _earlier(key, action, mechanism=mechanism):
                return earlier
            raise
        code = receipt_code(held.office, held.number)
        access = access_hash(held.office, held.number, code)
        opening = opening_row(run, access=access)
        if not _written(run, opening):
            return _certainly(_earlier(key, action, mechanism=mechanism))
        return Receipt(held.id, held.number, code, run.steps[0][0].seq)


def perform(  # noqa: PLR0913 - an action names all that it rests on
    *,
    case: int,
    action: str,
    by: Actor,
    at: datetime,
    form: Mapping[str, Any],
    exhibits: Sequence[Exhibit] = (),
    key: str,
    revision: int | None,
    member: tuple[str, str] | None = None,
) -> Receipt:
    """Take an action on a case; the same key twice gives the same receipt.

    Clocks that fell due before `at` elapse first. `revision` is the case's last step the actor has seen;
    None asks for no check. Raises StepRefused, RevisionConflict, KeyReused or CaseUnknown; then nothing
    has changed.
    """
    command = Command(action, by, at, form, exhibits, member)
    with office_transaction(by.office):
        held = locked_case(case)
        assert held.casefile is not None
        seq = held.casefile.seq
        if revision is not None and revision != seq:
            if earlier := _earlier(key, action, case=case):
                return earlier
            raise RevisionConflict(steps_after(case, revision), seq)
        run = Run.of(held, shipped())
        run.catch_up(at)
        try:
            run.act(command, key, _place(held, command))
        except StepRefused:
            if earlier := _earlier(key, action, case=case):
                return earlier
            raise
        if not _written(run, {}):
            return _certainly(_earlier(key, action, case=case))
        done = next(step.seq for step, used in run.steps if used == key)
        return Receipt(held.id, held.number, "", done)


def reveal(*, case: int, field: str, by: Actor, at: datetime, reason: str) -> Revealed:
    """Give a personal value to somebody who may see the case, and journal who read it, when and why.

    Raises ReasonMissing, NothingSealed or KeyMissing; then nothing is journalled.
    """
    with office_transaction(by.office):
        text = sealing.reveal(
            office=by.office, case=case, field=field, by=by.id, at=at, reason=reason
        )
    return Revealed(field, text)


def _place(held: Held, command: Command) -> Place | None:
    point = moved_by(held.mechanism, command.action, command.form, command.at)
    return placed([point], held.office_code)[0] if point else None


def _written(run: Run, opening: dict[str, Any]) -> bool:
    data_key, wrapped = _data_key(run) if bears_person(run) else (None, None)
    rows = Scribe(run, data_key).rows()
    return written(run, rows, case={**opening, **case_row(run, rows.last_hash)}, wrapped=wrapped)


def _data_key(run: Run) -> tuple[bytes, bytes | None]:
    """Give the data key of a case, and wrapped for keeping when it is new."""
    held = run.held
    found = None if run.is_new else sealing.data_key_of(held.office, held.id)
    if found is not None:
        return found, None
    made = keys.new_data_key()
    return made, keys.wrap(held.office, made)


def _certainly(earlier: Receipt | None) -> Receipt:
    assert earlier is not None
    return earlier


def _earlier(key: str, action: str, *, case: int = 0, mechanism: str = "") -> Receipt | None:
    """Give the receipt of a key that was used before, if it was. Raises KeyReused for something else."""
    used = step_keyed(key)
    if used is None:
        return None
    if used.action != action or used.case != (case or used.case):
        raise KeyReused(key)
    if used.mechanism != (mechanism or used.mechanism):
        raise KeyReused(key)
    code = receipt_code(current_office(), used.number) if mechanism else ""
    return Receipt(used.case, used.number, code, used.seq)
