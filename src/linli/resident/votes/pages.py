"""Votes for residents: those there are, one that a sceptic can check, and a household's ballot by phone."""

from __future__ import annotations

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect

from linli.deliberation.queries import (
    VoteUnknown,
    VoteView,
    public_leaves,
    vote_view,
    votes,
)
from linli.deliberation.voting.casting import cast_by_phone, form_held
from linli.deliberation.voting.concluding import object_to
from linli.deliberation.voting.standing import VoteRefused
from linli.registry.actors import new_resident
from linli.resident.throttling import Throttled, check_pace
from linli.resident.visits import Visit
from linli.resident.votes.choosing import UNFIT, choosing, recorded
from linli.rulebook.labels import Label

NUMBER_LENGTH = 4


def all_votes(visit: Visit) -> HttpResponse:
    """List the votes that are published."""
    return visit.show("resident/votes.html", {"rows": votes(public=True)})


def one_vote(visit: Visit, vote: int) -> HttpResponse:
    """Show a vote's rule, roll, forms and result with its arithmetic; a POST objects to roll or result."""
    if visit.request.method != "POST":
        return _shown(visit, vote)
    try:
        check_pace(visit, "objection")
        object_to(
            vote=_view(vote).row.id,
            text=visit.request.POST.get("text", ""),
            by=new_resident(),
            at=visit.at,
        )
    except (VoteRefused, Throttled) as refused:
        return _shown(visit, vote, refused.message)
    return redirect(f"{visit.request.path}?objected={len(_view(vote).objections)}")


def leaves(_visit: Visit, vote: int) -> JsonResponse:
    """Give the leaves and the root of a counted vote, so that anybody can take the root again."""
    view = _view(vote)
    return JsonResponse({"root": view.root, "leaves": public_leaves(vote)})


def ballot(visit: Visit, vote: int) -> HttpResponse:
    """Ask for a form's number and code, then the one question; afterwards show what is on record."""
    view = _view(vote)
    given = visit.request.POST or visit.request.GET
    number, code = given.get("form", "").strip(), given.get("code", "")
    number = number.zfill(NUMBER_LENGTH) if number else ""
    held = {"view": view, "number": number, "code": code}
    if not number:
        return visit.show("resident/vote_code.html", held)
    try:
        form = form_held(vote=vote, number=number, code=code)
    except VoteRefused as refused:
        return visit.show("resident/vote_code.html", {**held, "refusal": refused.message}, UNFIT)
    held["unit"] = form.unit.unit
    if view.slate is not None and view.row.state == "open" and "record" not in given:
        return choosing(visit, held, view)
    if view.row.state == "open" and "mark" not in visit.request.POST and "record" not in given:
        return visit.show("resident/vote_question.html", held)
    return _cast(visit, held) if "mark" in visit.request.POST else recorded(visit, held)


def _cast(visit: Visit, held: dict[str, object]) -> HttpResponse:
    view, number, code = held["view"], str(held["number"]), str(held["code"])
    assert isinstance(view, VoteView)
    mark = visit.request.POST.get("mark", "")
    try:
        cast_by_phone(vote=view.row.id, number=number, code=code, mark=mark, at=visit.at)
    except VoteRefused as refused:
        again = {**held, "refusal": refused.message}
        return visit.show("resident/vote_question.html", again, UNFIT)
    return recorded(visit, {**held, "is_cast": True})


def _shown(visit: Visit, vote: int, refusal: Label | None = None) -> HttpResponse:
    context = {
        "view": _view(vote),
        "refusal": refusal,
        "objected": _small(visit.request.GET.get("objected", "")),
    }
    return visit.show("resident/vote.html", context, UNFIT if refusal else 200)


def _small(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= NUMBER_LENGTH else None


def _view(vote: int) -> VoteView:
    try:
        return vote_view(vote, public=True)
    except VoteUnknown as unknown:
        raise Http404(str(vote)) from unknown
