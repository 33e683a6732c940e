"""A batch of twelve applications from window to appeal: late ones refused, ties stated, nothing decided without a person."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from townsfolk import AT
from treasury import NAMES, Treasury

from linli.budget.batches.actions import BatchRefused, draw_for, rank
from linli.budget.batches.ranking import Applicant, masked, ranked
from linli.budget.batches.standing import batch_numbered, notice_ends
from linli.casework.queries.standing import standing
from linli.rulebook.casefile import StepRefused

WORDS = "春暖花开"


@pytest.fixture
def office(folk):
    return Treasury(folk)


def opened(office, places=4):
    batch = office.open(
        "operator", "application-batch", "enrol", name="第九批", kind="housing",
        opens_on="2025-03-03", closes_on="2025-03-14", places=places,
    )  # fmt: skip
    return standing(batch).number


def apply(office, batch, name, people=3):
    return office.open(
        "operator", "batch-application", "take_in", batch=batch, kind="housing", name=name,
        phone="13900000000", people=people,
    )  # fmt: skip


def check(office, case, income="3000.00", space="9", *, special=False, people=3):
    found = {"people": people, "income": income, "space": space, "special": special}
    office.act("verifier", case, "check", [("result", "file")], **found)
    if standing(case).values["fits"] == "fits":
        office.act("verifier", case, "score")


def closed(office):
    office.at = datetime(2025, 3, 17, 2, 0, tzinfo=UTC)


def by(office, who="operator"):
    return office.folk.actor(who, office.at)


def ranked_batch(office, number):
    draw_for(number=number, words=WORDS, by=by(office), at=office.at)
    return rank(number=number, by=by(office), at=office.at)


def states(cases):
    return [standing(case).state for case in cases]


def ranked_twelve(office):
    """Twelve applications, ten that fit, ranked once for four places: the batch's number, cases, first ranking."""
    number = opened(office)
    cases = [apply(office, number, name) for name in NAMES]
    closed(office)
    for place, case in enumerate(cases[:10]):
        check(office, case, income=f"{1500 + 300 * place}.00", special=place == 9)
    check(office, cases[10], income="9000.00")
    check(office, cases[11], space="40")
    for case in cases[10:]:
        office.act("supervisor", case, "turn_down", reason="超过标准")
    return number, cases, ranked_batch(office, number)


def test_twelve_applications_are_ranked_and_published_and_none_is_decided(office):
    number, cases, first = ranked_twelve(office)

    assert [one.number for one in first] == [
        standing(cases[n]).number for n in (0, 1, 9, 2, 3, 4, 5, 6, 7, 8)
    ]
    assert [one.points for one in first] == [55, 55, 55, 35, 35, 35, 35, 35, 35, 35]
    assert states(cases) == ["listed"] * 3 + ["waiting"] * 6 + ["listed"] + ["refused"] * 2
    assert [one.shown_as for one in batch_numbered(number).published[:2]] == ["王*明", "李*"]
    with pytest.raises(StepRefused):
        office.act("supervisor", cases[0], "grant")


def test_an_objection_upheld_is_checked_again_and_the_next_moves_up(office):
    number, cases, first = ranked_twelve(office)
    office.act("operator", cases[1], "object", objection="名下另有住房")
    with pytest.raises(StepRefused):
        office.act("operator", cases[1], "uphold", reason="属实")
    office.act("supervisor", cases[1], "uphold", reason="属实，重新核对")
    with pytest.raises(BatchRefused):
        rank(number=number, by=by(office), at=office.at)
    check(office, cases[1], space="40")
    office.act("supervisor", cases[1], "turn_down", reason="另有住房")
    office.at += timedelta(days=1)

    second = rank(number=number, by=by(office), at=office.at)

    assert [one.number for one in second] == [
        one.number for one in first if one.number != standing(cases[1]).number
    ]
    assert states(cases[:4]) == ["listed", "refused", "listed", "listed"]
    assert notice_ends(batch_numbered(number)) == standing(cases[0]).ends["notice"]


def test_an_appeal_upheld_by_another_person_takes_its_place_and_people_decide_each(office):
    number, cases, _ = ranked_twelve(office)
    office.act("operator", cases[11], "appeal", appeal="面积量错了")
    with pytest.raises(StepRefused):
        office.act("supervisor", cases[11], "uphold_appeal", reason="属实")
    office.act("caller", cases[11], "uphold_appeal", reason="面积确实量错")
    check(office, cases[11], income="1000.00", space="6", special=True)
    office.at += timedelta(days=1)

    again = rank(number=number, by=by(office), at=office.at)

    assert again[0].number == standing(cases[11]).number
    assert states([cases[2], cases[11]]) == ["waiting", "listed"]
    office.at += timedelta(days=8)
    for case in (cases[11], cases[0], cases[1], cases[9]):
        office.act("supervisor", case, "grant")
    with pytest.raises(StepRefused):
        office.act("supervisor", cases[2], "grant")
    assert states(cases).count("granted") == 4
    assert batch_numbered(number).taken == 4


def test_who_comes_too_early_or_too_late_is_refused_in_words(office):
    number = opened(office)
    office.at = AT - timedelta(days=1)
    with pytest.raises(StepRefused) as early:
        apply(office, number, "王小明")
    office.at = datetime(2025, 3, 14, 15, 50, tzinfo=UTC)
    apply(office, number, "李四")
    office.at = datetime(2025, 3, 14, 16, 1, tzinfo=UTC)
    with pytest.raises(StepRefused) as late:
        apply(office, number, "赵六")

    assert early.value.message.zh == "“第九批”2025-03-03 才开始受理"
    assert late.value.message.zh == "“第九批”已于 2025-03-14 截止，不再受理"
    assert len(batch_numbered(number).applications) == 1


def test_a_ranking_waits_for_the_window_the_lot_and_the_checks(office):
    number = opened(office)
    case = apply(office, number, "王小明")
    with pytest.raises(BatchRefused) as running:
        draw_for(number=number, words=WORDS, by=by(office), at=office.at)
    closed(office)
    with pytest.raises(BatchRefused) as no_lot:
        rank(number=number, by=by(office), at=office.at)
    draw_for(number=number, words=WORDS, by=by(office), at=office.at)
    with pytest.raises(BatchRefused) as twice:
        draw_for(number=number, words="再来", by=by(office), at=office.at)
    with pytest.raises(BatchRefused) as unchecked:
        rank(number=number, by=by(office), at=office.at)
    with pytest.raises(BatchRefused):
        rank(number=number, by=by(office, "collector"), at=office.at)

    said = [one.value.message.zh for one in (running, no_lot, twice, unchecked)]
    assert said == [
        "受理还没有截止", "请先公开抽签，再排序", "已经抽过签，不能再抽", "还有 1 件没有核对或复核完，不能排序",
    ]  # fmt: skip
    assert standing(case).state == "applied"


def test_equals_fall_by_the_stated_ties_and_then_by_the_lot():
    ties = [Applicant("A", 30, (Fraction(5),)), Applicant("B", 30, (Fraction(4),)),
            Applicant("C", 30, (Fraction(5),)), Applicant("D", 40, (Fraction(9),))]  # fmt: skip

    places = ranked(ties, ["C", "D", "A", "B"])

    assert [(one.number, one.by_lot) for one in places] == [
        ("D", False), ("B", False), ("C", True), ("A", True),
    ]  # fmt: skip


POINTS = st.lists(st.integers(0, 5), min_size=1, max_size=12)


@given(POINTS, st.randoms())
def test_the_order_in_which_applications_came_never_matters(points, chance):
    applicants = [Applicant(f"N{n}", one) for n, one in enumerate(points)]
    lot = [one.number for one in applicants]
    chance.shuffle(lot)
    mixed = [*applicants]
    chance.shuffle(mixed)

    places = ranked(mixed, lot)

    assert places == ranked(applicants, lot)
    assert [one.points for one in places] == sorted(points, reverse=True)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王*明"),
        ("李四", "李*"),
        ("欧阳春晓", "欧**晓"),
        (" 王 五 ", "王*"),
        ("", "*"),
    ],
)
def test_a_name_is_masked(name, shown):
    assert masked(name) == shown
