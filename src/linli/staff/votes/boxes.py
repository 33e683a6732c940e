"""Secret votes at the office: noting who was handed a paper, and keying what the box held."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.deliberation.voting.boxes import BETWEEN, hand_papers, key_box
from linli.deliberation.voting.standing import VoteRefused
from linli.staff.desk import Desk
from linli.staff.votes.pages import UNFIT, tellers_only, view_of


def papers(desk: Desk, vote: int) -> HttpResponse:
    """Note who was handed a paper, one after another or several at once."""

    def hand() -> str:
        units = [word for word in BETWEEN.split(desk.request.POST.get("units", "")) if word]
        number = hand_papers(vote=vote, units=units, by=desk.actor, at=desk.at)
        return _("已登记 %(number)s 人领票") % {"number": number}

    return _asked(desk, vote, "vote-papers", hand)


def box(desk: Desk, vote: int) -> HttpResponse:
    """Key what the box held, as one of two people."""

    def key() -> str:
        given = desk.request.POST
        done = key_box(
            vote=vote, text=given.get("papers", ""), reason=given.get("reason", ""),
            by=desk.actor, at=desk.at,
        )  # fmt: skip
        return {
            "first": _("已录第一遍，请另一人录第二遍"),
            "differs": _("两遍录入不同，请重新点票，写明依据后再录"),
            "agreed": _("两遍相符，可以核对票数"),
        }[done.outcome]

    return _asked(desk, vote, "vote-box", key)


def _asked(desk: Desk, vote: int, name: str, done: Callable[[], str]) -> HttpResponse:
    tellers_only(desk)
    refusal = None
    if desk.request.method == "POST":
        try:
            said = done()
        except VoteRefused as refused:
            refusal = refused.message
        else:
            messages.success(desk.request, said)
            return redirect(f"staff:{name}", vote=vote)
    context = {"view": view_of(vote), "refusal": refusal, "given": desk.request.POST}
    template = f"staff/{name.replace('-', '_')}.html"
    return desk.show(template, context, UNFIT if refusal else 200)
