"""What somebody reported, found by the hash of the number or address they gave, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.casework.definitions import of_ids
from linli.casework.models import Case, Follower, Sealed
from linli.casework.queries.seeing import RECEIPT, joined_id
from linli.registry.isolation import current_office
from linli.rulebook.casefile import RESIDENT, Actor
from linli.rulebook.mechanism import Label, Mechanism

MOST = 100


@dataclass(frozen=True)
class Reported:
    """One case somebody reported, or joined: how it stands in public words, and who they are on it."""

    case: int
    number: str
    seq: int
    title: Label
    words: str
    state_label: Label
    phase: str
    opened_at: datetime
    actor: Actor


def reported_by(lookup: bytes, *, since: datetime) -> list[Reported]:
    """Give what was reported since a moment under an address, the newest first, a hundred at most.

    The address counts where it was given as the reporter's own: in a field that a resident is asked for on opening,
    or that the mechanism tells of the outcome. The last one given is the one that holds. Seven statements at most.
    """
    joined = _joined(lookup, since)
    given = set(Sealed.objects.filter(lookup=lookup).values_list("case_id", flat=True))
    rows = list(
        Case.objects.filter(pk__in=given | joined.keys(), opened_at__gte=since)
        .order_by("-opened_at", "-pk")[:MOST]
        .values_list("pk", "number", "seq", "definition_id", "state", "phase", "opened_at", "opened_by")
    )  # fmt: skip
    rules = of_ids({row[3] for row in rows})
    own = _own(lookup, {row[0]: rules[row[3]] for row in rows if row[0] in given})
    words = _titles({row[0]: rules[row[3]] for row in rows})
    return [
        Reported(
            case, number, seq, rules[rule].title, words.get(case, ""), rules[rule].states[state], phase, opened_at,
            _as_whom(case, opened_by) if case in own else joined[case],
        )
        for case, number, seq, rule, state, phase, opened_at, opened_by in rows
        if case in own or case in joined
    ]  # fmt: skip


def fields_of_reporter(mechanism: Mechanism) -> set[str]:
    """Give the personal fields that hold the reporter's own number or address."""
    asked = {
        name
        for key in mechanism.starts()
        for name in mechanism.actions[key].fields
        if any(by.role == RESIDENT for by in mechanism.actions[key].by)
    }
    told = {name for rule in mechanism.tells.values() for name in rule.whom}
    return {
        name
        for name in asked | told
        if name in mechanism.fields and mechanism.fields[name].personal
    }


def _own(lookup: bytes, rules: dict[int, Mechanism]) -> set[int]:
    """Give the cases where the address is what the reporter gave last."""
    names = {case: fields_of_reporter(mechanism) for case, mechanism in rules.items()}
    wanted = {name for found in names.values() for name in found}
    rows = Sealed.objects.filter(case_id__in=rules, field__in=wanted).order_by("seq")
    last = {
        (case, field): None if given is None else bytes(given)
        for case, field, given in rows.values_list("case_id", "field", "lookup")
        if field in names[case]
    }
    return {case for (case, _field), given in last.items() if given == lookup}


def _joined(lookup: bytes, since: datetime) -> dict[int, Actor]:
    """Give who somebody is on the cases that they joined with the address."""
    cases = Follower.objects.filter(lookup=lookup, at__gte=since).values_list("case_id", flat=True)
    found: dict[int, Actor] = {}
    counted: dict[int, int] = {}
    followers = Follower.objects.filter(case_id__in=list(cases)).order_by("pk")
    for case, given in followers.values_list("case_id", "lookup"):
        counted[case] = counted.get(case, 0) + 1
        if given is not None and bytes(given) == lookup:
            found.setdefault(case, Actor(current_office(), joined_id(case, counted[case])))
    return found


def _as_whom(case: int, opened_by: str) -> Actor:
    is_own = opened_by.startswith(f"{RESIDENT}:")
    return Actor(current_office(), opened_by if is_own else f"{RECEIPT}{case}")


def _titles(rules: dict[int, Mechanism]) -> dict[int, str]:
    """Give the words that each case is called by, where its mechanism shows them to residents."""
    names = {
        case: one.shows.title
        for case, one in rules.items()
        if one.shows.title and one.shows.title in one.shows.resident
    }
    return {
        case: text or ""
        for case, field, text in _texts(names, set(names.values()))
        if names[case] == field
    }


def _texts(cases: Iterable[int], fields: set[str]) -> Iterable[tuple[int, str, str | None]]:
    rows = Sealed.objects.filter(case_id__in=list(cases), field__in=fields, text__isnull=False)
    return rows.order_by("seq").values_list("case_id", "field", "text")
