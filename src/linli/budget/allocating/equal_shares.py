"""The Method of Equal Shares with its completions, each with its stop condition stated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from linli.budget.allocating.elections import Election
from linli.budget.allocating.greedy import by_points
from linli.budget.allocating.outcomes import Fate, Line, Outcome
from linli.budget.allocating.purses import Purses
from linli.budget.allocating.sharing import Run

MORE, LESS = (
    2,
    4,
)  # how the leap over shares that change nothing grows, and shrinks when it was too far


@dataclass(frozen=True)
class Completion:
    """How what is left is used: endowments raised by one unit at a time, then by votes, or neither.

    `exceed` raises until the next outcome would cost more than the fund; `exhaustive` ends sooner, as soon
    as no further project fits. The first outcome is that of the exact share; the raising counts in whole units,
    so its first step goes to the next whole unit above that share.
    """

    add1: Literal["no", "exceed", "exhaustive"] = "exceed"
    by_votes: bool = False


def equal_shares(election: Election, completion: Completion) -> Outcome:
    """Give the outcome of equal shares, and of each project why it is in or out."""
    purses = Purses(election)
    budget = int(election.budget * election.scale)
    if not election.voters:
        return _outcome(election, None, (), completion)
    share = Fraction(budget, election.voters)
    raised = completion.add1 != "no" and election.total(range(len(election.projects))) > budget
    run, units = Run(election, purses, share), 1
    while raised and not _is_full(election, run, budget, completion):
        further = Fraction((share // election.scale + units) * election.scale)
        following = Run(election, purses, further, run.turns if units > 1 else None)
        if units > 1 and not following.is_steady:
            units = max(1, units // LESS)
            continue
        if election.total(following.winners) > budget:
            break
        is_same = following.winners == run.winners
        run, share = following, further
        units = units * MORE if is_same else 1
    added = _by_votes(election, run.winners, budget) if completion.by_votes else ()
    return _outcome(election, run, added, completion, share / election.scale)


def _is_full(election: Election, run: Run, budget: int, completion: Completion) -> bool:
    won = set(run.winners)
    left = budget - election.total(won)
    waiting = [at for at in range(len(election.projects)) if at not in won]
    if not any(election.votes[at] and election.costs[at] for at in waiting):
        return True
    fits = any(election.costs[at] <= left for at in waiting)
    return completion.add1 == "exhaustive" and not fits


def _by_votes(election: Election, won: tuple[int, ...], budget: int) -> tuple[int, ...]:
    left = budget - election.total(won)
    added: list[int] = []
    waiting = [at for at in range(len(election.projects)) if at not in set(won)]
    for place, _ in by_points(election, waiting):
        if election.costs[place] <= left:
            added.append(place)
            left -= election.costs[place]
    return tuple(added)


def _outcome(
    election: Election,
    run: Run | None,
    added: tuple[int, ...],
    completion: Completion,
    share: Fraction | None = None,
) -> Outcome:
    turns = run.turns if run else []
    short = run.short if run else {}
    lines = [
        Line(turn.place, "chosen", number, turn.effective, None, turn.by_lot)
        for number, turn in enumerate(turns, start=1)
    ]
    lines += [
        Line(place, "completed", number, Fraction(election.votes[place]))
        for number, place in enumerate(added, start=len(turns) + 1)
    ]
    named = {line.place for line in lines}
    for place in range(len(election.projects)):
        if place not in named:
            behind = short[place] / election.scale if place in short else None
            fate: Fate = "unaffordable" if election.votes[place] else "unsupported"
            lines.append(Line(place, fate, None, Fraction(election.votes[place]), behind))
    rule = "equalshares" if completion.add1 == "no" else "equalshares/add1"
    winners = (*(turn.place for turn in turns), *added)
    return Outcome(election, rule, winners, tuple(lines), share)
