"""Scans of returned forms at the office: sent in one by one, shown beside the keying."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.casework.attachments import MAX_UPLOAD, UploadRefused
from linli.deliberation.voting.scans import Page, keep_scan, scan_shown
from linli.deliberation.voting.standing import VoteRefused
from linli.rulebook.labels import Label
from linli.staff.desk import Desk
from linli.staff.votes.pages import numbered, shown_keying, tellers_only


def keep(desk: Desk, vote: int) -> HttpResponse:
    """Keep the scan of a returned form, then show it beside the keying."""
    tellers_only(desk)
    number = numbered(desk.request.POST.get("scanned", ""))
    sent = desk.request.FILES.get("scan")
    if sent is None:
        missing = Label(zh="请选一张扫描件", en="choose a scan")
        return shown_keying(desk, vote, missing)
    try:
        keep_scan(
            vote=vote,
            number=number,
            upload=BytesIO(sent.read(MAX_UPLOAD + 1)),
            by=desk.actor,
            at=desk.at,
        )
    except (VoteRefused, UploadRefused) as refused:
        return shown_keying(desk, vote, refused.message)
    messages.success(desk.request, _("扫描件已收"))
    return redirect(f"{reverse('staff:vote-keying', args=[vote])}?number={number}")


def show(desk: Desk, vote: int, number: str) -> HttpResponse:
    """Give a scan with the type its content has; that somebody looked is noted."""
    tellers_only(desk)
    try:
        page = scan_shown(vote=vote, number=number, by=desk.actor, at=desk.at)
    except VoteRefused as refused:
        raise Http404(refused.message.en) from refused
    return as_file(page)


def as_file(page: Page) -> HttpResponse:
    """Answer with a scan as what its content is; nobody keeps a copy on the way."""
    answer = HttpResponse(page.content, content_type=page.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
