"""Asking for and confirming an erasure, and the destruction register (销毁登记) with its export."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.casework.erasing.actions import (
    ErasureRefused,
    ask_erasure,
    decide_erasure,
    may_erase,
)
from linli.casework.erasing.queries import waiting_request, waiting_requests
from linli.casework.erasing.register import MOST, Destroyed, destroyed_of, destructions
from linli.casework.queries import CaseView, Page
from linli.staff.cases import seen
from linli.staff.desk import Desk
from linli.staff.ledgers.sending import CSV, sent

UNFIT = 422
ALL = 100_000
HEADINGS = (
    "序号", "时间", "案件编号", "机制", "缘由", "字段", "项数", "文件数", "依据", "理由", "办理人", "确认人", "摘要", "签名",
)  # fmt: skip


def erase(desk: Desk, number: str) -> HttpResponse:
    """Ask that what a case holds of a person be erased, or decide on what somebody else asked for."""
    _erasers_only(desk)
    view = seen(desk, number)
    if desk.request.method != "POST":
        return _shown(desk, view)
    try:
        return _done(desk, view)
    except ErasureRefused as refused:
        return _shown(desk, view, refused.message.in_language(desk.language), UNFIT)


def register(desk: Desk) -> HttpResponse:
    """Show the destruction register, and what waits for a second person."""
    _erasers_only(desk)
    lines, total = destructions(page=desk.page_number)
    waiting = waiting_requests()
    context = {
        "page": Page(tuple(lines), total, desk.page_number, max(1, -(-total // MOST))),
        "waiting": waiting,
    }
    return desk.show("staff/destructions.html", context)


def export(desk: Desk) -> HttpResponse:
    """Give the register as CSV that spreadsheets open in the right encoding."""
    _erasers_only(desk)
    lines, _total = destructions(size=ALL)
    return sent(CSV, "destructions.csv", HEADINGS, [_cells(one, desk) for one in lines])


def _done(desk: Desk, view: CaseView) -> HttpResponse:
    sent, case = desk.request.POST, view.row.id
    if sent.get("verb") == "ask":
        ask_erasure(
            case=case, with_texts="texts" in sent, by=desk.actor, at=desk.at,
            reason=sent.get("reason", ""),
        )  # fmt: skip
        messages.success(desk.request, _("已提出删除申请，等第二人确认"))
    else:
        is_granted = sent.get("verb") == "grant"
        row = decide_erasure(case=case, is_granted=is_granted, by=desk.actor, at=desk.at)
        told = (
            _("已删除，登记号 %(number)d") % {"number": row.number} if row else _("已驳回删除申请")
        )
        messages.success(desk.request, told)
    return redirect("staff:erase", view.row.number)


def _shown(desk: Desk, view: CaseView, refusal: str = "", status: int = 200) -> HttpResponse:
    waiting = waiting_request(view.row.id)
    destroyed = destroyed_of(view.row.id)
    context = {
        "view": view,
        "waiting": waiting,
        "is_mine": waiting is not None and waiting.by == desk.actor.id,
        "destroyed": destroyed,
        "refusal": refusal,
    }
    return desk.show("staff/erase.html", context, status=status)


def _cells(one: Destroyed, desk: Desk) -> list[str]:
    at = timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M")
    cells = [
        one.number, at, one.case_number, one.mechanism, one.kind.in_language(desk.language),
        "、".join(one.fields), one.values, one.files, one.basis, one.reason, one.by,
        one.confirmed_by, one.proof, one.signature,
    ]  # fmt: skip
    return ["" if cell is None else str(cell) for cell in cells]


def _erasers_only(desk: Desk) -> None:
    if not may_erase(desk.actor):
        raise PermissionDenied
