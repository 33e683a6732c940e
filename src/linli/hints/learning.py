"""Learning what cases became from the signs they showed: a linear model with reasons, in plain Python. Pure.

One row of weights for each sign; for each case that is not told right by a margin, the signs of the right answer
gain and those of the strongest wrong one lose (multi-class passive-aggressive, averaged over all steps). How sure a
guess is comes from cases held out: guesses about as strong were right in so many of a hundred.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.hints.signs import Shown, Weighed, rarity, signs_of, weighed

ROUNDS = 6
FOLDS = 5
GENTLE = 0.5  # how far one case may move a weight
SHARP = 6.0
FEWEST_OF_A_KIND = 3
BEST = 3
REASONS = 4
FAINT = 1e-3  # a weight that changes nothing is not kept

Row = dict[str, float]


@dataclass(frozen=True)
class Past:
    """One closed case: what was known when it came, and what it became."""

    shown: Shown
    became: str


@dataclass(frozen=True)
class Guess:
    """One answer with how sure it is, 0 to 1, and the signs that speak for it."""

    answer: str
    sure: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    """What was learned: how much each sign says, its weight for each answer, and how sure guesses are."""

    rare: Mapping[str, float]
    weights: Mapping[str, Row]
    curve: Sequence[tuple[float, float]] = ()

    def guesses(self, shown: Shown) -> list[Guess]:
        """Give up to three answers, the likeliest first; none for a case that shows nothing known."""
        case = weighed(signs_of(shown), self.rare)
        strengths = _strengths(self.weights, case)
        ranked = _ranked(strengths)[:BEST]
        chances = _chances(strengths)
        return [
            Guess(answer, self._sure(chances[answer]), _reasons(self.weights, case, answer, ranked))
            for answer in ranked
        ]

    def _sure(self, chance: float) -> float:
        """Give how often guesses of this strength were right."""
        for least, share in reversed(self.curve):
            if chance >= least:
                return share
        return 0.0


@dataclass(frozen=True)
class Score:
    """How well cases were told that the model had not seen."""

    cases: int
    first: int
    three: int
    macro_f1: float

    @property
    def accuracy(self) -> float:
        """Give the share told right by the first guess."""
        return self.first / self.cases if self.cases else 0.0


def learn(past: Sequence[Past]) -> tuple[Model, Score]:
    """Learn from closed cases; how well, and how sure guesses are, by five folds. Deterministic."""
    seen = Counter(one.became for one in past)
    fit = [one for one in past if seen[one.became] >= FEWEST_OF_A_KIND]
    held = [guess for fold in range(FOLDS) for guess in _held_out(fit, fold)]
    model = trained(fit)
    return Model(model.rare, model.weights, _curve(held)), scored(held)


Held = tuple[str, list[tuple[str, float]]]


def trained(past: Sequence[Past]) -> Model:
    """Give the model of all these cases, without a word on how sure it is."""
    counted = [signs_of(one.shown) for one in past]
    rare = rarity(counted)
    cases = [(weighed(signs, rare), one.became) for signs, one in zip(counted, past, strict=True)]
    return Model(rare, _averaged(cases))


def scored(held: Sequence[Held]) -> Score:
    """Give how well held-out cases were told."""
    first = sum(guesses[0][0] == became for became, guesses in held if guesses)
    three = sum(became in {answer for answer, _chance in guesses} for became, guesses in held)
    return Score(len(held), first, three, _macro_f1(held))


def told_of(model: Model, past: Sequence[Past]) -> list[Held]:
    """Give what a model says of cases, beside what they became."""
    return [(one.became, _plain_guesses(model, one.shown)) for one in past]


def _held_out(past: Sequence[Past], fold: int) -> list[Held]:
    order = _shuffled(len(past), 0)
    inside = {order[n] for n in range(fold, len(order), FOLDS)}
    model = trained([one for n, one in enumerate(past) if n not in inside])
    return told_of(model, [past[n] for n in sorted(inside)])


def _plain_guesses(model: Model, shown: Shown) -> list[tuple[str, float]]:
    strengths = _strengths(model.weights, weighed(signs_of(shown), model.rare))
    chances = _chances(strengths)
    return [(answer, chances[answer]) for answer in _ranked(strengths)[:BEST]]


def _averaged(cases: Sequence[tuple[Weighed, str]]) -> dict[str, Row]:
    """Give the weights, averaged over all steps: late cases weigh no more than early ones."""
    weights: dict[str, Row] = defaultdict(dict)
    past: dict[str, Row] = defaultdict(dict)
    steps = 1
    for turn in range(ROUNDS):
        for n in _shuffled(len(cases), turn):
            case, became = cases[n]
            _corrected(weights, past, case, became, steps)
            steps += 1
    averaged: dict[str, Row] = {}
    for sign, row in weights.items():
        lean = {
            answer: weight - past[sign].get(answer, 0.0) / steps for answer, weight in row.items()
        }
        averaged[sign] = {
            answer: round(weight, 4) for answer, weight in lean.items() if abs(weight) > FAINT
        }
    return averaged


def _corrected(
    weights: dict[str, Row], past: dict[str, Row], case: Weighed, became: str, step: int
) -> None:
    strengths = _strengths(weights, case)
    others = [answer for answer in strengths if answer != became]
    rival = max(others, key=lambda answer: strengths[answer], default=None)
    loss = 1 - strengths.get(became, 0.0) + (strengths[rival] if rival is not None else 0.0)
    if loss <= 0:
        return
    length = sum(weight * weight for weight in case.values())
    move = min(GENTLE, loss / (2 * length)) if length else 0.0
    for sign, weight in case.items():
        _moved(weights[sign], past[sign], became, move * weight, step)
        if rival is not None:
            _moved(weights[sign], past[sign], rival, -move * weight, step)


def _moved(row: Row, past: Row, answer: str, by: float, step: int) -> None:
    row[answer] = row.get(answer, 0.0) + by
    past[answer] = past.get(answer, 0.0) + by * step


def _strengths(weights: Mapping[str, Row], case: Weighed) -> Row:
    strengths: Row = defaultdict(float)
    for sign, weight in case.items():
        for answer, lean in weights.get(sign, {}).items():
            strengths[answer] += weight * lean
    return strengths


def _ranked(strengths: Row) -> list[str]:
    return sorted(strengths, key=lambda answer: (-strengths[answer], answer))


def _chances(strengths: Row) -> Row:
    top = max(strengths.values(), default=0.0)
    parts = {answer: math.exp(SHARP * (one - top)) for answer, one in strengths.items()}
    total = sum(parts.values())
    return {answer: part / total for answer, part in parts.items()}


def _reasons(
    weights: Mapping[str, Row], case: Weighed, answer: str, ranked: Sequence[str]
) -> tuple[str, ...]:
    """Give the signs that speak most for an answer and against the next one."""
    rival = next((other for other in ranked if other != answer), "")
    speaks = {
        sign: weight * (row.get(answer, 0.0) - row.get(rival, 0.0))
        for sign, weight in case.items()
        if (row := weights.get(sign))
    }
    best = sorted(
        (sign for sign in speaks if speaks[sign] > 0), key=lambda sign: (-speaks[sign], sign)
    )
    kept: list[str] = []
    for sign in best:
        if all(sign not in other and other not in sign for other in kept):
            kept.append(sign)
    return tuple(kept[:REASONS])


def _curve(held: Sequence[Held]) -> list[tuple[float, float]]:
    """Give how often guesses were right, by strength, never falling (pool adjacent violators)."""
    points = sorted(
        (chance, answer == became) for became, guesses in held for answer, chance in guesses
    )
    pools: list[tuple[float, float, int]] = []  # from which strength, right, of how many
    for chance, is_right in points:
        pools.append((chance, float(is_right), 1))
        while len(pools) > 1 and _share(pools[-2]) >= _share(pools[-1]):
            low, high = pools[-2], pools.pop()
            pools[-1] = (low[0], low[1] + high[1], low[2] + high[2])
    return [(round(least, 6), round(_careful(right, of), 4)) for least, right, of in pools]


def _share(pool: tuple[float, float, int]) -> float:
    return pool[1] / pool[2]


def _careful(right: float, of: int) -> float:
    """Give the share, a little lower for few cases, so that nothing is ever quite sure."""
    return right / (of + 1)


def _macro_f1(held: Sequence[Held]) -> float:
    wanted, given, right = Counter[str](), Counter[str](), Counter[str]()
    for became, guesses in held:
        guess = guesses[0][0] if guesses else ""
        wanted[became] += 1
        given[guess] += 1
        right[became] += guess == became
    scores = [2 * right[one] / (wanted[one] + given[one]) for one in wanted]
    return sum(scores) / len(scores) if scores else 0.0


def _shuffled(count: int, turn: int) -> list[int]:
    order = list(range(count))
    random.Random(turn).shuffle(order)  # noqa: S311 - an order that is the same each time
    return order
