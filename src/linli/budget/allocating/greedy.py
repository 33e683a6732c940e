"""The greedy rule: by votes, each project that fits is paid for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from linli.budget.allocating.elections import Election
from linli.budget.allocating.outcomes import Fate, Line, Outcome

WITHDRAWN = (
    999_999_999  # Pabulib's mark for a project that was withdrawn after the ballot was printed
)
PAID: frozenset[Fate] = frozenset({"chosen", "partly"})


def greedy(
    election: Election,
    *,
    stop_at_first: bool = False,
    at_least: Fraction = Fraction(0),
    part_from: Fraction | None = None,
) -> Outcome:
    """Give the outcome by points; what does not fit is skipped, or ends the count if asked so.

    `part_from`: the first that does not fit is paid with what is left if that is at least this share of its cost,
    and the count ends there either way.
    """
    left = election.budget
    winners: list[int] = []
    lines: list[Line] = []
    stopped = False
    for place, by_lot in by_points(election, range(len(election.projects))):
        project = election.projects[place]
        fate = _fate(project.score < at_least, project.cost > left, stopped=stopped)
        if fate == "too_dear" and project.cost != WITHDRAWN:
            stopped = stop_at_first or part_from is not None
            if part_from is not None and left >= project.cost * part_from:
                fate = "partly"
        turn = None
        if fate in PAID:
            winners.append(place)
            turn = len(winners)
        lines.append(Line(place, fate, turn, project.score, left, by_lot))
        left -= min(project.cost, left) if fate in PAID else 0
    rule = _named(stop_at_first=stop_at_first, at_least=at_least, part_from=part_from)
    return Outcome(election, rule, tuple(winners), tuple(lines))


def _named(*, stop_at_first: bool, at_least: Fraction, part_from: Fraction | None) -> str:
    """Give the rule as the format of `.pb` files names it."""
    if part_from is not None:
        return "greedy-custom"
    return "greedy-no-skip" if stop_at_first else "greedy-threshold" if at_least else "greedy"


def by_points(election: Election, places: Sequence[int]) -> list[tuple[int, bool]]:
    """Give projects by points, ties by cost and lot; each says whether the lot alone set its place."""
    ordered = sorted(
        places,
        key=lambda at: (
            -election.projects[at].score,
            election.costs[at],
            -election.votes[at],
            election.drawn[at],
        ),
    )
    alike = groupby(
        ordered,
        key=lambda at: (election.projects[at].score, election.costs[at], election.votes[at]),
    )
    groups = [list(members) for _, members in alike]
    return [(at, len(members) > 1) for members in groups for at in members]


def _fate(is_below: bool, is_dear: bool, *, stopped: bool) -> Fate:  # noqa: FBT001
    if is_below:
        return "below"
    if stopped:
        return "stopped"
    return "too_dear" if is_dear else "chosen"
