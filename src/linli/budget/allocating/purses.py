"""Voters' purses: voters who paid for the same projects have the same left, and are counted together."""

from __future__ import annotations

from dataclasses import dataclass

from linli.budget.allocating.elections import Election

Behind = tuple[tuple[int, ...], tuple[int, ...]]  # purses, and how many supporters hold each


MOST = 300  # levels kept: enough for the orders that one count goes back and forth between


@dataclass(frozen=True)
class Level:
    """Purses after some projects were paid for: which purse each kind of ballot holds, and who is behind what.

    `holders` counts the voters of each purse, and `shown_by` names a kind of ballot that holds it.
    """

    held: tuple[int, ...]
    behind: dict[int, Behind]
    holders: tuple[int, ...]
    shown_by: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """From one level to the next: of each purse there, the purse it comes from and whether it paid."""

    start: Level
    level: Level
    origins: tuple[int, ...]
    pays: tuple[bool, ...]


class Purses:
    """The levels of one election. Who holds money together depends on what was paid for, not on the order."""

    def __init__(self, election: Election) -> None:
        self.ballots = list(election.ballots)
        self.times = [election.ballots[ballot] for ballot in self.ballots]
        self.supporters: list[list[int]] = [[] for _ in election.projects]
        for number, ballot in enumerate(self.ballots):
            for place in ballot:
                self.supporters[place].append(number)
        votes = election.votes
        start: dict[int, Behind] = {
            place: ((0,), (votes[place],)) for place in range(len(votes)) if votes[place]
        }
        self.none = Level((0,) * len(self.ballots), start, (election.voters,), (0,))
        self.levels: dict[frozenset[int], Level] = {frozenset(): self.none}
        self.steps: dict[tuple[frozenset[int], int], Step] = {}

    def after(self, paid: frozenset[int], level: Level, winner: int) -> Step:
        """Give the step from the level at which these were paid for to the one after the winner too."""
        known = self.steps.get((paid, winner))
        if known is not None and known.start is level:  # forgotten levels are numbered anew
            return known
        if len(self.steps) >= MOST:
            self.steps.clear()
            self.levels.clear()
        both = paid | {winner}
        following = self.levels.get(both)
        if following is None:
            following = self.levels[both] = self._paid(level, winner)
        self.steps[paid, winner] = step = self._step(level, following, winner)
        return step

    def _step(self, level: Level, following: Level, winner: int) -> Step:
        origins = tuple(level.held[number] for number in following.shown_by)
        pays = tuple(winner in self.ballots[number] for number in following.shown_by)
        return Step(level, following, origins, pays)

    def _paid(self, level: Level, winner: int) -> Level:
        paying = dict(zip(*level.behind[winner], strict=True))
        split = [purse for purse, count in paying.items() if count < level.holders[purse]]
        made = {purse: len(level.holders) + number for number, purse in enumerate(split)}
        held = list(level.held)
        moved: dict[int, dict[int, int]] = {}
        for number in self.supporters[winner]:
            old = held[number]
            if old not in made:
                continue
            held[number] = made[old]
            for place in self.ballots[number]:
                changes = moved.setdefault(place, {})
                changes[old] = changes.get(old, 0) - self.times[number]
                changes[made[old]] = changes.get(made[old], 0) + self.times[number]
        behind = {
            place: _changed(now, moved[place]) if place in moved else now
            for place, now in level.behind.items()
            if place != winner
        }
        shown_by = {purse: number for number, purse in enumerate(held)}
        holders = [count - paying.get(at, 0) if at in made else count
                   for at, count in enumerate(level.holders)]  # fmt: skip
        holders += [paying[at] for at in split]
        shown = tuple(shown_by[purse] for purse in range(len(holders)))
        return Level(tuple(held), behind, tuple(holders), shown)


def _changed(now: Behind, changes: dict[int, int]) -> Behind:
    counts = dict(zip(*now, strict=True))
    for purse, change in changes.items():
        counts[purse] = counts.get(purse, 0) + change
    kept = {purse: count for purse, count in counts.items() if count}
    return tuple(kept), tuple(kept.values())
