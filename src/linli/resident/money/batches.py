"""Batches of applications, for everybody: the window, and the masked list that can be objected to while its notice runs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.utils.crypto import salted_hmac

from linli.budget.batches.actions import BatchRefused
from linli.budget.batches.objecting import object_to_place
from linli.budget.batches.standing import NoBatch, batch_numbered, batches, notice_ends
from linli.casework.actions import CaseUnknown
from linli.casework.proof.receipts import Mark
from linli.registry.actors import resident
from linli.resident.throttling import Throttled, check_pace
from linli.resident.visits import Visit
from linli.rulebook.labels import Label

UNFIT, TOO_MANY = 422, 429
MOST_DIGITS, KEY_LENGTH, OPAQUE = 6, 40, 16


@dataclass(frozen=True)
class Said:
    """What became of an objection: the mark that is its receipt, or why it was refused."""

    mark: Mark | None = None
    refusal: Label | None = None
    status: int = 200


def listed(visit: Visit) -> HttpResponse:
    """Show the batches there are."""
    return visit.show("resident/batches.html", {"batches": batches(visit.at)})


def one(visit: Visit, number: str) -> HttpResponse:
    """Show a batch; its list stands here while the notice runs, and not after. A POST objects to a place on it."""
    said = _objected(visit, number) if visit.request.method == "POST" else Said()
    try:
        batch = batch_numbered(number)
    except (CaseUnknown, NoBatch) as unknown:
        raise Http404(number) from unknown
    ends = notice_ends(batch)
    context = {
        "batch": batch,
        "ends": ends,
        "list": batch.published if ends and visit.at <= ends else (),
        "said": said,
        "given": visit.request.POST,
        "key": uuid4().hex,
    }
    answer = visit.show("resident/batch.html", context, said.status)
    if said.mark is not None:
        answer["Cache-Control"] = "private, no-store"
    return answer


def _objected(visit: Visit, number: str) -> Said:
    given = visit.request.POST
    place, key = given.get("place", ""), given.get("key", "")[:KEY_LENGTH] or uuid4().hex
    try:
        check_pace(visit, "objection")
        mark = object_to_place(
            number=number, place=int(place) if place.isdecimal() and len(place) <= MOST_DIGITS else 0,
            text=given.get("text", ""), by=resident(_opaque(key)), at=visit.at, key=key,
        )  # fmt: skip
    except Throttled as early:
        return Said(refusal=early.message, status=TOO_MANY)
    except BatchRefused as refused:
        return Said(refusal=refused.message, status=UNFIT)
    except (CaseUnknown, NoBatch) as unknown:
        raise Http404(number) from unknown
    return Said(mark)


def _opaque(key: str) -> str:
    """Give an id that nobody knows; the same form sent twice comes from the same one."""
    return salted_hmac("linli.objection", key).hexdigest()[:OPAQUE]
