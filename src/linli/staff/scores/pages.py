"""The pages of appraisal: rounds of scorecards, one round with its scores, objections, the records behind a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.appraisal import actions, queries
from linli.appraisal.actions import AppraisalRefused, keeps, speaks_for
from linli.appraisal.cards import Scorecard, scorecards
from linli.appraisal.queries import RoundRow, RoundUnknown, ScoreRow
from linli.figures.periods import PeriodUnknown, period_named
from linli.figures.queries import figure_keys
from linli.registry.queries import actor_names
from linli.rulebook.labels import Label
from linli.staff.desk import Desk

UNFIT = 422
NO_PERIOD = Label(zh="请选年度或写明时段", en="Choose a year or name a period")


def rounds(desk: Desk) -> HttpResponse:
    """Show the rounds one may see; a POST scores a period."""
    mine = {key: card for key, card in scorecards(figure_keys()).items() if keeps(desk.actor, card)}
    if desk.request.method != "POST":
        return _rounds(desk, mine)
    card = mine.get(desk.request.POST.get("card", ""))
    if card is None:
        raise PermissionDenied
    given = desk.request.POST.get("period", "").strip()
    try:
        year = int(given) if given.isdecimal() else None
        period = card.year(year) if year else period_named(given)
        number = actions.draft(card=card, period=period, by=desk.actor, at=desk.at)
    except (PeriodUnknown, ValueError):
        return _rounds(desk, mine, NO_PERIOD)
    except AppraisalRefused as refused:
        return _rounds(desk, mine, refused.message)
    messages.success(desk.request, _("已按记录算出草稿，请核对后公示"))
    return redirect("staff:scores-round", number=number)


def one_round(desk: Desk, number: int) -> HttpResponse:
    """Show a round with the scores of all bodies, its objections, and what may be done now."""
    return _shown(desk, _round(desk, number))


def act(desk: Desk, number: int, verb: str) -> HttpResponse:
    """Open a round to objections, object, answer, or make it final."""
    row = _round(desk, number)
    if verb not in VERBS:
        raise Http404(verb)
    try:
        VERBS[verb](desk, row)
    except AppraisalRefused as refused:
        return _shown(desk, row, refused.message)
    return redirect("staff:scores-round", number=number)


def evidence(desk: Desk, number: int, score: int, line: str, side: str) -> HttpResponse:
    """List the records behind one side of a line; as many as the line says."""
    row = _round(desk, number)
    try:
        name, label, page = queries.behind(row, score, line, side, page=desk.page_number)
    except RoundUnknown as unknown:
        raise Http404(line) from unknown
    context = {"round": row, "name": name, "label": label, "page": page, "side": side}
    return desk.show("staff/scores_records.html", context)


def _open(desk: Desk, row: RoundRow) -> None:
    try:
        until = date.fromisoformat(desk.request.POST.get("until", ""))
    except ValueError as error:
        raise AppraisalRefused("请写明异议截止日", "give the last day for objections") from error
    actions.open_to_objections(number=row.id, until=until, by=desk.actor, at=desk.at)
    messages.success(desk.request, _("已公示，单位可以提出异议"))


def _object(desk: Desk, row: RoundRow) -> None:
    del row  # the score names its round
    given = desk.request.POST
    score, _dot, line = given.get("line", "").partition(".")
    number = int(score) if score.isdecimal() else 0
    actions.object_to(
        score=number, line=line, reason=given.get("reason", ""), by=desk.actor, at=desk.at
    )
    messages.success(desk.request, _("异议已提交，等待答复"))


def _decide(desk: Desk, row: RoundRow) -> None:
    del row  # the objection names its round
    given = desk.request.POST
    number, text = given.get("objection", ""), given.get("points", "").strip()
    try:
        points = Decimal(text) if text else None
    except InvalidOperation as error:
        raise AppraisalRefused("分值应为数字", "the points are a number") from error
    actions.decide(
        objection=int(number) if number.isdecimal() else 0, points=points,
        answer=given.get("answer", ""), by=desk.actor, at=desk.at,
    )  # fmt: skip
    messages.success(desk.request, _("异议已答复"))


def _final(desk: Desk, row: RoundRow) -> None:
    actions.make_final(number=row.id, by=desk.actor, at=desk.at)
    messages.success(desk.request, _("本轮考核已定稿"))


VERBS: dict[str, Callable[[Desk, RoundRow], None]] = {
    "open": _open, "object": _object, "decide": _decide, "final": _final,
}  # fmt: skip


def _rounds(desk: Desk, mine: dict[str, Scorecard], refusal: Label | None = None) -> HttpResponse:
    listed = [
        row for row in queries.rounds() if row.state != "draft" or keeps(desk.actor, row.card)
    ]
    context = {
        "rounds": listed,
        "cards": list(mine.values()),
        "year": desk.today.year,
        "refusal": refusal,
    }
    return desk.show("staff/scores.html", context, status=UNFIT if refusal else 200)


def _round(desk: Desk, number: int) -> RoundRow:
    """Give a round; a draft is there for its keepers alone."""
    try:
        row = queries.round_numbered(number)
    except RoundUnknown as unknown:
        raise Http404(str(number)) from unknown
    if row.state == "draft" and not keeps(desk.actor, row.card):
        raise Http404(str(number))
    return row


def _shown(desk: Desk, row: RoundRow, refusal: Label | None = None) -> HttpResponse:
    scores, said = queries.scores(row), queries.objections(row)
    names = actor_names({row.drafted_by, row.final_by, *(one.by for one in said)} - {""})
    context = {
        "round": row,
        "groups": [(row.card.groups[key], listed) for key, listed in scores.items()],
        "weighted": row.card.weighted.values(),
        "objections": [(one, names.get(one.by)) for one in said],
        "drafted_by": names.get(row.drafted_by),
        "final_by": names.get(row.final_by),
        "keeps": keeps(desk.actor, row.card),
        "mine": _mine(desk, row, [one for listed in scores.values() for one in listed]),
        "refusal": refusal,
    }
    return desk.show("staff/scores_round.html", context, status=UNFIT if refusal else 200)


def _mine(desk: Desk, row: RoundRow, scores: list[ScoreRow]) -> list[ScoreRow]:
    """Give the scores to which this person may object now."""
    if row.state != "objection" or (row.objections_until and desk.today > row.objections_until):
        return []
    return [one for one in scores if speaks_for(desk.actor, one.group, one.subject, row.card)]
