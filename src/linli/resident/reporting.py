"""Reporting: what can be reported here, the form, and the receipt that comes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac

from linli.budget.actions import open_case
from linli.casework.actions import Receipt
from linli.casework.definitions import MechanismUnknown, current
from linli.casework.queries import opened_since
from linli.registry.actors import resident
from linli.registry.queries import areas_of_office
from linli.resident.joining import likely
from linli.resident.laying import filled, laid
from linli.resident.visits import Held, Visit
from linli.rulebook.casefile import RESIDENT, Actor, StepRefused
from linli.rulebook.explaining.lengths import length_in_words
from linli.rulebook.mechanism import Clock, Label, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.ui.sheets import Sheet
from linli.ui.shelves import FEW, shelved, titled

SOURCE = "web"
UNFIT = 422
OPAQUE = 16
RECENTLY = timedelta(days=90)


@dataclass(frozen=True)
class Way:
    """One thing a resident may open: an opening action of a mechanism."""

    mechanism: Mechanism
    action: str
    called: Label

    @property
    def label(self) -> Label:
        """Give the mechanism's title and what the action is called."""
        title = self.mechanism.title
        return Label(zh=f"{title.zh} · {self.called.zh}", en=f"{title.en} · {self.called.en}")

    @property
    def href(self) -> str:
        """Give the address of its form."""
        return reverse("resident:report", args=[self.mechanism.mechanism, self.action])

    @property
    def hint(self) -> Label | None:
        """Give its first main time limit in words, if it has one."""
        said = [
            Label(zh=f"{clock.zh}：{length.zh}", en=f"{clock.en}: {length.en}")
            for clock, length in self.limits
        ]
        return next(iter(said), None)

    @property
    def kinds(self) -> list[Label]:
        """Give the kinds of trouble it takes: the headings of its category list, each once."""
        field = self.mechanism.fields.get(self.mechanism.shows.category or "")
        key = field.codes if field and isinstance(field.codes, str) else ""
        listed = at_hand().codes.get(key)
        tops = [code for code in listed.codes.values() if code.parent is None] if listed else []
        return list({code.zh: code for code in tops if code.declined is None}.values())

    @property
    def limits(self) -> list[tuple[Clock, Label]]:
        """Give the main time limits, each with how long it is."""
        clocks = [clock for clock in self.mechanism.clocks.values() if clock.main]
        return [(clock, length_in_words(clock.budget)) for clock in clocks]


def start(visit: Visit) -> HttpResponse:
    """Show what can be done here: report, follow, and what has been reported from this device."""
    known = ways(visit.mechanisms.values())
    context = {"ways": known, "common": common(known, visit.at), "is_many": len(known) > FEW}
    return visit.show("resident/start.html", context)


def choose(visit: Visit) -> HttpResponse:
    """Offer what may be reported; with one way only, go there at once."""
    known = ways(visit.mechanisms.values())
    if len(known) == 1:
        return redirect("resident:report", known[0].mechanism.mechanism, known[0].action)
    words = visit.request.GET.get("words", "").strip()
    wanted = titled(known, words, lambda way: (way.label, *way.kinds))
    context = {
        "shelves": shelved(wanted, lambda way: way.mechanism),
        "words": words,
        "is_many": len(known) > FEW,
        "is_none": not known,
    }
    return visit.show("resident/report_choice.html", context)


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
    return [way for mechanism in mechanisms for way in _ways_of(mechanism)]


@lru_cache(maxsize=512)
def _ways_of(mechanism: Mechanism) -> tuple[Way, ...]:
    return tuple(
        Way(mechanism, key, Label(zh=rule.zh, en=rule.en))
        for key in mechanism.starts()
        for rule in [mechanism.actions[key]]
        if any(by.role == RESIDENT for by in rule.by)
    )


def published_texts(way: Way) -> list[Label]:
    """Give the questions whose answers everybody can read once the office has taken the report on."""
    rule, known = way.mechanism.actions[way.action], way.mechanism.fields
    if not any(known[name].type == "place" for name in rule.fields):
        return []  # not among what the open interface shows
    asked = (known[name] for name in rule.fields)
    return [
        Label(zh=one.zh, en=one.en)
        for one in asked
        if one.public and not one.personal and one.type == "text"
    ]


def common(known: list[Way], at: datetime) -> list[Way]:
    """Give the few that residents reported most in the last three months; all, while there are few."""
    if len(known) <= FEW:
        return known
    counts = opened_since(source=SOURCE, since=at - RECENTLY)
    return sorted(known, key=lambda way: -counts.get(way.mechanism.mechanism, 0))[:FEW]


def _asked(visit: Visit, way: Way, sheet: Sheet, status: int = 200, **more: object) -> HttpResponse:
    places = [
        (row.path, row.name) for row in areas_of_office(on=visit.today) if row.level == "committee"
    ]
    context = {
        "sheet": sheet,
        "way": way,
        "published": published_texts(way),
        "places": places,
        "area": visit.request.POST.get("area", ""),
        "report_action": sheet.name,
        **more,
    }
    return visit.show("resident/report.html", context, status)


def _sent(visit: Visit, way: Way, sheet: Sheet) -> HttpResponse:
    actor = _somebody(visit.request.POST.get("key", sheet.key))
    sent = filled(visit, sheet, actor)
    if "look" in visit.request.POST:
        return _asked(visit, way, sent, alike=likely(visit, sent), was_asked=True)
    answer = sent if sent.faults else _opened(visit, way, sent, actor)
    if isinstance(answer, Sheet):
        return _asked(visit, way, answer, UNFIT)
    visit.hold(Held(answer.number, answer.case_id, actor, answer.code))
    return HttpResponseRedirect(reverse("resident:receipt", args=[answer.number]))


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
