"""A city's election over projects, counted by Equal Shares with each completion: how long it takes, and what it chose.

The election is made here: sizes as in a large Polish city, ballots of up to `--picks` projects that lean to a few favourites.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from linli.budget.allocating.elections import Election, Project
from linli.budget.allocating.equal_shares import Completion, equal_shares
from linli.budget.allocating.greedy import greedy
from linli.budget.allocating.outcomes import Outcome

COMPLETIONS = {
    "plain": Completion(add1="no"),
    "add1u until exceeded": Completion(add1="exceed"),
    "add1u until exhaustive": Completion(add1="exhaustive"),
    "add1u, then by votes": Completion(add1="exceed", by_votes=True),
}
MOST_COST = 900_000


def city(projects: int, ballots: int, picks: int, seed: int) -> Election:
    """Make an election: costs from ten thousand up, favourites by a long-tailed draw, a fund that pays a quarter of all."""
    lot = random.Random(seed)  # noqa: S311 - a made election, not a secret
    costs = [lot.randrange(10_000, MOST_COST, 500) for _ in range(projects)]
    liking = [lot.paretovariate(0.9) for _ in range(projects)]
    places = range(projects)
    cast: Counter[tuple[int, ...]] = Counter()
    for _ in range(ballots):
        named = set(lot.choices(places, liking, k=lot.randint(1, picks)))
        cast[tuple(sorted(named))] += 1
    listed = tuple(Project(f"P{at}", Fraction(cost)) for at, cost in enumerate(costs))
    return Election(Fraction(sum(costs) // 4), listed, cast)


def measured(election: Election) -> list[dict[str, object]]:
    """Count by every rule; give the seconds, how many projects were chosen and what they cost."""
    found = [_timed("greedy", lambda: greedy(election))]
    for name, completion in COMPLETIONS.items():
        found.append(_timed(name, lambda asked=completion: equal_shares(election, asked)))  # type: ignore[misc]
    return found


def _timed(name: str, count: object) -> dict[str, object]:
    assert callable(count)
    start = time.process_time()
    outcome: Outcome = count()
    taken = time.process_time() - start
    return {
        "rule": name, "seconds": round(taken, 2), "chosen": len(outcome.keys), "cost": str(outcome.cost),
    }  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Make the election, count it, print the table."""
    asked = argparse.ArgumentParser(prog="bench.election", description=__doc__)
    asked.add_argument("--projects", type=int, default=150)
    asked.add_argument("--ballots", type=int, default=100_000)
    asked.add_argument("--picks", type=int, default=5)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args(arguments)
    election = city(given.projects, given.ballots, given.picks, given.seed)
    lines = measured(election)
    if given.json:
        print(json.dumps(lines))
        return 0
    kinds = len(election.ballots)
    print(
        f"{given.projects} projects, {given.ballots} ballots, {kinds} kinds, fund {election.budget}"
    )
    for line in lines:
        print(
            f"{line['rule']:<24} {line['seconds']:>8} s  {line['chosen']:>4} chosen  {line['cost']}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
