"""Funds with their documents; a round with its lot, its ballots and its count."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.budget.pabulib.reading import PbRefused
from linli.budget.projects import classes_of, first_of, kinds_of, paid_for, projects, totals
from linli.budget.queries import fund_view, funds, unposted
from linli.budget.rounds.actions import (
    RoundRefused,
    bring_ballots,
    count_round,
    draw_lot,
    key_totals,
    take_votes,
)
from linli.budget.rounds.counting import BallotsNeeded, BallotsRefused
from linli.budget.rounds.standing import NoRound, Round, may_count, round_numbered
from linli.budget.rounds.wording import told
from linli.deliberation.queries import brought, votes_about
from linli.registry.queries import names_of_areas
from linli.rulebook.casefile import StepRefused
from linli.rulebook.labels import Label
from linli.staff.cases import seen
from linli.staff.desk import Desk

MOST_FILE = 20_000_000
MOST_DIGITS = 7
UNFIT = 422


def listed(desk: Desk) -> HttpResponse:
    """Show the funds that I may see, and what came in past the ledger."""
    areas = names_of_areas(on=timezone.localdate(desk.at))
    lines = [(one, areas.get(one.area, "")) for one in funds(desk.actor)]
    return desk.show("staff/funds.html", {"funds": lines, "unposted": unposted()})


def fund(desk: Desk, number: str) -> HttpResponse:
    """Show one fund: its totals, its projects, and every document with its step and voucher."""
    view = seen(desk, number)
    context = {
        "view": view,
        "fund": fund_view(view.row.id),
        "is_round": view.mechanism.allocates is not None,
    }
    return desk.show("staff/fund.html", context)


def projects_page(desk: Desk) -> HttpResponse:
    """Show what funds pay for, one kind at a time: class, stage, progress, budget against what was paid."""
    kinds, asked = paid_for(), desk.request.GET
    key, category = asked.get("mechanism") or first_of(kinds), asked.get("class", "")
    if key not in kinds:
        raise Http404(key)
    page = page_asked(asked.get("page"))
    context = {
        "kinds": kinds_of(kinds, key),
        "classes": classes_of(kinds[key], category),
        "chosen": key,
        "totals": totals(mechanism=key, actor=desk.actor),
        "page": projects(actor=desk.actor, mechanism=key, category=category, at=desk.at, page=page),
    }
    return desk.show("staff/projects.html", context)


def page_asked(text: str | None) -> int:
    """Give the number of a page that was asked for; the first for anything else."""
    return int(text) if text and text.isdecimal() and len(text) <= MOST_DIGITS else 1


def round_page(desk: Desk, number: str) -> HttpResponse:
    """Show a round and, for those who may count it, what comes next; a POST does that."""
    seen(desk, number)
    round_ = _round(number)
    if desk.request.method != "POST":
        return _shown(desk, round_)
    verb = VERBS.get(desk.request.POST.get("verb", ""))
    if verb is None:
        raise Http404("verb")
    try:
        said = verb(desk, round_)
    except (RoundRefused, StepRefused, BallotsNeeded) as refused:
        return _shown(desk, round_, [refused.message])
    except (PbRefused, BallotsRefused) as refused:
        return _shown(desk, round_, [_of_line(one.line, one.message) for one in refused.problems])
    messages.success(desk.request, said)
    return redirect("staff:round", number)


def _draw(desk: Desk, round_: Round) -> str:
    words = desk.request.POST.get("words", "")
    draw_lot(number=round_.entry.number, words=words, by=desk.actor, at=desk.at)
    return _("签已抽定，次序已公布")


def _bring(desk: Desk, round_: Round) -> str:
    sent = desk.request.FILES.get("ballots")
    if sent is None or not sent.size or sent.size > MOST_FILE:
        raise RoundRefused("请选一个不超过 20 MB 的 .pb 文件", "Choose a .pb file of at most 20 MB")
    try:
        text = sent.read().decode("utf-8-sig")
    except UnicodeDecodeError as other:
        raise RoundRefused("文件不是 UTF-8 编码", "The file is not in UTF-8") from other
    bring_ballots(
        number=round_.entry.number, text=text, file_name=sent.name or "", by=desk.actor, at=desk.at
    )
    return _("选票已收")


def _take(desk: Desk, round_: Round) -> str:
    found = brought(round_.entry.case)
    if found is None:
        raise RoundRefused("投票的结果还没有生效", "No vote on this round has a final result yet")
    take_votes(
        number=round_.entry.number, vote=f"{found.vote}-{found.root[:32]}", ballots=found.ballots,
        by=desk.actor, at=desk.at,
    )  # fmt: skip
    return _("投票的选票已收")


def _key(desk: Desk, round_: Round) -> str:
    posted = desk.request.POST
    totals = {one.number: _whole(posted.get(f"votes-{one.number}", "")) for one in round_.ready}
    key_totals(
        number=round_.entry.number, voters=_whole(posted.get("voters", "")), totals=totals,
        by=desk.actor, at=desk.at,
    )  # fmt: skip
    return _("票数已录")


def _count(desk: Desk, round_: Round) -> str:
    count_round(number=round_.entry.number, by=desk.actor, at=desk.at)
    return _("已计票，结果已写入每个项目")


VERBS: dict[str, Callable[[Desk, Round], str]] = {
    "draw": _draw, "bring": _bring, "take": _take, "key": _key, "count": _count,
}  # fmt: skip


def _whole(text: str) -> int:
    if not text.strip().isdecimal() or len(text.strip()) > MOST_DIGITS:
        raise RoundRefused("票数要写整数", "Votes are whole numbers")
    return int(text)


def _shown(desk: Desk, round_: Round, refusals: list[Label] | None = None) -> HttpResponse:
    posted = desk.request.POST
    context = {
        "round": round_,
        "lines": told(round_.count.lines) if round_.count else (),
        "may_count": round_.can_be_counted and may_count(round_, desk.actor, desk.at),
        "votes": votes_about(round_.entry.case),
        "brought": brought(round_.entry.case),
        "refusals": refusals or [],
        "keyed": [(one, posted.get(f"votes-{one.number}", "")) for one in round_.ready],
        "words": posted.get("words", ""),
        "voters": posted.get("voters", ""),
    }
    return desk.show("staff/round.html", context, UNFIT if refusals else 200)


def _of_line(line: int, message: Label) -> Label:
    return Label(zh=f"第 {line} 行：{message.zh}", en=f"line {line}: {message.en}")


def _round(number: str) -> Round:
    try:
        return round_numbered(number)
    except NoRound as other:
        raise Http404(number) from other
