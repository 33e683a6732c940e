"""A batch of applications: its window, the lot, the ranking, and every application with its place."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.budget.batches.actions import BatchRefused, draw_for, rank
from linli.budget.batches.standing import Batch, NoBatch, batch_numbered, batches, may_rank
from linli.budget.window import ZONE
from linli.rulebook.casefile import StepRefused
from linli.staff.cases import seen
from linli.staff.desk import Desk

UNFIT = 422


def listed(desk: Desk) -> HttpResponse:
    """Show the batches there are."""
    return desk.show("staff/batches.html", {"batches": batches(desk.at)})


def one(desk: Desk, number: str) -> HttpResponse:
    """Show a batch and, for those who may rank it, what comes next; a POST does that."""
    seen(desk, number)
    batch = _batch(number)
    if desk.request.method != "POST":
        return _shown(desk, batch)
    verb = VERBS.get(desk.request.POST.get("verb", ""))
    if verb is None:
        raise Http404("verb")
    try:
        said = verb(desk, number)
    except (BatchRefused, StepRefused) as refused:
        answer = _shown(desk, batch, refused)
        answer.status_code = UNFIT
        return answer
    messages.success(desk.request, said)
    return redirect("staff:batch", number)


def _draw(desk: Desk, number: str) -> str:
    words = desk.request.POST.get("words", "")
    draw_for(number=number, words=words, by=desk.actor, at=desk.at)
    return _("签已抽定，次序已公布")


def _rank(desk: Desk, number: str) -> str:
    places = rank(number=number, by=desk.actor, at=desk.at)
    return _("已排序 %(count)s 件，名单已公示；逐人决定另由审批人作出") % {"count": len(places)}


VERBS: dict[str, Callable[[Desk, str], str]] = {"draw": _draw, "rank": _rank}


def _shown(
    desk: Desk, batch: Batch, refused: BatchRefused | StepRefused | None = None
) -> HttpResponse:
    today = desk.at.astimezone(ZONE).date()
    context = {
        "batch": batch,
        "is_closed": today > batch.closes_on,
        "may_rank": may_rank(batch, desk.actor, desk.at),
        "refused": refused.message if refused else None,
        "words": desk.request.POST.get("words", ""),
    }
    return desk.show("staff/batch.html", context)


def _batch(number: str) -> Batch:
    try:
        return batch_numbered(number)
    except NoBatch as other:
        raise Http404(number) from other
