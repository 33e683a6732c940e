"""The pages of mechanisms: the list, one mechanism whole, its forms, and the sheet for signing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from django.http import Http404, HttpResponse
from django.urls import reverse

from linli.casework.definitions import Edition, MechanismUnknown, current, editions_of
from linli.casework.queries import CaseFilters, state_counts
from linli.registry.queries import bodies_with
from linli.rulebook.counting import expand, sentence
from linli.rulebook.explaining.changes import changes
from linli.rulebook.explaining.guide import guide
from linli.rulebook.explaining.paths import graphs, lines
from linli.rulebook.explaining.tables import tables
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.staff.acting.laying import laid
from linli.staff.desk import Desk

LIVE = ("intake", "open")


@dataclass(frozen=True)
class Listed:
    """One line of the list: a mechanism, how many of its cases are open and how many there are, in one's reach."""

    mechanism: Mechanism
    open: int
    total: int


@dataclass(frozen=True)
class Told:
    """One version with what it changed against the one before; nothing for the first."""

    version: Edition
    changes: tuple[Label, ...]


@dataclass(frozen=True)
class Counted:
    """A figure of the mechanism: its name, what it counts, and where to read it."""

    label: Label
    sentence: Label
    href: str


def mechanisms(desk: Desk) -> HttpResponse:
    """List the mechanisms in force, with their live counts."""
    counts = state_counts(actor=desk.actor, filters=CaseFilters(), at=desk.at)
    listed = [
        Listed(
            mechanism,
            sum(n for (owner, state), n in counts.items() if owner == key and _is_open(mechanism, state)),
            sum(n for (owner, _state), n in counts.items() if owner == key),
        )
        for key, mechanism in desk.mechanisms.items()
    ]  # fmt: skip
    return desk.show("staff/mechanisms.html", {"listed": listed})


def mechanism(desk: Desk, key: str) -> HttpResponse:
    """Show one mechanism: drawn, as a guide, with its forms, counts, figures and versions."""
    found = _found(key)
    counts = state_counts(actor=desk.actor, filters=CaseFilters(mechanism=key), at=desk.at)
    context = {
        **_explained(desk, found),
        "counts": {state: counts.get((key, state), 0) for state in found.states},
        "forms": [(name, rule) for name, rule in found.actions.items() if rule.form or rule.evidence],
        "figures": _figures(found),
        "history": _history(key),
    }  # fmt: skip
    return desk.show("staff/mechanism.html", context)


def signing(desk: Desk, key: str) -> HttpResponse:
    """Show the sheet that an official signs: the whole rule with its version, digest, basis and lines to sign on."""
    found = _found(key)
    context = {
        **_explained(desk, found),
        "history": _history(key)[:1],
        "figures": _figures(found),
    }
    return desk.show("staff/mechanism_sheet.html", context)


def form(desk: Desk, key: str, action: str) -> HttpResponse:
    """Show the form of an action as it will look, and blank for paper."""
    found = _found(key)
    if action not in found.actions:
        raise Http404(action)
    sheet = laid(desk, found, action)
    context = {"mechanism": found, "rule": found.actions[action], "questions": sheet.questions}
    return desk.show("staff/mechanism_form.html", context)


def _found(key: str) -> Mechanism:
    try:
        return current(key)
    except MechanismUnknown as unknown:
        raise Http404(key) from unknown


def _explained(desk: Desk, found: Mechanism) -> dict[str, object]:
    book = at_hand()
    told = guide(found, book)
    return {
        "mechanism": found,
        "graphs": graphs(found),
        "lines": lines(found, book),
        "guide": told,
        "tables": tables(found, book),
        "places": bodies_with(told.duties, on=desk.today),
        "office": desk.office,
        "office_hours": book.calendars.hours.get("office"),
    }


def _is_open(found: Mechanism, state: str) -> bool:
    return state in found.states and found.states[state].phase in LIVE


def _figures(found: Mechanism) -> list[Counted]:
    codes = at_hand().codes
    return [
        Counted(
            Label(zh=figure.zh, en=figure.en),
            sentence(expand(found, name), {found.mechanism: found}, codes),
            reverse("staff:figure", args=[f"{found.mechanism}.{name}"]),
        )
        for name, figure in found.figures.items()
    ]


def _history(key: str) -> list[Told]:
    listed = editions_of(key)
    return [
        Told(
            one,
            tuple(changes(before.mechanism, one.mechanism, at_hand())) if before else (),
        )
        for one, before in zip_longest(listed, listed[1:])
    ]
