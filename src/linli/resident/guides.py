"""Guides (办事指南): how each thing is done here, what to bring, and how long it takes; with blank forms to print."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from linli.casework.definitions import MechanismUnknown, current
from linli.registry.queries import bodies_with
from linli.resident.laying import laid
from linli.resident.visits import Visit
from linli.rulebook.casefile import RESIDENT
from linli.rulebook.explaining.guide import guide
from linli.rulebook.explaining.paths import graphs, lines
from linli.rulebook.mechanism import Action, Mechanism
from linli.rulebook.ownbook import at_hand


def guides(visit: Visit) -> HttpResponse:
    """List what concerns residents."""
    listed = [one for one in visit.mechanisms.values() if concerns_residents(one)]
    return visit.show("resident/guides.html", {"listed": listed})


def one(visit: Visit, key: str) -> HttpResponse:
    """Show the guide to one mechanism."""
    found = _found(key)
    told, book = guide(found, at_hand()), at_hand()
    context = {
        "mechanism": found,
        "graphs": graphs(found),
        "lines": lines(found, book),
        "guide": told,
        "places": bodies_with(told.duties, on=visit.today),
        "office": visit.office,
        "office_hours": book.calendars.hours.get("office"),
        "forms": [(name, rule) for name, rule in found.actions.items() if _is_residents(rule)],
        "reports": [start for start in told.starts if start.is_residents],
    }
    return visit.show("resident/guide.html", context)


def form(visit: Visit, key: str, action: str) -> HttpResponse:
    """Show a form that residents fill, as it will look, and blank for paper."""
    found = _found(key)
    rule = found.actions.get(action)
    if rule is None or not _is_residents(rule):
        raise Http404(action)
    sheet = laid(visit, found, action)
    context = {"mechanism": found, "rule": rule, "questions": sheet.questions}
    return visit.show("resident/guide_form.html", context)


def concerns_residents(found: Mechanism) -> bool:
    """Say whether residents have a part in a mechanism, or are shown what becomes of it."""
    return bool(found.shows.resident) or any(map(_is_residents, found.actions.values()))


def _is_residents(rule: Action) -> bool:
    return any(by.role == RESIDENT for by in rule.by)


def _found(key: str) -> Mechanism:
    try:
        found = current(key)
    except MechanismUnknown as unknown:
        raise Http404(key) from unknown
    if not concerns_residents(found):
        raise Http404(key)
    return found
