"""One case: all there is to see of it, personal values on request, photos and files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from linli.budget.queries import postings_of
from linli.casework import actions, queries
from linli.casework.attachments import AttachmentMissing, Opened, photo, thumbnail
from linli.casework.joint.queries import primary_of, reporters_of
from linli.deliberation.queries import votes_about
from linli.deliberation.voting.standing import leads
from linli.exchange.devices.hearing import SOURCE
from linli.exchange.devices.queries import events
from linli.exchange.profiles import profiles_at_hand
from linli.exchange.queries import outside_numbers
from linli.notices.queries import told_about
from linli.registry.staffing.queries import kept_cell
from linli.rulebook.labels import Label
from linli.rulebook.mechanism import Mechanism
from linli.staff.desk import Desk
from linli.staff.listing.beside import beside, way_back
from linli.staff.offers import offers_of, taking_back

HOUR_PRIVATE = "private, max-age=3600"
URGENCY = ("late", "amber", "running", "paused", "missed", "over", "met", "cut")


def case(desk: Desk, number: str) -> HttpResponse:
    """Show a case: what it is, what happened, what I may do now."""
    return desk.show("staff/case.html", whole_page(desk, seen(desk, number)))


def reveal(desk: Desk, number: str) -> HttpResponse:
    """Show the case once with one personal value readable; who read it and why is kept."""
    view = seen(desk, number)
    name, reason = desk.request.POST.get("field", ""), desk.request.POST.get("reason", "").strip()
    seq = _step_of(view, name, desk.request.POST.get("step", ""))
    context = {**whole_page(desk, view), "asked": name, "asked_step": seq}
    if not reason:
        context["reveal_error"] = _("请写明查看的理由，理由会记录在案")
        return desk.show("staff/case.html", context, status=422)
    told = actions.reveal(
        case=view.row.id, field=name, seq=seq, by=desk.actor, at=desk.at, reason=reason
    )
    return desk.show("staff/case.html", {**context, "revealed": told})


def _step_of(view: queries.CaseView, field: str, asked: str) -> int | None:
    """Give the step whose personal value is asked for; None for what stands in the case file."""
    if not asked and field in {shown.field for shown in view.shown if shown.is_personal}:
        return None
    masked = {
        (str(line.seq), said.field)
        for line in view.trail for said in line.texts if said.is_personal
    }  # fmt: skip
    if (asked, field) not in masked:
        raise Http404(field)
    return int(asked)


def whole(desk: Desk, number: str, sha: str) -> HttpResponse:
    """Give a photo or file of a case one may see."""
    return opened(desk, number, sha, photo)


def small(desk: Desk, number: str, sha: str) -> HttpResponse:
    """Give a photo of a case one may see, small."""
    return opened(desk, number, sha, thumbnail)


def whole_page(desk: Desk, view: queries.CaseView) -> dict[str, object]:
    """Give what the page of a case is made from; its position is drawn, not written."""
    fields = view.mechanism.fields
    above, back = primary_of(view.row.id), way_back(desk.request.GET.get("back"))
    return {
        "beside": beside(desk, view.row, back),
        "view": view,
        "cell": kept_cell(view.row.cell, desk.at) if view.row.cell else None,
        "facts": [shown for shown in view.shown if fields[shown.field].type != "place"],
        "clocks": sorted(view.clocks, key=lambda line: URGENCY.index(line.state)),
        "offers": offers_of(view),
        "undoing": taking_back(view),
        "votes": votes_about(view.row.id) if view.mechanism.votes else (),
        "postings": postings_of(view.row.id) if bears_money(view.mechanism) else None,
        "may_vote": _may_vote(desk, view),
        "told": told_about(case=view.row.id),
        "outside": _outside(view),
        "primary": above[1] if above else None,
        "reporters": reporters_of(view.row.id),
        "signals": events(case=view.row.id) if view.row.source == SOURCE else (),
        "back": back,
    }


def bears_money(mechanism: Mechanism) -> bool:
    """Say whether records of a mechanism move money of a fund."""
    return any(entries.posts for entries in mechanism.entries.values())


def _may_vote(desk: Desk, view: queries.CaseView) -> bool:
    """Say whether a vote about the case may be prepared now, by whoever looks."""
    rule = view.mechanism.votes
    return rule is not None and view.row.state in rule.ready and leads(desk.actor, view.row.id)


def _outside(view: queries.CaseView) -> tuple[tuple[Label, str, datetime | None], ...]:
    """Give under which numbers a case runs on other platforms; nobody else's lists fill its mechanism."""
    filled = {profile.mechanism for profile in profiles_at_hand().values()}
    return outside_numbers(view.row.id) if view.mechanism.mechanism in filled else ()


def seen(desk: Desk, number: str) -> queries.CaseView:
    """Give the case of a number; to those who may not see it, it does not exist."""
    try:
        return queries.case_view(number=number, actor=desk.actor, at=desk.at)
    except queries.CaseUnseen as unseen:
        raise Http404(number) from unseen


def opened(desk: Desk, number: str, sha: str, give: Callable[..., Opened]) -> HttpResponse:
    """Give an attachment with the type its content has, so that a browser makes nothing else of it."""
    view = seen(desk, number)
    if sha not in {one.sha256 for one in view.photos}:
        raise Http404(sha)
    try:
        file = give(office=desk.actor.office, case=view.row.id, sha256=sha)
    except AttachmentMissing as missing:
        raise Http404(sha) from missing
    answer = HttpResponse(file.content, content_type=file.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = HOUR_PRIVATE
    return answer
