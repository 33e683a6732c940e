"""What I was told, with read marks; sending again what did not arrive; contacts of posts and bodies."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.notices import queries
from linli.notices.actions import NoticeRefused, mark_read, send_again, set_contact
from linli.staff.cases import seen
from linli.staff.desk import Desk

SIZE = 50
UNFIT = 422


def told(desk: Desk) -> HttpResponse:
    """Show what I was told, the newest first; what is asked for is marked as read."""
    if desk.request.method == "POST":
        count = mark_read(notices=_chosen(desk), account=desk.account.pk, by=desk.actor, at=desk.at)
        messages.success(desk.request, _("已标记 %(count)d 条为已读") % {"count": count})
        return redirect("staff:told")
    lines, more = queries.told_to_me(
        actor=desk.actor, account=desk.account.pk, at=desk.at, page=desk.page_number, size=SIZE
    )
    following = desk.page_number + 1 if more else None
    return desk.show("staff/told.html", {"lines": lines, "following": following})


def again(desk: Desk, number: str, notice: int) -> HttpResponse:
    """Let a message about a case that I see be sent once more."""
    view = seen(desk, number)
    if not view.openings and not desk.is_registrar:
        raise PermissionDenied
    if queries.case_of(notice) != view.row.id:
        raise Http404(number)
    try:
        send_again(notice=notice, by=desk.actor, at=desk.at)
        messages.success(desk.request, _("已交代重发"))
    except NoticeRefused as refused:
        messages.warning(desk.request, refused.message.in_language(desk.language))
    return redirect("staff:case", number)


def contacts(desk: Desk) -> HttpResponse:
    """Show where bodies and posts are reached outside, and change it."""
    if not desk.is_registrar:
        raise PermissionDenied
    refusal = None
    if desk.request.method == "POST":
        sent = {name: desk.request.POST.get(name, "") for name in ("whom", "channel", "address")}
        try:
            set_contact(**sent, by=desk.actor, at=desk.at)
            messages.success(desk.request, _("联系方式已更新"))
            return redirect("staff:contacts")
        except NoticeRefused as refused:
            refusal = refused.message.in_language(desk.language)
    context = {"refusal": refusal, **queries.contact_page(at=desk.at)}
    return desk.show("staff/contacts.html", context, status=UNFIT if refusal else 200)


def _chosen(desk: Desk) -> list[int] | None:
    """Give the notices chosen; None for all."""
    chosen = desk.request.POST.getlist("notice")
    return [int(one) for one in chosen if one.isdecimal()] if chosen else None
