"""The questions of a questionnaire, read from its mechanism, and what the answers to each say: base, shares or mean, margin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import mean, stdev
from typing import Any

from linli.rulebook.labels import Label
from linli.rulebook.mechanism import ASKED, CodeList, FieldRule, Mechanism
from linli.surveys.estimating import FEWEST_FOR_SPREAD, Interval, Z, wilson

ABOUT_THE_ASKING = ("channel", "contact")
YES_OR_NO = (("true", Label(zh="是", en="Yes")), ("false", Label(zh="否", en="No")))
NUMBERS = ("int", "number", "money")


@dataclass(frozen=True)
class Question:
    """One question: the field it is answered in, what may be chosen (nothing for a number or a text), and when it is asked."""

    name: str
    rule: FieldRule
    options: tuple[tuple[str, Label], ...]
    when: str

    @property
    def is_number(self) -> bool:
        """Say whether the answer is a number or a step on a scale."""
        return self.rule.type in NUMBERS


@dataclass(frozen=True)
class OptionTold:
    """How many of those who answered chose an option, with the 95 % interval of their share."""

    label: Label
    count: int
    share: Fraction
    interval: Interval


@dataclass(frozen=True)
class QuestionTold:
    """What the answers to a question say, unweighted; `base` is how many answered it.

    Below the least number of answers nothing but the base is told. `mean` and `margin` (95 %, None for less than two
    answers of a larger population) are of a number.
    """

    question: Question
    base: int
    too_few: bool
    options: tuple[OptionTold, ...] = ()
    mean: float | None = None
    margin: float | None = None


def questions_of(
    mechanism: Mechanism, action: str, codes: Mapping[str, CodeList]
) -> list[Question]:
    """Give the questions that an action's form asks, in its order, without those about the asking itself."""
    found = []
    for asked in mechanism.actions[action].form:
        match = ASKED.fullmatch(asked)
        if match is not None and match["name"] not in ABOUT_THE_ASKING:
            rule = mechanism.fields[match["name"]]
            found.append(Question(match["name"], rule, _options(rule, codes), match["when"] or ""))
    return found


def told(
    questions: Sequence[Question],
    answers: Sequence[Mapping[str, Any]],
    *,
    population: int,
    least: int,
) -> list[QuestionTold]:
    """Give what the answers say to each question that has something to count; texts are read, not counted."""
    return [
        _told(one, [row[one.name] for row in answers if row.get(one.name) is not None], population, least)
        for one in questions
        if one.options or one.is_number
    ]  # fmt: skip


def _options(rule: FieldRule, codes: Mapping[str, CodeList]) -> tuple[tuple[str, Label], ...]:
    if rule.type == "bool":
        return YES_OR_NO
    if rule.type != "code":
        return ()
    known = codes[rule.codes] if isinstance(rule.codes, str) else rule.own_codes
    return tuple(known.codes.items())


def _told(question: Question, given: list[Any], population: int, least: int) -> QuestionTold:
    base = len(given)
    if base < max(1, least):
        return QuestionTold(question, base, too_few=True)
    if question.is_number:
        numbers = [float(one) for one in given]
        margin = _margin(numbers, population)
        return QuestionTold(question, base, too_few=False, mean=mean(numbers), margin=margin)
    counts = Counter(str(one).lower() if isinstance(one, bool) else str(one) for one in given)
    options = tuple(
        OptionTold(label, counts[code], Fraction(counts[code], base), wilson(counts[code], base, population))
        for code, label in question.options
    )  # fmt: skip
    return QuestionTold(question, base, too_few=False, options=options)


def _margin(numbers: Sequence[float], population: int) -> float | None:
    """Give half the 95 % interval of a mean, with the correction for a finite population."""
    if len(numbers) >= population:
        return 0.0
    if len(numbers) < FEWEST_FOR_SPREAD:
        return None
    return Z * stdev(numbers) * sqrt((1 - len(numbers) / population) / len(numbers))
