"""Substitutes: who stands in for me while I am away, and for whom I stand in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.registry.actions import RegistryRefused
from linli.registry.staffing.queries import accounts
from linli.registry.staffing.substituting import end_stand_in, stand_in, stand_ins
from linli.rulebook.mechanism import Label
from linli.staff.administering.verbs import number_of
from linli.staff.desk import Desk

UNFIT = 422
NO_DAYS = Label(zh="请填第一天和最后一天", en="Give the first and the last day")


def substitutes(desk: Desk) -> HttpResponse:
    """Show my posts with who stands in; a POST names somebody for some days, or ends a substitution."""
    if desk.request.method != "POST":
        return _shown(desk)
    post = desk.request.POST
    try:
        if "end" in post:
            end_stand_in(
                number=number_of(desk, "end"), holder=desk.account.pk, by=desk.actor, at=desk.at
            )
            messages.success(desk.request, _("替班已结束"))
        else:
            _name(desk)
            messages.success(desk.request, _("替班已安排，到期自动结束"))
    except RegistryRefused as refused:
        return _shown(desk, refused.message)
    return redirect("staff:substitutes")


def _name(desk: Desk) -> None:
    post = desk.request.POST
    first, last = _midnight(post.get("first", "")), _midnight(post.get("last", ""))
    if first is None or last is None:
        raise RegistryRefused(NO_DAYS)
    stand_in(
        post=number_of(desk, "post"),
        holder=desk.account.pk,
        substitute=number_of(desk, "substitute"),
        begins=first,
        ends=last + timedelta(days=1),
        by=desk.actor,
        at=desk.at,
    )


def _midnight(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time()))


def _shown(desk: Desk, refusal: Label | None = None) -> HttpResponse:
    running = stand_ins(account=desk.account.pk, at=desk.at)
    context = {
        "own": [post for post in desk.posts if not post.instead_of],
        "given": [one for one in running if one.holder == desk.account.pk],
        "taken": [one for one in running if one.holder != desk.account.pk],
        "people": [one for one in accounts(desk.at) if one.id != desk.account.pk and one.is_active],
        "refusal": refusal,
        "today": desk.today,
    }
    return desk.show("staff/substitutes.html", context, UNFIT if refusal else 200)
