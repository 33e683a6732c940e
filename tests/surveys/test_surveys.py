"""A sampled survey from the plan to the figure: seed first, frame after, replacement by rule, result from records."""

from datetime import timedelta

import pytest
from appraisal.hotline import case as hotline_order
from django.db import IntegrityError, transaction
from surveys.rounds import LATER, act, answer, drawn, grounds, missed, plan, planned, started
from townsfolk import AT

from linli.casework.actions import StepRefused, open_case, perform
from linli.figures.periods import period_named
from linli.figures.queries import read, records
from linli.rulebook.loading import shipped
from linli.surveys.actions import SurveyRefused, call_up, draw, hand_in, plan_drawing
from linli.surveys.models import Drawing
from linli.surveys.queries import answers_of, drawn_again, estimate_of, strata_of, survey_numbered

MARCH = period_named("2025-03")


def figure(name, mechanism="survey-answer"):
    value = read(f"{mechanism}.{name}", MARCH, book=shipped()).value
    return value.num, value.den


def test_the_sample_is_drawn_by_strata_and_can_be_drawn_again(folk):
    survey = drawn(folk)

    again = drawn_again(survey)

    main = [one for one in survey.drawn.units if not one.is_reserve]
    assert {s: sum(one.stratum == s for one in main) for s in ("大小区", "小小区")} == {
        "大小区": 6,
        "小小区": 4,
    }
    assert len(survey.forms) == 15
    assert again.same
    assert survey.case.values["sample"] == 10


def test_a_frame_or_a_questionnaire_that_was_changed_is_noticed(folk):
    survey = drawn(folk)
    row = Drawing.objects.get(case_id=survey.case.case)
    row.frame["大小区"] = row.frame["大小区"][1:]
    row.save()

    again = drawn_again(survey_numbered(survey.case.number))

    assert not again.frame_same
    assert not again.same


def test_a_questionnaire_opened_by_hand_is_no_part_of_the_sample(folk):
    grounds(folk)
    number = planned(folk)
    by_hand(folk, number, 1, AT)
    draw(survey=survey_numbered(number), by=folk.actor("caller", LATER), at=LATER)
    sample = set(survey_numbered(number).forms)
    late = by_hand(folk, number, 99, LATER + timedelta(minutes=1))
    perform(
        case=late, action="answer", by=folk.actor("caller", LATER), at=LATER + timedelta(minutes=2),
        form={"channel": "paper", "answer": "pleased"}, key="late", revision=None,
    )  # fmt: skip

    survey = survey_numbered(number)

    assert set(survey.forms) == sample == {one.form_no for one in survey.drawn.units}
    assert {one.values["stratum"] for one in survey.forms.values()} == {"大小区", "小小区"}
    assert drawn_again(survey).same
    assert sum(answers_of(survey).values()) == 0


def by_hand(folk, number, form_no, at):
    form = {"survey_no": number, "form_no": form_no, "stratum": "自填", "reserve": False}
    return open_case(
        mechanism="survey-answer", action="draw", by=folk.actor("caller", at), at=at, form=form,
        key=f"hand-{form_no}", area=folk.committee,
    ).case_id  # fmt: skip


def test_a_seed_that_was_changed_draws_other_dwellings(folk):
    survey = drawn(folk)
    Drawing.objects.update(seed="another one")

    changed = survey_numbered(survey.case.number)

    assert changed.drawn.units != survey.drawn.units


def test_the_seed_comes_before_the_frame_and_both_stay(folk):
    grounds(folk)
    survey = survey_numbered(planned(folk))

    with pytest.raises(SurveyRefused):
        plan_drawing(
            survey=survey, plan=plan(folk), seed="another seed", seed_source="x",
            by=folk.actor("caller", AT), at=AT,
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        draw(survey=survey, by=folk.actor("caller", AT), at=AT)
    draw(survey=survey, by=folk.actor("caller", LATER), at=LATER)
    with pytest.raises(SurveyRefused):
        draw(survey=survey_numbered(survey.case.number), by=folk.actor("caller", LATER), at=LATER)


@pytest.mark.parametrize(
    ("more", "seed", "source"),
    [
        ({}, "12345", "福彩"),
        ({}, "123456", " "),
        ({"size": 0}, "123456", "福彩"),
        ({"size": 3000}, "123456", "福彩"),
        ({"reserve": 101}, "123456", "福彩"),
        ({"strata": "street"}, "123456", "福彩"),
        ({"allocation": "by will"}, "123456", "福彩"),
        ({"source": "venue"}, "123456", "福彩"),
        ({"source": "hotline-order", "begin": "", "end": ""}, "123456", "福彩"),
        ({"source": "hotline-order", "begin": "2025-03-02", "end": "2025-03-02"}, "123456", "福彩"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(folk, more, seed, source):
    survey = survey_numbered(started(folk))

    with pytest.raises(SurveyRefused):
        plan_drawing(
            survey=survey, plan=plan(folk, **more), seed=seed, seed_source=source,
            by=folk.actor("caller", AT), at=AT,
        )  # fmt: skip
    assert Drawing.objects.count() == 0


def test_nothing_is_drawn_from_an_empty_frame(folk):
    survey = survey_numbered(planned(folk))

    with pytest.raises(SurveyRefused):
        draw(survey=survey, by=folk.actor("caller", LATER), at=LATER)


def test_who_was_not_reached_is_replaced_in_turn_and_who_refused_is_not(folk):
    survey = drawn(folk)
    caller = folk.actor("caller", LATER)
    first, second = [u.form_no for u in survey.drawn.units if u.stratum == "大小区"][:2]
    act(folk, survey, first, "refuse", channel="visit")
    with pytest.raises(SurveyRefused):
        call_up(survey=survey_numbered(survey.case.number), stratum="大小区", by=caller, at=LATER)
    missed(folk, survey, second)

    called = call_up(
        survey=survey_numbered(survey.case.number), stratum="大小区", by=caller, at=LATER
    )

    reserves = [u.form_no for u in survey.drawn.units if u.stratum == "大小区" and u.is_reserve]
    assert called == reserves[0]
    with pytest.raises(SurveyRefused):
        call_up(survey=survey_numbered(survey.case.number), stratum="大小区", by=caller, at=LATER)


def test_somebody_is_not_given_up_before_three_attempts(folk):
    survey = drawn(folk)

    with pytest.raises(StepRefused):
        act(folk, survey, 1, "give_up")


def test_the_result_adds_up_from_the_questionnaires_and_becomes_a_figure(folk):
    survey = drawn(folk)
    numbers = survey.open
    words = [
        "pleased",
        "pleased",
        "fairly",
        "displeased",
        "unknown",
        "pleased",
        "pleased",
        "fairly",
    ]
    for number, word in zip(numbers, words, strict=False):
        answer(folk, survey, number, word)
    act(folk, survey, numbers[8], "refuse", channel="phone")
    with pytest.raises(SurveyRefused):
        hand_in(
            survey=survey_numbered(survey.case.number), by=folk.actor("caller", LATER), at=LATER
        )
    missed(folk, survey, numbers[9])

    survey = survey_numbered(survey.case.number)
    hand_in(survey=survey, by=folk.actor("caller", LATER), at=LATER)

    after = survey_numbered(survey.case.number)
    assert after.case.state == "handed_in"
    assert after.reserves == []
    told = {name: after.case.values[name] for name in ("reached", "refused", "valid", "positive")}
    assert told == {"reached": 9, "refused": 1, "valid": 7, "positive": 6}
    assert figure("satisfied_rate") == (6, 7)
    assert figure("response_rate") == (8, 10)
    assert records("survey-answer.satisfied_rate", MARCH, book=shipped()).total == 6
    found = estimate_of(after)
    assert (found.positive, found.valid) == (6, 7)
    assert sum(one.population for one in strata_of(after)) == 40
    assert sum(one.eligible for one in strata_of(after)) == 10


def test_the_questionnaire_holds_no_address(folk):
    survey = drawn(folk)

    held = {name for one in survey.forms.values() for name in one.values}

    assert held <= {"survey_no", "form_no", "stratum", "reserve"}


def test_closed_orders_are_a_frame_for_calls(folk):
    for nth in range(6):
        hotline_order(folk, nth)
    number = planned(
        folk, source="hotline-order", ground=folk.actor("director", AT) and "/310000/310112/310112006/",
        begin="2026-03-01", end="2026-04-01", strata="none", size=3,
    )  # fmt: skip

    draw(
        survey=survey_numbered(number),
        by=folk.actor("caller", LATER),
        at=LATER + timedelta(days=400),
    )

    survey = survey_numbered(number)
    assert len(survey.drawn.frame["全部"]) == 6
    assert len(survey.open) == 3
