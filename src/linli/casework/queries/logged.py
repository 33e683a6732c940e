"""The journal in the order of its positions, for those who read on from a cursor, and what its steps say in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from linli.casework.definitions import of_ids
from linli.casework.journal.telling import ERASED
from linli.casework.journal.wording import Wording
from linli.casework.models import Case, Position, Sealed, Step
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Member
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand

Spot = tuple[int, int]


@dataclass(frozen=True)
class Logged:
    """A step with its place in the log, and of its case what whoever tells of it needs."""

    position: int
    case: int
    seq: int
    definition: int
    action: str
    actor: str
    at: datetime
    holder: int | None
    member: tuple[str, str] | None
    values: Mapping[str, Any]
    commitments: Collection[str]
    opened_by: str
    area: str
    members: tuple[Member, ...]


def last_position() -> int:
    """Give the last position of the open office's log; 0 for an empty one."""
    found = Position.objects.filter(office_id=current_office()).aggregate(last=Max("position"))
    return found["last"] or 0


def logged_after(position: int, *, limit: int) -> list[Logged]:
    """Give the steps after a position, in order. Three statements."""
    placed = list(
        Position.objects.filter(office_id=current_office(), position__gt=position)
        .order_by("position")
        .values_list("position", "case_id", "seq")[:limit]
    )
    cases = Case.objects.in_bulk({case for _, case, _ in placed})
    steps = {
        (step.case_id, step.seq): step
        for step in Step.objects.filter(
            case_id__in=list(cases), seq__in={seq for _, _, seq in placed}
        )
    }
    return [_logged(place, cases[case], steps[case, seq]) for place, case, seq in placed]


def _logged(position: int, case: Case, step: Step) -> Logged:
    kind, key = step.member_kind, step.member_key
    return Logged(
        position, case.id, step.seq, case.definition_id, step.action, step.actor, step.at, step.holder,
        (kind, key) if kind and key else None, step.values, tuple(step.commitments), case.opened_by,
        case.area, tuple(Member(*member) for member in case.members),
    )  # fmt: skip


def numbers_of(cases: Collection[int]) -> dict[int, str]:
    """Give the numbers of cases."""
    return dict(Case.objects.filter(id__in=cases).values_list("id", "number"))


def definition_of(case: int) -> int:
    """Give the id of the definition a case goes by."""
    return Case.objects.values_list("definition_id", flat=True).get(pk=case)


def opened_by(case: int) -> str:
    """Give the actor who opened a case."""
    return Case.objects.values_list("opened_by", flat=True).get(pk=case)


def mechanism_of(case: int) -> Mechanism:
    """Give the mechanism a case goes by."""
    definition = definition_of(case)
    return of_ids({definition})[definition]


def personal_given(cases: Collection[int]) -> set[tuple[int, str]]:
    """Give (case, field) of the personal values that cases hold."""
    rows = Sealed.objects.filter(case_id__in=cases, ciphertext__isnull=False)
    return set(rows.values_list("case_id", "field"))


def words_at(
    spots: Mapping[Spot, Mechanism], names: Collection[str]
) -> dict[Spot, dict[str, Label]]:
    """Give fields in words as they stood after each step, with 'number' and 'state'. What is personal is left out.

    Erased text says that it was. Three statements, and those for names, however many steps.
    """
    cases = {case for case, _ in spots}
    numbers = numbers_of(cases)
    steps = defaultdict(list)
    for step in Step.objects.filter(case_id__in=cases).order_by("case_id", "seq"):
        steps[step.case_id].append(step)
    texts: dict[Spot, dict[str, str | None]] = defaultdict(dict)
    rows = Sealed.objects.filter(case_id__in=cases, field__in=names, text__isnull=False)
    for case, seq, field, text in rows.values_list("case_id", "seq", "field", "text"):
        texts[case, seq][field] = text
    wording = Wording(at_hand())
    stood = {spot: _stood(spot, steps[spot[0]], texts) for spot in spots}
    for spot, mechanism in spots.items():
        for name in set(names) & mechanism.fields.keys():
            if (value := stood[spot].get(name)) is not None:
                wording.ask(mechanism.fields[name], value)
    return {
        (case, seq): {
            **_worded(mechanism, stood[case, seq], names, wording),
            "number": Label(zh=numbers[case], en=numbers[case]),
            "state": _state(mechanism, steps[case], seq),
        }
        for (case, seq), mechanism in spots.items()
    }


def _stood(
    spot: Spot, steps: Iterable[Step], texts: Mapping[Spot, Mapping[str, str | None]]
) -> dict[str, Any]:
    case, last = spot
    found: dict[str, Any] = {}
    for step in steps:
        if step.seq <= last:
            gone = dict.fromkeys(step.commitments, None)
            found |= {**step.values, **gone, **texts.get((case, step.seq), {})}
            found |= {name: ERASED for name in gone if found[name] is None}
    return found


def _state(mechanism: Mechanism, steps: Iterable[Step], seq: int) -> Label:
    there = next(step.to_state for step in steps if step.seq == seq)
    state = mechanism.states.get(there)
    return Label(zh=state.zh, en=state.en) if state else Label(zh=there, en=there)


def _worded(
    mechanism: Mechanism, stood: Mapping[str, Any], names: Collection[str], wording: Wording
) -> dict[str, Label]:
    found = {}
    for name in set(names) & mechanism.fields.keys():
        value, rule = stood.get(name), mechanism.fields[name]
        if value is None or rule.personal:
            continue
        said = value if isinstance(value, Label) else wording.word(rule, value)
        found[name] = (
            Label(zh=said.zh, en=said.en) if isinstance(said, Label) else Label(zh=said, en=said)
        )
    return found
