"""How good the hints have been, lesson by lesson, and how sure one must be to be shown."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.hints import queries
from linli.hints.actions import CautionRefused, set_caution
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk

UNFIT = 422


def lessons(desk: Desk) -> HttpResponse:
    """Show the lessons; a POST sets how sure a hint must be, for those who keep the book."""
    if desk.request.method != "POST":
        return _shown(desk)
    if not desk.may_keep_book:
        raise PermissionDenied
    given = desk.request.POST.get("least", "")
    try:
        set_caution(least=int(given) / 100 if given.isdecimal() else 0.0, by=desk.actor, at=desk.at)
    except CautionRefused as refused:
        return _shown(desk, refused.message)
    messages.success(desk.request, _("把握不到 %(least)s%% 的，不再提示") % {"least": given})
    return redirect("staff:hints")


def _shown(desk: Desk, refusal: Label | None = None) -> HttpResponse:
    context = {
        "lessons": queries.lessons(),
        "least": round(queries.least_sure() * 100),
        "refusal": refusal,
    }
    return desk.show("staff/hints.html", context, UNFIT if refusal else 200)
