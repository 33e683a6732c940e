"""Fast intake: the operator takes down one report after another without leaving the keyboard."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from linli.casework.actions import Receipt, open_case
from linli.rulebook.casefile import StepRefused
from linli.staff.acting.laying import filled, laid
from linli.staff.acting.starts import marked, starts_for
from linli.staff.desk import Desk
from linli.ui.sheets import Sheet

SOURCE = "desk"


def choose(desk: Desk) -> HttpResponse:
    """Offer what I may open; with one way only, go there at once."""
    starts = starts_for(desk.mechanisms.values(), desk.actor)
    if len(starts) == 1:
        return redirect("staff:intake", starts[0].mechanism, starts[0].action)
    return desk.show("staff/intake_choice.html", {"starts": starts})


def intake(desk: Desk, mechanism: str, action: str) -> HttpResponse:
    """Take down a report; after sending, the next empty form with a line about the last one."""
    starts = marked(starts_for(desk.mechanisms.values(), desk.actor), mechanism, action)
    if not any(start.is_current for start in starts):
        raise Http404(f"{mechanism} {action}")
    sheet = laid(desk, desk.mechanisms[mechanism], action)
    if desk.request.method != "POST":
        return desk.show("staff/intake.html", {"sheet": sheet, "starts": starts})
    sent = filled(desk, sheet)
    receipt = None if sent.faults else _opened(desk, sent)
    if isinstance(receipt, Receipt):
        return _next(desk, sent, receipt)
    context = {"sheet": receipt or sent, "starts": starts}
    return desk.show("staff/intake.html", context, status=422)


def _opened(desk: Desk, sheet: Sheet) -> Receipt | Sheet:
    try:
        return open_case(
            mechanism=sheet.mechanism.mechanism,
            action=sheet.name,
            by=desk.actor,
            at=desk.at,
            form=sheet.form,
            exhibits=sheet.exhibits,
            key=sheet.key,
            source=SOURCE,
        )
    except StepRefused as refused:
        return sheet.refused(refused)


def _next(desk: Desk, sheet: Sheet, receipt: Receipt) -> HttpResponse:
    link = reverse("staff:case", args=[receipt.number])
    text = _("已登记 {number}，查询码 {code}")
    number = format_html('<a href="{}">{}</a>', link, receipt.number)
    messages.success(desk.request, format_html(text, number=number, code=receipt.code))
    return redirect("staff:intake", sheet.mechanism.mechanism, sheet.name)
