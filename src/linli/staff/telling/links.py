"""One-time links of a case: given out to a department or contractor without an account, sent, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.casework.queries import CaseView
from linli.notices.channels import open_channels
from linli.notices.links.actions import (
    MOST_DAYS,
    LinkOrder,
    LinkRefused,
    give_link,
    revoke_link,
)
from linli.notices.links.queries import links_of
from linli.notices.links.reach import reaches
from linli.notices.queries import CHANNELS
from linli.staff.administering.verbs import number_of
from linli.staff.cases import seen
from linli.staff.desk import Desk

UNFIT = 422


def links(desk: Desk, number: str) -> HttpResponse:
    """Show the links of a case; give one out or take one back."""
    view = seen(desk, number)
    if not desk.may_give_links:
        raise PermissionDenied
    if desk.request.method != "POST":
        return _shown(desk, view)
    try:
        if desk.request.POST.get("verb") == "revoke":
            revoke_link(link=number_of(desk, "link"), case=view.row.id, by=desk.actor, at=desk.at)
            messages.success(desk.request, _("链接已收回"))
            return redirect("staff:links", number)
        origin = desk.request.build_absolute_uri("/").rstrip("/")
        _id, address = give_link(
            view=view, order=_order(desk), origin=origin, by=desk.actor, at=desk.at
        )
    except LinkRefused as refused:
        return _shown(desk, view, UNFIT, refusal=refused.message)
    return _shown(desk, view, given=address)


def _order(desk: Desk) -> LinkOrder:
    sent = desk.request.POST
    return LinkOrder(
        body=number_of(desk, "body"),
        name=sent.get("name", ""),
        actions=sent.getlist("step"),
        days=number_of(desk, "days"),
        once=sent.get("kind") != "until",
        channel=sent.get("channel", ""),
        address=sent.get("address", ""),
    )


def _shown(desk: Desk, view: CaseView, status: int = 200, **more: object) -> HttpResponse:
    found = reaches(view)
    rules = view.mechanism.actions
    now_open = [key for key in rules if key in view.mechanism.states[view.row.state].waits_for]
    lines = [
        (line, [rules[key] for key in line.actions if key in rules])
        for line in links_of(case=view.row.id, at=desk.at)
    ]
    context = {
        "view": view,
        "bodies": [(one.body, one.name) for one in found],
        "steps": [
            (key, label, key in now_open) for key, label in (found[0].actions if found else {}).items()
        ],
        "lines": lines,
        "channels": [(name, CHANNELS[name]) for name in open_channels()],
        "most_days": MOST_DAYS,
        **more,
    }  # fmt: skip
    answer = desk.show("staff/links.html", context, status)
    answer["Cache-Control"] = "private, no-store"
    return answer
