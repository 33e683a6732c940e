"""Has somebody reported it already: likely cases while a report is written, and joining one instead."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from linli.casework.definitions import MechanismUnknown, current
from linli.casework.joint.actions import JoinRefused, join
from linli.casework.joint.queries import Alike, asked_about, joinable, likely_same
from linli.casework.queries import CaseUnseen, case_for_receipt
from linli.registry.isolation import current_office
from linli.resident.laying import laid
from linli.resident.visits import Held, Visit
from linli.rulebook.casefile import RESIDENT, Actor
from linli.rulebook.mechanism import Mechanism
from linli.ui.sheets import Sheet

GONE = 409
FEWEST_DIGITS = 7


def alike(visit: Visit, mechanism: str, action: str) -> HttpResponse:
    """Give the open cases that may be about what somebody writes; nothing that others wrote is shown."""
    sheet = laid(visit, _known(mechanism, action), action).told(visit.request.POST)
    return visit.show(
        "resident/alike.html", {"alike": likely(visit, sheet), "report_action": action}
    )


def likely(visit: Visit, sheet: Sheet) -> list[Alike]:
    """Give the open cases that are likely about what a form says."""
    about = asked_about(sheet.mechanism, sheet.answers, visit.at)
    return likely_same(about, at=visit.at, actor=None, mechanism=sheet.mechanism.mechanism)


def joins(visit: Visit, mechanism: str, action: str) -> HttpResponse:
    """Let somebody follow a case that was reported already, with a code of their own, instead of reporting again."""
    rules = _known(mechanism, action)
    number = visit.request.POST.get("join", "")
    if not joinable(number, mechanism):
        raise Http404(number)
    key = visit.request.POST.get("key", "")
    actor = Actor(office=current_office(), id=f"{RESIDENT}:joining")
    try:
        receipt = join(
            number=number,
            by=actor,
            at=visit.at,
            key=f"{key}:{number}",
            phone=_phone(visit, rules, action),
        )
    except (CaseUnseen, JoinRefused):
        return visit.show("resident/alike.html", {"alike": [], "was_asked": True}, GONE)
    case, holder = case_for_receipt(number=number, code=receipt.code)
    visit.hold(Held(number, case, holder, receipt.code))
    return HttpResponseRedirect(reverse("resident:receipt", args=[number]))


def _known(mechanism: str, action: str) -> Mechanism:
    try:
        found = current(mechanism)
    except MechanismUnknown as unknown:
        raise Http404(mechanism) from unknown
    rule = found.actions.get(action)
    if rule is None or not rule.start or all(by.role != RESIDENT for by in rule.by):
        raise Http404(action)
    return found


def _phone(visit: Visit, rules: Mechanism, action: str) -> str:
    """Give the telephone that the form holds: the first personal answer that is one is found by its hash only."""
    fields = [name for name in rules.actions[action].fields if rules.fields[name].personal]
    given = [visit.request.POST.get(name, "") for name in fields]
    return next(
        (text for text in given if sum(sign.isdigit() for sign in text) >= FEWEST_DIGITS), ""
    )
