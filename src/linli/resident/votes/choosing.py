"""A household's ballot on projects: choose on one page, look it over on the next, and see what is on record."""

from __future__ import annotations

from django.http import HttpResponse

from linli.deliberation.queries import VoteView, own_ballots
from linli.deliberation.voting.casting import cast_by_phone, form_held
from linli.deliberation.voting.standing import VoteRefused
from linli.resident.visits import Visit
from linli.rulebook.labels import Label

UNFIT = 422
MOST_DIGITS = 3


def choosing(visit: Visit, held: dict[str, object], view: VoteView) -> HttpResponse:
    """Ask which projects; then show them once more with their cost; then cast, when that was confirmed."""
    posted = visit.request.POST
    picks = tuple(
        int(word) for word in posted.getlist("picks") if word.isdecimal() and len(word) <= MOST_DIGITS
    )  # fmt: skip
    if "step" not in posted or posted["step"] == "again":
        return _asked(visit, held, picks)
    refusal = _fault(view, picks)
    if refusal is not None:
        return _asked(visit, held, picks, refusal)
    assert view.slate is not None
    if posted["step"] != "cast":
        chosen = {"named": view.slate.named(picks), "cost": view.slate.cost(picks)}
        return visit.show("resident/vote_sure.html", {**held, **chosen})
    try:
        cast_by_phone(
            vote=view.row.id, number=str(held["number"]), code=str(held["code"]), picks=picks, at=visit.at
        )  # fmt: skip
    except VoteRefused as refused:
        return _asked(visit, held, picks, refused.message)
    return recorded(visit, {**held, "is_cast": True})


def recorded(visit: Visit, held: dict[str, object]) -> HttpResponse:
    """Show the ballots on record for a household, with their places in the proof."""
    view = held["view"]
    assert isinstance(view, VoteView)
    form = form_held(vote=view.row.id, number=str(held["number"]), code=str(held["code"]))
    answer = visit.show("resident/vote_record.html", {**held, "ballots": own_ballots(form)})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _fault(view: VoteView, picks: tuple[int, ...]) -> Label | None:
    assert view.slate is not None
    assert view.rules.picks is not None
    return view.slate.fault(picks, view.rules.picks)


def _asked(
    visit: Visit, held: dict[str, object], picks: tuple[int, ...], refusal: Label | None = None
) -> HttpResponse:
    context = {**held, "picks": picks, "refusal": refusal}
    return visit.show("resident/vote_projects.html", context, UNFIT if refusal else 200)
