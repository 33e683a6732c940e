"""The verbs that write cases: open one, act on one. One transaction each; refusals come before any write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from linli.casework import sealing
from linli.casework.definitions import current_definition, of_office
from linli.casework.journal.casefiles import Held, Place
from linli.casework.journal.families import Family, write
from linli.casework.journal.families.locking import locked_family
from linli.casework.journal.families.taking import check_takings
from linli.casework.journal.numbering import receipt_code
from linli.casework.journal.placing import (
    ground_named,
    ground_of,
    moved_by,
    place_at,
    point_read,
)
from linli.casework.journal.reading import CaseUnknown, new_case, step_keyed
from linli.casework.journal.referring import check_entries
from linli.casework.journal.runs import Command, Run
from linli.casework.journal.telling import Told, steps_after
from linli.casework.queries.seeing import sees
from linli.registry.isolation import current_office, office_transaction
from linli.rulebook.casefile import Actor, Exhibit, StepRefused
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import at_hand

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
    done_at: datetime | None = None,
) -> Receipt:
    """Open a case and give its receipt; the same key twice gives the same receipt.

    `area` is used when the form names neither point nor area. `done_at`: see `perform`. Raises StepRefused or KeyReused; then nothing has changed.
    """
    command = Command(action, by, at, form, exhibits, done_at=done_at)
    with office_transaction(by.office):
        definition = current_definition(mechanism)
        point = moved_by(definition.mechanism, action, form, at)
        read = None if point else point_read(definition.mechanism, action, form, at)
        held = new_case(definition, at, point or read, area)
        if (
            read is not None and held.place.cell is None
        ):  # known, but in no cell: where it came in says more
            held, read = replace(held, place=ground_of(held.office_code, area)), None
        family = Family.of([held], of_office(at_hand()))
        run = family.runs[held.id]
        run.is_placed_by_words = read is not None
        if point is None and read is None:
            run.place = _place(held, command) or held.place
        run.source = source
        try:
            family.open(run, command, key)
            _check_entries(family)
        except StepRefused:
            if earlier := _earlier(key, action, mechanism=mechanism):
                return earlier
            raise
        if not _written(family, run):
            return _certainly(_earlier(key, action, mechanism=mechanism))
        code = receipt_code(held.office, held.number)
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
    done_at: datetime | None = None,
) -> Receipt:
    """Take an action on a case; the same key twice gives the same receipt.

    Clocks of the case and its relatives that fell due before `at` elapse first. `revision` is the case's last step the actor has seen;
    None asks for no check. `done_at`: when it was done, as a device says that sent it later; it is kept beside the
    step and moves no clock. Raises StepRefused, RevisionConflict, KeyReused or CaseUnknown; then nothing
    has changed.
    """
    command = Command(action, by, at, form, exhibits, member, done_at=done_at)
    with office_transaction(by.office):
        members = locked_family(case, at)
        held = next(member for member in members if member.id == case)
        assert held.casefile is not None
        seq = held.casefile.seq
        if revision is not None and revision != seq:
            if earlier := _earlier(key, action, case=case):
                return earlier
            raise RevisionConflict(steps_after(case, revision), seq)
        if by.has_joined and not sees(by, case, held.casefile):
            raise CaseUnknown(f"{by.id} did not join case {case}")
        family = Family.of(members, of_office(at_hand()))
        run = family.runs[case]
        family.catch_up(at)
        try:
            family.act(run, command, key, _place(held, command))
            _check_entries(family)
        except StepRefused:
            if earlier := _earlier(key, action, case=case):
                return earlier
            raise
        if not _written(family, run):
            return _certainly(_earlier(key, action, case=case))
        done = next(step.seq for step, used in run.steps if used == key)
        return Receipt(held.id, held.number, "", done)


def reveal(
    *, case: int, field: str, by: Actor, at: datetime, reason: str, seq: int | None = None
) -> Revealed:
    """Give a personal value to somebody who may see the case, and journal who read it, when and why.

    `seq` names the step that gave it, for one of several entries; without it, what stands now.
    Raises ReasonMissing, NothingSealed or KeyMissing; then nothing is journalled.
    """
    with office_transaction(by.office):
        text = sealing.reveal(
            office=by.office, case=case, field=field, by=by.id, at=at, reason=reason, seq=seq
        )
    return Revealed(field, text)


def _place(held: Held, command: Command) -> Place | None:
    point = moved_by(held.mechanism, command.action, command.form, command.at)
    if point:
        return place_at(point, held.office_code)
    area = ground_named(held.mechanism, command.action, command.form, held.office_code)
    return ground_of(held.office_code, area) if area else None


def _check_entries(family: Family) -> None:
    for run in family.moved:
        check_entries(run)
        check_takings(run)


def _written(family: Family, acted_on: Run) -> bool:
    """Write what befell a family, first the case acted on: when its key was used before, nothing is written."""
    if not write(acted_on):
        return False
    for run in family.moved:
        if run is not acted_on:
            write(run)
    return True


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
