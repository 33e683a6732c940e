"""Checking a receipt, and the public record of signed checkpoints. Nothing here names a person."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse

from linli.casework.proof.receipts import (
    MOST,
    Mark,
    MarkUnknown,
    check_mark,
    checkpoints,
    mark_of,
    portable,
    statement,
)
from linli.casework.queries import Page
from linli.resident.visits import Held, Visit

UNFIT = 422
MOST_DIGITS = 6


def check(visit: Visit) -> HttpResponse:
    """Ask for a receipt's mark, typed or scanned, and say whether the step was in the log."""
    given = {name: visit.request.GET.get(name, "").strip() for name in ("number", "step", "code")}
    if not any(given.values()):
        return visit.show("resident/check.html", {"given": given})
    try:
        checked = check_mark(number=given["number"], seq=_number(given["step"]), code=given["code"])
    except MarkUnknown:
        return visit.show("resident/check.html", {"given": given, "is_unknown": True}, UNFIT)
    context = {"given": given, "checked": checked, "download": _address("check-file", checked.mark)}
    return visit.show("resident/check.html", context)


def file(visit: Visit) -> HttpResponse:
    """Give the proof of a step as JSON, for whoever wants to check it without this program."""
    asked = visit.request.GET
    try:
        checked = check_mark(
            number=asked.get("number", ""), seq=_number(asked.get("step", "")), code=asked.get("code", "")
        )  # fmt: skip
    except MarkUnknown as unknown:
        raise Http404 from unknown
    if checked.receipt is None:
        raise Http404("no checkpoint covers this step yet")
    answer = JsonResponse(portable(checked.receipt), json_dumps_params={"indent": 2})
    name = f"receipt-{checked.mark.number}-{checked.mark.seq}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def transparency(visit: Visit) -> HttpResponse:
    """Show the newest signed checkpoint and all before it."""
    number = max(1, _number(visit.request.GET.get("page", "1")))
    signed, total = checkpoints(page=number)
    newest = signed[0] if number == 1 and signed else None
    pages = max(1, -(-total // MOST))
    context = {"newest": newest, "page": Page(tuple(signed), total, number, pages)}
    return visit.show("resident/transparency.html", context)


def record(visit: Visit) -> HttpResponse:
    """Give the checkpoints as JSON."""
    signed, total = checkpoints(page=max(1, _number(visit.request.GET.get("page", "1"))))
    return JsonResponse({"total": total, "checkpoints": [statement(one) for one in signed]})


def step(visit: Visit, held: Held, seq: int) -> HttpResponse:
    """Show the receipt of one step, to be kept or printed."""
    return visit.show("resident/step_receipt.html", {"held": held, **marked(visit, held, seq)})


def marked(visit: Visit, held: Held, seq: int) -> dict[str, object]:
    """Give a step's mark, and the address that its QR code holds."""
    try:
        mark = mark_of(case=held.case, seq=seq)
    except MarkUnknown as unknown:
        raise Http404(str(seq)) from unknown
    return {"mark": mark, "mark_url": visit.request.build_absolute_uri(_address("check", mark))}


def _address(name: str, mark: Mark) -> str:
    query = urlencode({"number": mark.number, "step": mark.seq, "code": mark.code})
    return f"{reverse(f'resident:{name}')}?{query}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0
