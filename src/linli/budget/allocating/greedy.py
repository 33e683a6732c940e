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


def greedy(
    election: Election, *, stop_at_first: bool = False, at_least: Fraction = Fraction(0)
) -> Outcome:
    """Give the outcome by points; what does not fit is skipped, or ends the count if asked so."""
    left = election.budget
    winners: list[int] = []
    lines: list[Line] = []
    stopped = False
    for place, by_lot in by_points(election, range(len(election.projects))):
        project = election.projects[place]
        fate = _fate(project.score < at_least, project.cost > left, stopped=stopped)
        if fate == "too_dear" and stop_at_first and project.cost != WITHDRAWN:
            stopped = True
        turn = None
        if fate == "chosen":
            winners.append(place)
            turn = len(winners)
        lines.append(Line(place, fate, turn, project.score, left, by_lot))
        left -= project.cost if fate == "chosen" else 0
    rule = "greedy-no-skip" if stop_at_first else "greedy-threshold" if at_least else "greedy"
    return Outcome(election, rule, tuple(winners), tuple(lines))


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
