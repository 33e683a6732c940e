"""Following a report: number and code, what happened in public words, and rating when it is time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.budget.actions import perform
from linli.casework import queries
from linli.casework.actions import RevisionConflict
from linli.casework.attachments import AttachmentMissing, Opened, photo, thumbnail
from linli.casework.joint.queries import primary_of
from linli.casework.queries.seeing import RECEIPT
from linli.notices.queries import told_about
from linli.registry.login import Knock, LoginRefused
from linli.resident.checking import marked
from linli.resident.laying import filled, laid
from linli.resident.mine.proving import NotProved, proved, tell_former_ones
from linli.resident.public import PublicCase, public_case
from linli.resident.visits import Held, Visit
from linli.rulebook.casefile import Actor, Opening, StepRefused
from linli.rulebook.mechanism import Mechanism
from linli.ui.sheets import Sheet

CONFLICT, UNFIT, TOO_MANY = 409, 422, 429
HOUR_PRIVATE = "private, max-age=3600"
MINUTE = timedelta(minutes=1)
OPENING = 1


def follow(visit: Visit) -> HttpResponse:
    """Ask for number and code, and lead to the case; after too many wrong ones, say how long to wait."""
    if visit.request.method != "POST":
        return visit.show("resident/follow.html", {"number": visit.request.GET.get("number", "")})
    number = visit.request.POST.get("number", "").strip().upper()
    address = visit.request.META.get("REMOTE_ADDR", "")
    try:
        knock = Knock.at_door("receipt", number, address, visit.at)
    except LoginRefused as shut:
        minutes = -(-(shut.wait or MINUTE) // MINUTE)
        said = _("试的次数太多了，请在 %(minutes)d 分钟后再试") % {"minutes": minutes}
        return _asked_again(visit, number, said, TOO_MANY)
    return _looked_up(visit, number, knock)


def progress(visit: Visit, held: Held) -> HttpResponse:
    """Show what happened, in public words."""
    view = _view(visit, held)
    told = told_about(case=held.case, whom=held.actor.id)
    marks = marked(visit, held, view.row.revision)
    joint = {"primary": _primary(visit, held)}
    context = {
        "view": public_case(view, held.actor.id),
        "held": held,
        "told": told,
        **joint,
        **marks,
    }
    return visit.show("resident/progress.html", context)


def receipt(visit: Visit, held: Held) -> HttpResponse:
    """Show number and code, big enough to copy or print."""
    view = public_case(_view(visit, held), held.actor.id)
    context = {"held": held, "view": view, **marked(visit, held, OPENING)}
    return visit.show("resident/receipt.html", context)


def do(visit: Visit, held: Held, action: str) -> HttpResponse:
    """Ask what an action of the resident needs, and take it."""
    view = _view(visit, held)
    is_shut = Opening(action) not in view.openings
    if is_shut and visit.request.method != "POST":
        context = {"view": public_case(view, held.actor.id), "is_shut": True}
        return visit.show("resident/do.html", context, CONFLICT)
    if action not in view.mechanism.actions:
        raise Http404(action)
    sheet = laid(visit, view.mechanism, action, revision=_revision(visit, view))
    if visit.request.method == "POST":
        return _take(visit, held, filled(visit, sheet, held.actor), view.mechanism)
    return visit.show(
        "resident/do.html", {"view": public_case(view, held.actor.id), "sheet": sheet}
    )


def whole(visit: Visit, held: Held, sha: str) -> HttpResponse:
    """Give a photo that the holder of the receipt may see."""
    return _opened(visit, held, sha, photo)


def small(visit: Visit, held: Held, sha: str) -> HttpResponse:
    """Give such a photo, small."""
    return _opened(visit, held, sha, thumbnail)


def _looked_up(visit: Visit, number: str, knock: Knock) -> HttpResponse:
    code = visit.request.POST.get("code", "").strip()
    try:
        case, actor = queries.case_for_receipt(number=number, code=code)
    except queries.ReceiptUnknown:
        knock.note(has_failed=True)
        said = _("编号和查询码对不上，请照回执再核对一遍")
        return _asked_again(visit, number, said, UNFIT)
    knock.note(has_failed=False)
    visit.hold(Held(number, case, actor, code.upper()))
    return redirect("resident:progress", number)


def _asked_again(visit: Visit, number: str, refusal: str, status: int) -> HttpResponse:
    return visit.show("resident/follow.html", {"number": number, "refusal": refusal}, status)


def _view(visit: Visit, held: Held) -> queries.CaseView:
    try:
        return queries.case_view(number=held.number, actor=held.actor, at=visit.at)
    except queries.CaseUnseen as unseen:
        raise Http404(held.number) from unseen


def _primary(visit: Visit, held: Held) -> PublicCase | None:
    """Give the case that this one goes with, as the public may see it: what became of it, not what others wrote."""
    above = primary_of(held.case)
    if above is None:
        return None
    case, number = above
    holder = Actor(office=held.actor.office, id=f"{RECEIPT}{case}")
    view = queries.case_view(number=number, actor=holder, at=visit.at)
    starts = view.mechanism.starts()
    asked = {name for start in starts for name in view.mechanism.actions[start].fields}
    told = public_case(view, holder.id)
    return replace(told, shown=tuple(one for one in told.shown if one.field not in asked))


def _revision(visit: Visit, view: queries.CaseView) -> int:
    given = visit.request.POST.get("revision", "")
    return int(given) if given.isdecimal() else view.row.revision


def _take(visit: Visit, held: Held, sheet: Sheet, mechanism: Mechanism) -> HttpResponse:
    if sheet.faults:
        return _again(visit, held, sheet, UNFIT)
    try:
        changes = proved(visit, held, sheet, mechanism)
    except NotProved as not_yet:
        return _again(visit, held, sheet, not_yet.status, proving=not_yet)
    try:
        perform(
            case=held.case,
            action=sheet.name,
            by=held.actor,
            at=visit.at,
            form=sheet.form,
            exhibits=sheet.exhibits,
            key=sheet.key,
            revision=sheet.revision,
        )
    except RevisionConflict as conflict:
        fresh = sheet.renewed(conflict.revision)
        return _again(visit, held, fresh, CONFLICT, general=conflict.message)
    except StepRefused as refused:
        return _again(visit, held, sheet.refused(refused), UNFIT)
    tell_former_ones(visit, held, changes)
    messages.success(visit.request, _("已收到，谢谢您"))
    return redirect("resident:progress", held.number)


def _again(visit: Visit, held: Held, sheet: Sheet, status: int, **more: object) -> HttpResponse:
    view = public_case(_view(visit, held), held.actor.id)
    return visit.show("resident/do.html", {"view": view, "sheet": sheet, **more}, status)


def _opened(visit: Visit, held: Held, sha: str, give: Callable[..., Opened]) -> HttpResponse:
    photos = public_case(_view(visit, held), held.actor.id).photos
    if sha not in {one.sha256 for one in photos}:
        raise Http404(sha)
    try:
        file = give(office=held.actor.office, case=held.case, sha256=sha)
    except AttachmentMissing as missing:
        raise Http404(sha) from missing
    answer = HttpResponse(file.content, content_type=file.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = HOUR_PRIVATE
    return answer
