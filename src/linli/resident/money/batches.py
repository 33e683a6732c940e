"""Batches of applications, for everybody: the window, and the masked list as long as its notice runs."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from linli.budget.batches.standing import NoBatch, batch_numbered, batches, notice_ends
from linli.casework.actions import CaseUnknown
from linli.resident.visits import Visit


def listed(visit: Visit) -> HttpResponse:
    """Show the batches there are."""
    return visit.show("resident/batches.html", {"batches": batches(visit.at)})


def one(visit: Visit, number: str) -> HttpResponse:
    """Show a batch; its list stands here while the notice runs, and not after."""
    try:
        batch = batch_numbered(number)
    except (CaseUnknown, NoBatch) as unknown:
        raise Http404(number) from unknown
    ends = notice_ends(batch)
    context = {
        "batch": batch,
        "ends": ends,
        "list": batch.published if ends and visit.at <= ends else (),
    }
    return visit.show("resident/batch.html", context)
