"""Rounds of money divided by vote, for everybody: the rule, the lot, the result with reasons, the file to recount."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from linli.budget.rounds.counting import recounting
from linli.budget.rounds.standing import NoRound, Round, round_numbered, rounds
from linli.budget.rounds.wording import told
from linli.casework.actions import CaseUnknown
from linli.deliberation.queries import votes_about
from linli.resident.visits import Visit


def listed(visit: Visit) -> HttpResponse:
    """Show the rounds there are."""
    return visit.show("resident/rounds.html", {"rounds": rounds(visit.at)})


def one(visit: Visit, number: str) -> HttpResponse:
    """Show a round with all that a sceptic needs."""
    round_ = _round(number)
    names = {one.number: one.name for one in round_.candidates}
    order = round_.lot.order if round_.lot else []
    options = (
        recounting(round_.rule, lot=order, printed=round_.count.box.source == "totals")
        if round_.count
        else ""
    )
    context = {
        "round": round_,
        "lines": told(round_.count.lines) if round_.count else (),
        "order": [f"{key} {names.get(key, '')}" for key in order],
        "votes": votes_about(round_.entry.case),
        "command": f"./linli fund count {number}.pb {options}",
    }
    return visit.show("resident/round.html", context)


def file(_visit: Visit, number: str) -> HttpResponse:
    """Give the `.pb` file of a count: the fund, the projects, the ballots, and what was selected."""
    round_ = _round(number)
    if round_.count is None:
        raise Http404("not counted yet")
    answer = HttpResponse(round_.count.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{round_.entry.number}.pb"'
    return answer


def _round(number: str) -> Round:
    try:
        return round_numbered(number)
    except (CaseUnknown, NoRound) as unknown:
        raise Http404(number) from unknown
