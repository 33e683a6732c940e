"""One run of the Method of Equal Shares (Peters, Pierczynski, Skowron 2021) with cost as utility, exactly."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from operator import mul

from linli.budget.allocating.elections import Election
from linli.budget.allocating.purses import Purses


@dataclass(frozen=True)
class Turn:
    """One project chosen: its effective votes (cost over the highest payment) and whether the lot decided."""

    place: int
    effective: Fraction
    by_lot: bool


class Run:
    """Everybody gets the same endowment; the project with most effective votes is paid by its supporters.

    Amounts are whole numbers over one denominator that grows with each payment: nothing is rounded.
    An effective vote count can only fall, so an old count is a bound, and most are never taken anew.

    `before` are the turns of a run with a smaller endowment. While the order of winners stays the same, all
    purses and counts only grow with the endowment. So if the same projects win here, and no other has more
    votes here than the winner had there, every endowment in between has this order too: the run `is_steady`.
    Otherwise it ends at the first turn that shows it.
    """

    def __init__(
        self,
        election: Election,
        purses: Purses,
        endowment: Fraction,
        before: Sequence[Turn] | None = None,
    ) -> None:
        self.before = before
        self.is_steady = before is not None
        self.election = election
        self.purses = purses
        self.level = purses.none
        self.paid = frozenset[int]()
        self.over = endowment.denominator
        self.left = [endowment.numerator]
        self.turns: list[Turn] = []
        self.short: dict[int, Fraction] = {}
        self.bounds = [
            (Fraction(-election.votes[place]), place)
            for place in self.level.behind
            if election.costs[place] > 0
        ]
        heapq.heapify(self.bounds)
        while self._choose():
            pass
        self.is_steady = self.is_steady and len(self.turns) == len(before or ())

    @property
    def winners(self) -> tuple[int, ...]:
        """Give the projects chosen, in the order chosen."""
        return tuple(turn.place for turn in self.turns)

    def _choose(self) -> bool:
        best, tied, looked = self._leading()
        if not tied:
            return False
        winner = self.election.of_ties(tied)
        if self.before is not None and not self._as_before(winner, looked):
            self.is_steady = False
            return False
        for bound in looked:
            if bound[1] != winner:
                heapq.heappush(self.bounds, bound)
        by_lot = len(tied) > 1 and self.election.needs_lot(tied)
        self.turns.append(Turn(winner, best, by_lot))
        self._pay(winner, best)
        return True

    def _leading(self) -> tuple[Fraction, list[int], list[tuple[Fraction, int]]]:
        best, tied, looked = Fraction(0), list[int](), list[tuple[Fraction, int]]()
        while self.bounds and -self.bounds[0][0] >= min(best, self._bar(best)):
            _, place = heapq.heappop(self.bounds)
            effective = self._effective(place)
            if effective is None:
                continue
            looked.append((-effective, place))
            if effective > best:
                best, tied = effective, []
            if effective == best:
                tied.append(place)
        return best, tied, looked

    def _bar(self, best: Fraction) -> Fraction:
        """Give the votes that the winner had with the smaller endowment."""
        turn = len(self.turns)
        return self.before[turn].effective if self.before and turn < len(self.before) else best

    def _as_before(self, winner: int, looked: list[tuple[Fraction, int]]) -> bool:
        turn = len(self.turns)
        if not self.before or turn >= len(self.before) or self.before[turn].place != winner:
            return False
        bar = self.before[turn].effective
        others = [(-bound, place) for bound, place in looked if place != winner]
        return all(
            count < bar or (count == bar and self.election.of_ties([winner, place]) == winner)
            for count, place in others
        )

    def _effective(self, place: int) -> Fraction | None:
        """Give cost over the highest payment, or nothing when the supporters cannot pay."""
        purses, counts = self.level.behind[place]
        amounts = [self.left[purse] for purse in purses]
        owed = self.election.costs[place] * self.over
        money = sum(map(mul, amounts, counts))
        if money < owed:
            self.short[place] = Fraction(money, self.over)
            return None
        left, payers = _level_payment(amounts, counts, owed)
        return Fraction(owed * payers, left)

    def _pay(self, winner: int, effective: Fraction) -> None:
        each = Fraction(self.election.costs[winner] * self.over) / effective
        factor = each.denominator
        step = self.purses.after(self.paid, self.level, winner)
        self.level, self.paid = step.level, self.paid | {winner}
        grown = [amount * factor for amount in self.left] if factor > 1 else self.left
        self.over *= factor
        share = each.numerator
        self.left = [
            max(0, grown[origin] - share) if pays else grown[origin]
            for origin, pays in zip(step.origins, step.pays, strict=True)
        ]
        self._shorten()

    def _shorten(self) -> None:
        shared = self.over
        for amount in self.left:
            shared = gcd(shared, amount)
            if shared == 1:
                return
        if shared > 1:
            self.left = [amount // shared for amount in self.left]
            self.over //= shared


def _level_payment(amounts: list[int], counts: tuple[int, ...], owed: int) -> tuple[int, int]:
    """Give what is owed by those who pay the same, and how many they are; the others pay all they have."""
    pairs = list(zip(amounts, counts, strict=True))
    payers = sum(count for _, count in pairs)
    while True:
        poor = [pair for pair in pairs if pair[0] * payers < owed]
        if not poor:
            return owed, payers
        pairs = [pair for pair in pairs if pair[0] * payers >= owed]
        owed -= sum(amount * count for amount, count in poor)
        payers -= sum(count for _, count in poor)
