"""Reporting: what can be reported here, the form, and the receipt that comes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac

from linli.casework.actions import Receipt, open_case
from linli.casework.definitions import MechanismUnknown, current
from linli.registry.actors import resident
from linli.registry.queries import areas_of_office
from linli.resident.laying import filled, laid
from linli.resident.visits import Held, Visit
from linli.rulebook.casefile import RESIDENT, Actor, StepRefused
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Clock, Label, Mechanism
from linli.ui.sheets import Sheet

SOURCE = "web"
UNFIT = 422
OPAQUE = 16
UNITS = {
    "wm": Label(zh="分钟（工作时间）", en="working minutes"),
    "wh": Label(zh="小时（工作时间）", en="working hours"),
    "wd": Label(zh="个工作日", en="working days"),
    "cm": Label(zh="分钟", en="minutes"),
    "ch": Label(zh="小时", en="hours"),
    "cd": Label(zh="天", en="days"),
}


@dataclass(frozen=True)
class Way:
    """One thing a resident may open: an opening action of a mechanism."""

    mechanism: Mechanism
    action: str
    label: Label

    @property
    def kinds(self) -> list[Label]:
        """Give the kinds of trouble it takes: the headings of its category list, each once."""
        field = self.mechanism.fields.get(self.mechanism.shows.category or "")
        key = field.codes if field and isinstance(field.codes, str) else ""
        listed = shipped().codes.get(key)
        tops = [code for code in listed.codes.values() if code.parent is None] if listed else []
        return list({code.zh: code for code in tops if code.declined is None}.values())

    @property
    def limits(self) -> list[tuple[Clock, Label]]:
        """Give the main time limits, each with how long it is."""
        clocks = [clock for clock in self.mechanism.clocks.values() if clock.main]
        return [(clock, in_words(clock.budget)) for clock in clocks]


def in_words(budget: str) -> Label:
    """Give a time budget in words."""
    if budget.startswith("="):
        return Label(zh="按类别和紧急程度确定", en="depends on category and urgency")
    number, unit = budget.split()
    return Label(zh=f"{number} {UNITS[unit].zh}", en=f"{number} {UNITS[unit].en}")


def start(visit: Visit) -> HttpResponse:
    """Show what can be done here: report, follow, and what has been reported from this device."""
    return visit.show("resident/start.html", {"ways": ways(visit.mechanisms.values())})


def choose(visit: Visit) -> HttpResponse:
    """Offer what may be reported; with one way only, go there at once."""
    known = ways(visit.mechanisms.values())
    if len(known) == 1:
        return redirect("resident:report", known[0].mechanism.mechanism, known[0].action)
    return visit.show("resident/report_choice.html", {"ways": known})


def report(visit: Visit, mechanism: str, action: str) -> HttpResponse:
    """Take a report and lead to its receipt."""
    try:
        known = ways([current(mechanism)])
    except MechanismUnknown as unknown:
        raise Http404(mechanism) from unknown
    way = next((way for way in known if way.action == action), None)
    if way is None:
        raise Http404(action)
    sheet = laid(visit, way.mechanism, action)
    if visit.request.method == "POST":
        return _sent(visit, way, sheet)
    return _asked(visit, way, sheet)


def ways(mechanisms: Iterable[Mechanism]) -> list[Way]:
    """Give what a resident may open."""
    return [
        Way(mechanism, key, Label(zh=rule.zh, en=rule.en))
        for mechanism in mechanisms
        for key in mechanism.starts()
        for rule in [mechanism.actions[key]]
        if any(by.role == RESIDENT for by in rule.by)
    ]


def _asked(visit: Visit, way: Way, sheet: Sheet, status: int = 200) -> HttpResponse:
    places = [
        (row.path, row.name) for row in areas_of_office(on=visit.today) if row.level == "committee"
    ]
    context = {
        "sheet": sheet,
        "way": way,
        "places": places,
        "area": visit.request.POST.get("area", ""),
    }
    return visit.show("resident/report.html", context, status)


def _sent(visit: Visit, way: Way, sheet: Sheet) -> HttpResponse:
    actor = _somebody(visit.request.POST.get("key", sheet.key))
    sent = filled(visit, sheet, actor)
    answer = sent if sent.faults else _opened(visit, way, sent, actor)
    if isinstance(answer, Sheet):
        return _asked(visit, way, answer, UNFIT)
    visit.hold(Held(answer.number, answer.case_id, actor, answer.code))
    return redirect("resident:receipt", answer.number)


def _opened(visit: Visit, way: Way, sheet: Sheet, actor: Actor) -> Receipt | Sheet:
    try:
        return open_case(
            mechanism=way.mechanism.mechanism,
            action=way.action,
            by=actor,
            at=visit.at,
            form=sheet.form,
            exhibits=sheet.exhibits,
            key=sheet.key,
            area=visit.request.POST.get("area") or None,
            source=SOURCE,
        )
    except StepRefused as refused:
        return sheet.refused(refused)


def _somebody(key: str) -> Actor:
    """Give a resident nobody knows; the same form sent twice comes from the same one."""
    return resident(salted_hmac("linli.resident", key).hexdigest()[:OPAQUE])
