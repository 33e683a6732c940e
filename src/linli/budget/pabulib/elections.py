"""A `.pb` file as an election: ballots, points by the type of vote, and what the file says was selected."""

from __future__ import annotations

from fractions import Fraction

from linli.budget.allocating.elections import Election, Project, approvals
from linli.budget.pabulib.reading import PbFile, PbRefused, Problem, amount
from linli.rulebook.labels import Label

PAID_MARKS = ("1", "2")


def election_of(file: PbFile, *, lot: tuple[str, ...] = (), printed: bool = False) -> Election:
    """Give the election: each listed project is approved, its points are counted as its vote type says.

    The last of a ranked ballot gets one point, each above it one more: what published totals rest on.
    `printed` takes the points that the file prints for its projects instead, where it prints any.
    """
    keys = file.projects.column("project_id") or ()
    places = {key: at for at, key in enumerate(keys)}
    votes = [
        [places[part.strip()] for part in vote.split(",") if part.strip()]
        for vote in file.votes.column("vote") or ()
    ]
    points = _points(file, votes)
    if printed:
        points = list(printed_points(file).values()) or points
    names = file.projects.column("name") or keys
    costs = file.projects.column("cost") or ()
    projects = tuple(
        Project(key, amount(cost), name or key, points[at])
        for at, (key, cost, name) in enumerate(zip(keys, costs, names, strict=True))
    )
    return Election(amount(file.meta["budget"]), projects, approvals(votes), lot)


def printed_points(file: PbFile) -> dict[str, Fraction]:
    """Give the points that the file itself prints for its projects: `score`, else `votes`, else nothing."""
    printed = file.projects.column("score") or file.projects.column("votes") or ()
    keys = file.projects.column("project_id") or ()
    if not printed or not all(printed):
        return {}
    return {key: amount(points) for key, points in zip(keys, printed, strict=True)}


def differing_totals(
    file: PbFile, election: Election
) -> tuple[tuple[str, Fraction, Fraction], ...]:
    """Give the projects whose printed points are not those counted, with the points counted and printed."""
    printed = printed_points(file)
    return tuple(
        (project.key, project.score, printed[project.key])
        for project in election.projects
        if project.score != printed.get(project.key, project.score)
    )


def selected(file: PbFile) -> frozenset[str] | None:
    """Give the projects that the file says were selected, in whole (1) or in part (2); nothing when it does not say.

    Those paid later from a reserve (3) are left out: how much there was, the file does not say.
    """
    marks = file.projects.column("selected")
    keys = file.projects.column("project_id") or ()
    if marks is None or not any(marks):
        return None
    return frozenset(key for key, mark in zip(keys, marks, strict=True) if mark in PAID_MARKS)


def _points(file: PbFile, votes: list[list[int]]) -> list[Fraction]:
    points = [Fraction(0)] * len(file.projects.rows)
    given = file.votes.column("points")
    for number, vote in enumerate(votes):
        if file.vote_type == "ordinal":
            worth = [Fraction(len(vote) - rank) for rank in range(len(vote))]
        elif file.vote_type in {"cumulative", "scoring"} and given is not None:
            worth = _given(given[number], len(vote), file.votes.lines[number])
        else:
            vote, worth = list(dict.fromkeys(vote)), [Fraction(1)] * len(vote)  # noqa: PLW2901
        for place, point in zip(vote, worth, strict=False):
            points[place] += point
    return points


def _given(text: str, expected: int, line: int) -> list[Fraction]:
    try:
        worth = [amount(part) for part in text.split(",") if part.strip()]
    except ValueError:
        worth = []
    if len(worth) != expected:
        label = Label(zh=f"points 与 vote 不相配：{text}", en=f"points do not match vote: {text}")
        raise PbRefused([Problem(line, label)])
    return worth
