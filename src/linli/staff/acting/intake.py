"""Fast intake: the operator takes down one report after another without leaving the keyboard."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from linli.casework.actions import Receipt
from linli.casework.joint.queries import Alike, asked_about, likely_same
from linli.rulebook.casefile import StepRefused
from linli.staff.acting.laying import filled, laid, opened
from linli.staff.desk import Desk
from linli.staff.hints.box import offered, taken
from linli.staff.starts import chosen_from, marked, shelves_of, starts_for
from linli.ui.sheets import Sheet
from linli.ui.shelves import FEW

SOURCE = "desk"


def choose(desk: Desk) -> HttpResponse:
    """Offer what I may open; with one way only, go there at once."""
    starts = starts_for(desk.mechanisms.values(), desk.actor)
    wanted = desk.request.GET.get("to", "")
    ahead = [start.href for start in starts if start.href == wanted or len(starts) == 1]
    if ahead:
        return redirect(ahead[0])
    words = desk.request.GET.get("words", "").strip()
    context = {
        "shelves": shelves_of(starts, words),
        "words": words,
        "is_many": len(starts) > FEW,
        "is_none": not starts,
    }
    return desk.show("staff/intake_choice.html", context)


def intake(desk: Desk, mechanism: str, action: str) -> HttpResponse:
    """Take down a report; after sending, the next empty form with a line about the last one."""
    starts = marked(starts_for(desk.mechanisms.values(), desk.actor), mechanism, action)
    if not any(start.is_current for start in starts):
        raise Http404(f"{mechanism} {action}")
    sheet = laid(desk, desk.mechanisms[mechanism], action)
    shelves = chosen_from(starts) if len(starts) > 1 else []
    if desk.request.method != "POST":
        return desk.show("staff/intake.html", {"sheet": sheet, "shelves": shelves})
    sent = filled(desk, sheet)
    if "look" in desk.request.POST or "take" in desk.request.POST:
        chosen = taken(sent, desk.request.POST.get("take", ""))
        context = {"sheet": chosen, "shelves": shelves, "was_asked": True, **beside(desk, chosen)}
        return desk.show("staff/intake.html", context)
    receipt = None if sent.faults else _opened(desk, sent)
    if isinstance(receipt, Receipt):
        return _next(desk, sent, receipt)
    context = {"sheet": receipt or sent, "shelves": shelves}
    return desk.show("staff/intake.html", context, status=422)


def likely(desk: Desk, mechanism: str, action: str) -> HttpResponse:
    """Give the cases that may be about what is being taken down, while it is typed."""
    starts = starts_for(desk.mechanisms.values(), desk.actor)
    if not any((start.mechanism, start.action) == (mechanism, action) for start in starts):
        raise Http404(f"{mechanism} {action}")
    sheet = laid(desk, desk.mechanisms[mechanism], action).told(desk.request.POST)
    return desk.show("staff/intake_beside.html", beside(desk, sheet))


def beside(desk: Desk, sheet: Sheet) -> dict[str, object]:
    """Give what stands beside a form that is being filled: likely answers, and cases about the same."""
    return {"alike": alike(desk, sheet), "likely": offered(desk, sheet)}


def alike(desk: Desk, sheet: Sheet) -> list[Alike]:
    """Give the cases one may see that are likely about what the form says."""
    about = asked_about(sheet.mechanism, sheet.answers, desk.at)
    return likely_same(about, at=desk.at, actor=desk.actor)


def _opened(desk: Desk, sheet: Sheet) -> Receipt | Sheet:
    try:
        return opened(desk, sheet, SOURCE)
    except StepRefused as refused:
        return sheet.refused(refused)


def _next(desk: Desk, sheet: Sheet, receipt: Receipt) -> HttpResponse:
    link = reverse("staff:case", args=[receipt.number])
    text = _("已登记 {number}，查询码 {code}")
    if desk.is_kept_letter:
        return JsonResponse({"said": text.format(number=receipt.number, code=receipt.code)})
    number = format_html('<a href="{}">{}</a>', link, receipt.number)
    messages.success(desk.request, format_html(text, number=number, code=receipt.code))
    return redirect("staff:intake", sheet.mechanism.mechanism, sheet.name)
