"""Written mandates at the office: entered with their scan, taken back, their scans shown."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.casework.attachments import MAX_UPLOAD, UploadRefused
from linli.deliberation.counting.ballots import CHOICES, SAID
from linli.deliberation.voting.boxes import BETWEEN
from linli.deliberation.voting.mandates import (
    NewMandate,
    give_mandate,
    mandates_held,
    revoke_mandate,
)
from linli.deliberation.voting.scans import mandate_shown
from linli.deliberation.voting.standing import VoteRefused
from linli.rulebook.labels import Label
from linli.staff.desk import Desk
from linli.staff.votes.pages import UNFIT, tellers_only, view_of
from linli.staff.votes.scans import as_file
from linli.staff.votes.verbs import moment_of


def given(desk: Desk, vote: int) -> HttpResponse:
    """List the written mandates of a vote; a POST enters one with its scan."""
    tellers_only(desk)
    if desk.request.method != "POST":
        return _listed(desk, vote)
    sent = desk.request.FILES.get("scan")
    if sent is None:
        return _listed(desk, vote, Label(zh="请附委托书的扫描件", en="add the scan of the mandate"))
    try:
        number = give_mandate(
            vote=vote, new=_new(desk), upload=BytesIO(sent.read(MAX_UPLOAD + 1)), by=desk.actor, at=desk.at
        )  # fmt: skip
    except (VoteRefused, UploadRefused) as refused:
        return _listed(desk, vote, refused.message)
    messages.success(desk.request, _("第 %(number)s 号委托书已收") % {"number": number})
    return redirect("staff:vote-mandates", vote=vote)


def revoked(desk: Desk, vote: int, number: int) -> HttpResponse:
    """Note that an owner took a mandate back."""
    tellers_only(desk)
    posted = desk.request.POST
    try:
        revoke_mandate(
            vote=vote, number=number, received_at=moment_of(posted.get("received_at", "")),
            reason=posted.get("reason", ""), by=desk.actor, at=desk.at,
        )  # fmt: skip
    except VoteRefused as refused:
        return _listed(desk, vote, refused.message)
    messages.success(desk.request, _("第 %(number)s 号委托书已撤回") % {"number": number})
    return redirect("staff:vote-mandates", vote=vote)


def scanned(desk: Desk, vote: int, number: int) -> HttpResponse:
    """Give the scan of a mandate; that somebody looked is noted."""
    tellers_only(desk)
    try:
        page = mandate_shown(vote=vote, number=number, by=desk.actor, at=desk.at)
    except VoteRefused as refused:
        raise Http404(refused.message.en) from refused
    return as_file(page)


def _new(desk: Desk) -> NewMandate:
    posted = desk.request.POST
    until = posted.get("until", "").strip()
    return NewMandate(
        tuple(word for word in BETWEEN.split(posted.get("units", "")) if word),
        posted.get("holder", ""),
        posted.get("choice", ""),
        moment_of(posted.get("given_at", "")),
        moment_of(until) if until else None,
    )


def _listed(desk: Desk, vote: int, refusal: Label | None = None) -> HttpResponse:
    context = {
        "view": view_of(vote),
        "held": mandates_held(vote),
        "choices": [(key, SAID[key]) for key in CHOICES],
        "given": desk.request.POST,
        "refusal": refusal,
    }
    return desk.show("staff/vote_mandates.html", context, UNFIT if refusal else 200)
