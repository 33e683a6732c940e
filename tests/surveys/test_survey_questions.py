"""Several questions: each with how many answered it, the shares or the mean, and the margin."""

from fractions import Fraction
from math import sqrt
from statistics import stdev

import pytest
from surveys.rounds import act, answer, drawn
from townsfolk import AT

from linli.casework.actions import StepRefused
from linli.figures.periods import period_named
from linli.figures.queries import read
from linli.rulebook.loading import shipped
from linli.surveys.estimating import Z, wilson
from linli.surveys.queries import asked_in, survey_numbered, told_by_question

MONTH = period_named(f"{AT:%Y-%m}")
SOME = {"known": "some", "by_board": True, "by_phone": False, "by_people": True}
PAPER = {"channel": "paper", "answer": "pleased"}


def keyed(folk, survey, form_no, **more):
    act(folk, survey, form_no, "answer", **PAPER, **more)


def test_the_questions_are_those_of_the_answer_in_their_order(folk):
    names = [one.name for one in asked_in(drawn(folk))]

    assert names == [
        "known", "by_board", "by_phone", "by_people", "took_part", "times", "score", "answer", "remark",
    ]  # fmt: skip


def test_each_question_is_told_by_those_who_answered_it(folk):
    survey = drawn(folk)
    first, second, third, fourth = survey.open[:4]
    keyed(folk, survey, first, **SOME, took_part=True, times=4, score=9)
    keyed(folk, survey, second, **SOME, took_part=True, times=2, score=7)
    keyed(folk, survey, third, known="none", took_part=False, score=5)
    answer(folk, survey, fourth, "displeased")

    told = {one.question.name: one for one in told_by_question(survey_numbered(survey.case.number))}

    assert {name: one.base for name, one in told.items()} == {
        "known": 3, "by_board": 2, "by_phone": 2, "by_people": 2, "took_part": 3, "times": 2, "score": 3, "answer": 4,
    }  # fmt: skip
    some = told["known"].options[1]
    assert (some.label.zh, some.count, some.share) == ("知道一些", 2, Fraction(2, 3))
    assert some.interval == wilson(2, 3, 40)
    assert [one.count for one in told["took_part"].options] == [2, 1]
    assert told["times"].too_few
    assert told["score"].mean == 7
    assert told["score"].margin == pytest.approx(Z * stdev([9, 7, 5]) * sqrt((1 - 3 / 40) / 3))
    rates = [
        read(f"survey-answer.{name}", MONTH, book=shipped()).value
        for name in ("known_rate", "took_part_rate")
    ]
    assert [(one.num, one.den) for one in rates] == [(2, 3), (2, 3)]


def test_a_question_that_follows_from_another_must_be_answered_then(folk):
    survey = drawn(folk)
    form_no = survey.open[0]

    with pytest.raises(StepRefused):
        keyed(folk, survey, form_no, took_part=True)
    with pytest.raises(StepRefused):
        keyed(folk, survey, form_no, known="well")
    keyed(folk, survey, form_no, took_part=False, known="none")

    assert survey_numbered(survey.case.number).forms[form_no].state == "answered"
