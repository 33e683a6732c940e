"""Pages of cases about one thing: the alike ones of a case, tying and untying, answering all, hot issues."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.budget.actions import perform
from linli.casework.joint import actions, queries
from linli.casework.queries import CaseUnseen
from linli.staff.cases import seen
from linli.staff.desk import Desk
from linli.staff.listing.beside import way_back

UNFIT = 422
LEAST = 2


def joint(desk: Desk, number: str, refusal: str = "") -> HttpResponse:
    """Show what a case goes with, what goes with it, and what is likely about the same."""
    view = seen(desk, number)
    above = queries.primary_of(view.row.id)
    context = {
        "view": view,
        "primary": above[1] if above else None,
        "tied": queries.tied_to(view.row.id, desk.actor, desk.at),
        "alike": queries.alike_to(view, actor=desk.actor, at=desk.at),
        "ties": queries.ties_of(view.row.id),
        "reporters": queries.reporters_of(view.row.id),
        "refusal": refusal,
        "back": way_back(desk.request.GET.get("back")),
    }
    return desk.show("staff/joint.html", context, UNFIT if refusal else 200)


def change(desk: Desk, number: str, verb: str) -> HttpResponse:
    """Tie cases to this one, tie this one to another, undo a tie, or answer all that go with it."""
    if verb not in VERBS:
        raise Http404(verb)
    seen(desk, number)
    try:
        said = VERBS[verb](desk, number)
    except CaseUnseen as unseen:
        return joint(desk, number, _("没有编号为 %(number)s 的案件") % {"number": unseen})
    except actions.TieRefused as refused:
        return joint(desk, number, refused.message.in_language(desk.language))
    messages.success(desk.request, said)
    return redirect("staff:joint", number)


def hot(desk: Desk) -> HttpResponse:
    """Show the issues that several different people reported in the last thirty days."""
    since = queries.month_before(desk.at)
    issues = queries.hot_issues(actor=desk.actor, since=since, at=desk.at, least=LEAST)
    return desk.show("staff/hot.html", {"issues": issues, "since": since})


def _gather(desk: Desk, number: str) -> str:
    post = desk.request.POST
    typed = post.get("other", "").strip().upper()
    numbers = [*post.getlist("number"), *([typed] if typed else [])]
    if not numbers:
        raise actions.TieRefused(
            "请先勾选要并入的案件。", "Tick the cases that go with this one first."
        )
    actions.tie(
        primary=number, secondaries=numbers, by=desk.actor, at=desk.at, reason=_reason(desk)
    )
    return _("已并入 %(number)s：%(others)s") % {"number": number, "others": "、".join(numbers)}


def _follow(desk: Desk, number: str) -> str:
    other = desk.request.POST.get("number", "").strip().upper()
    actions.tie(
        primary=other, secondaries=[number], by=desk.actor, at=desk.at, reason=_reason(desk)
    )
    return _("本件已并入 %(number)s") % {"number": other}


def _undo(desk: Desk, number: str) -> str:
    other = desk.request.POST.get("number", "").strip().upper()
    primary = desk.request.POST.get("primary", "").strip().upper() or number
    second = number if primary != number else other
    actions.untie(primary=primary, secondary=second, by=desk.actor, at=desk.at)
    return _("已撤销并案：%(second)s 不再并入 %(primary)s") % {"second": second, "primary": primary}


def _answer(desk: Desk, number: str) -> str:
    answered = actions.answer_all(primary=number, by=desk.actor, at=desk.at, act=perform)
    closed = [one.number for one in answered if one.action]
    left = [f"{one.number}（{one.why.in_language(desk.language)}）" for one in answered if one.why]
    said = _("已一并答复并办结 %(count)d 件") % {"count": len(closed)}
    if left:
        said += _("；仍按原流程办理：%(left)s") % {"left": "、".join(left)}
    return said


def _reason(desk: Desk) -> str:
    return desk.request.POST.get("reason", "").strip()


VERBS = {"gather": _gather, "follow": _follow, "undo": _undo, "answer": _answer}
