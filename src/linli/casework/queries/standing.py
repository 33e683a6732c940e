# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""How cases stand, for rooms above that compute over them: their rule, state and open values, and single notes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from linli.casework.journal.casefiles import Held
from linli.casework.journal.reading import CASE, CaseUnknown, case_numbered, held_by
from linli.casework.models import Entry
from linli.casework.queries.seeing import sees
from linli.casework.queries.views import CaseUnseen
from linli.registry.asking.statements import Statement, array
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label, Mechanism

ONE = Statement(f"{CASE} WHERE c.office_id = $1 AND c.id = $2")
WITH_VALUE = Statement("""
    SELECT c.values ->> $3, min(c.id) FROM casework_case c
    WHERE c.office_id = $1 AND c.mechanism = $2 AND c.values ->> $3 = ANY($4::text[]) GROUP BY 1
""")
SEVERAL = Statement(f"{CASE} WHERE c.office_id = $1 AND c.id = ANY($2::bigint[]) ORDER BY c.id")
HOLDING = Statement(f"""{CASE} WHERE c.office_id = $1 AND c.mechanism = $2 AND c.values ->> $3 = $4
    ORDER BY c.id
""")
NAMING = Statement(f"""{CASE} WHERE c.office_id = $1 AND c.mechanism = $2 AND c.id IN (
        SELECT r.case_id FROM casework_reference r WHERE r.office_id = $1 AND r.entry = $3
    ) ORDER BY c.id
""")


@dataclass(frozen=True)
class Standing:
    """One case as it stands; `values` are its open values, `ends` when each of its clocks is due or ran out."""

    case: int
    number: str
    mechanism: Mechanism
    state: str
    seq: int
    area: str
    values: Mapping[str, Any]
    opened_at: datetime | None
    ends: Mapping[str, datetime]
    tracks: Mapping[str, str]

    @property
    def title(self) -> str:
        """Give what the case is called; its number when nothing else names it."""
        name = self.mechanism.shows.title
        return str(self.values.get(name) or self.number) if name else self.number


@dataclass(frozen=True)
class Faced:
    """One case as somebody faces it who means to act on it: its rule and open values, none of its story."""

    id: int
    number: str
    mechanism: Mechanism
    revision: int
    state_label: Label
    holder: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Note:
    """The note that a step left under a case."""

    kind: str
    amount: Decimal | None
    values: Mapping[str, Any]
    at: datetime


def standing(case: int) -> Standing:
    """Give a case as it stands. Raises CaseUnknown."""
    held = held_by(ONE, current_office(), case)
    if not held:
        raise CaseUnknown(f"no case {case} in office {current_office()}")
    return _standing(held[0])


def case_faced(*, number: str, actor: Actor) -> Faced:
    """Give a case as somebody faces it who means to act on it. One statement. Raises CaseUnseen."""
    held = case_numbered(number)
    if held is None or held.casefile is None or not sees(actor, held.id, held.casefile):
        raise CaseUnseen(number)
    state = held.mechanism.states[held.casefile.state]
    return Faced(
        id=held.id,
        number=held.number,
        mechanism=held.mechanism,
        revision=held.casefile.seq,
        state_label=Label(zh=state.zh, en=state.en),
        holder=held.casefile.holder,
        values=held.casefile.values,
    )


def standings(cases: Sequence[int]) -> tuple[Standing, ...]:
    """Give cases as they stand, oldest first."""
    return tuple(
        map(_standing, held_by(SEVERAL, current_office(), array([str(case) for case in cases])))
    )


def standing_numbered(number: str) -> Standing:
    """Give a case as it stands by its number. Raises CaseUnknown."""
    held = case_numbered(number)
    if held is None:
        raise CaseUnknown(f"no case {number} in office {current_office()}")
    return _standing(held)


def naming(mechanism: str, entry: str) -> tuple[Standing, ...]:
    """Give the cases of a mechanism that name a register's entry, oldest first."""
    return tuple(map(_standing, held_by(NAMING, current_office(), mechanism, entry)))


def holding(mechanism: str, field: str, value: str) -> tuple[Standing, ...]:
    """Give the cases of a mechanism that hold a value in an open field, oldest first."""
    return tuple(map(_standing, held_by(HOLDING, current_office(), mechanism, field, value)))


def with_value(mechanism: str, field: str, values: Collection[str]) -> dict[str, int]:
    """Give the first case of a mechanism that holds each of the values in an open field."""
    return dict(WITH_VALUE.rows(current_office(), mechanism, field, array(list(values))))


def note_of(case: int, seq: int) -> Note | None:
    """Give the note that a step left; nothing when it left none."""
    row = Entry.objects.filter(case_id=case, seq=seq).first()
    return None if row is None else Note(row.kind, row.amount, row.values, row.at)


def _standing(held: Held) -> Standing:
    file = held.casefile
    assert file is not None
    ends = {
        key: ends
        for key, clock in file.clocks.items()
        if (ends := clock.breached_at or clock.due_at) is not None
    }
    return Standing(
        held.id, held.number, held.mechanism, file.state, file.seq, file.area, file.values, held.opened_at,
        ends, file.tracks,
    )  # fmt: skip
