"""Votes at the office: preparing one, what may be done now, keying returned forms, printing forms."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.casework.actions import CaseUnknown, StepRefused
from linli.casework.queries.standing import standing_numbered
from linli.deliberation.counting.electorate import RollRefused
from linli.deliberation.counting.rules import RuleSet, RulesRefused, rule_set, rule_sets
from linli.deliberation.queries import (
    CHANNEL,
    VoteUnknown,
    VoteView,
    ballots_of,
    may_lead,
    vote_view,
    votes,
)
from linli.deliberation.voting.casting import key_form
from linli.deliberation.voting.preparing import NewVote, prepare_vote
from linli.deliberation.voting.rolls import pasted_roll
from linli.deliberation.voting.scans import sheet_of
from linli.deliberation.voting.standing import VoteRefused, leads, tells
from linli.rulebook.labels import Label
from linli.staff.desk import Desk
from linli.staff.votes.projects import picks_keyed, slate_of_round
from linli.staff.votes.verbs import VERBS, moment_of

UNFIT = 422
MOST_DIGITS = 3
NUMBER_DIGITS = 4
REFUSALS = (VoteRefused, RollRefused, RulesRefused, StepRefused)


def all_votes(desk: Desk) -> HttpResponse:
    """List the votes; a POST prepares a new one with its roll."""
    tellers_only(desk)
    if desk.request.method != "POST":
        return _listed(desk)
    try:
        number = prepare_vote(new=_new_vote(desk), by=desk.actor, at=desk.at)
    except REFUSALS as refused:
        return _listed(desk, refused.message)
    return redirect("staff:vote", vote=number)


def one_vote(desk: Desk, vote: int) -> HttpResponse:
    """Show one vote and what may be done now."""
    tellers_only(desk)
    return _shown(desk, vote)


def act(desk: Desk, vote: int, verb: str) -> HttpResponse:
    """Do what the chair asks for, or show why it cannot be done."""
    tellers_only(desk)
    if verb not in VERBS:
        raise Http404(verb)
    try:
        said = VERBS[verb](vote, desk.request.POST, desk.actor, desk.at)
    except REFUSALS as refused:
        return _shown(desk, vote, refused.message)
    messages.success(desk.request, said.in_language(desk.language))
    return redirect("staff:vote", vote=vote)


def keying(desk: Desk, vote: int) -> HttpResponse:
    """Key returned forms, one after another, without leaving the keyboard."""
    tellers_only(desk)
    given = desk.request.POST
    refusal = None
    if desk.request.method == "POST":
        try:
            outcome = _key(vote, given, desk)
        except REFUSALS as refused:
            refusal = refused.message
        else:
            messages.success(desk.request, outcome)
            kept = urlencode({name: given.get(name, "") for name in ("received_at", "channel")})
            return redirect(f"{reverse('staff:vote-keying', args=[vote])}?{kept}")
    return shown_keying(desk, vote, refusal)


def shown_keying(desk: Desk, vote: int, refusal: Label | None = None) -> HttpResponse:
    """Show the form for keying, beside it the scan of the form asked for and what was read where two differ."""
    view = view_of(vote)
    given = desk.request.POST or desk.request.GET
    number = numbered(given.get("number", "") or given.get("scanned", ""))
    context = {
        "view": view,
        "refusal": refusal,
        "given": given,
        "channels": _paper_ways(),
        "number": number,
        "sheet": sheet_of(vote, number) if number and view.secrecy != "secret" else None,
    }
    return desk.show("staff/vote_keying.html", context, UNFIT if refusal else 200)


def _key(vote: int, given: QueryDict, desk: Desk) -> str:
    done = key_form(
        vote=vote,
        number=numbered(given.get("number", "")),
        mark=given.get("mark", ""),
        picks=picks_keyed(given.get("picks", "")),
        received_at=moment_of(given.get("received_at", "")),
        channel=given.get("channel", "paper"),
        mandate=_small(
            given.get("mandate", "").strip(), "委托书写编号", "a mandate is named by its number"
        ),
        reason=given.get("reason", ""),
        by=desk.actor,
        at=desk.at,
    )
    told = {
        "first": _("已录第一遍，请另一人录第二遍"),
        "differs": _("两遍录入不同，请对照原件写明依据后再录"),
        "agreed": _("两遍相符，此票已计入"),
    }
    return told[done.outcome]


def numbered(text: str) -> str:
    """Give a form's number as it is printed, of what was keyed; nothing of nothing."""
    return text.strip().zfill(NUMBER_DIGITS) if text.strip() else ""


def _new_vote(desk: Desk) -> NewVote:
    given = desk.request.POST
    title = given.get("title", "").strip()
    if not title:
        raise VoteRefused("请写表决名称", "give the vote a title")
    return NewVote(
        title,
        given.get("question", "").strip(),
        _rules(given),
        pasted_roll(given.get("roll", "")),
        timezone.localdate(desk.at),
        given.get("secrecy", "signed"),
        _case_named(given.get("case", "").strip()),
        _small(
            given.get("seats", "").strip(), "应选名额要写数字", "the number of seats is a number"
        ),
        slate=slate_of_round(given.get("case", "").strip()),
    )


def _case_named(number: str) -> int | None:
    if not number:
        return None
    try:
        return standing_numbered(number).case
    except CaseUnknown as unknown:
        raise VoteRefused(f"没有事项 {number}", f"there is no case {number}") from unknown


def _rules(given: QueryDict) -> RuleSet:
    cap = _small(given.get("cap", "").strip(), "委托上限要写数字", "the cap on proxies is a number")
    barred = [name for name in re.split(r"[、，,;；\s]+", given.get("barred", "")) if name]
    return rule_set(given.get("rules", "")).capped(cap, barred, given.get("cap_basis", "").strip())


def _small(text: str, zh: str, en: str) -> int | None:
    """Give a number above nought of at most three digits; nothing of nothing. Raises VoteRefused with these words."""
    if text and (not text.isdecimal() or len(text) > MOST_DIGITS or not int(text)):
        raise VoteRefused(zh, en)
    return int(text) if text else None


def _listed(desk: Desk, refusal: Label | None = None) -> HttpResponse:
    given = desk.request.POST or desk.request.GET
    number = given.get("case", "").strip()
    try:
        slate = slate_of_round(number)
    except VoteRefused as refused:
        slate, refusal = None, refusal or refused.message
    context = {
        "rows": votes(),
        "rules": [one for one in rule_sets().values() if (one.picks is None) == (slate is None)],
        "slate": slate,
        "given": given,
        "refusal": refusal,
        "leads": _leads(desk, number),
    }
    return desk.show("staff/votes.html", context, UNFIT if refusal else 200)


def _shown(desk: Desk, vote: int, refusal: Label | None = None) -> HttpResponse:
    view = view_of(vote)
    context = {
        "view": view,
        "ballots": ballots_of(vote),
        "refusal": refusal,
        "leads": may_lead(desk.actor, vote),
        "given": desk.request.POST,
    }
    return desk.show("staff/vote.html", context, UNFIT if refusal else 200)


def _leads(desk: Desk, number: str) -> bool:
    try:
        return leads(desk.actor, _case_named(number))
    except VoteRefused:
        return leads(desk.actor)


def view_of(vote: int) -> VoteView:
    """Give a vote, or answer that there is none."""
    try:
        return vote_view(vote)
    except VoteUnknown as unknown:
        raise Http404(str(vote)) from unknown


def _paper_ways() -> list[tuple[str, Label]]:
    return [(key, label) for key, label in CHANNEL.items() if key != "phone"]


def tellers_only(desk: Desk) -> None:
    """Refuse whoever neither leads votes nor takes ballots in."""
    if not tells(desk.actor):
        raise PermissionDenied
