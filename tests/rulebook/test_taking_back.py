"""Taking back: for a stated time, while nothing else moved the case, and without winning time by it."""

from datetime import UTC, datetime, timedelta

import pytest
from shelves import Shelf

from linli.rulebook.casefile import Actor, Duty, Opening, StepRefused
from linli.rulebook.deciding import decide, openings
from linli.rulebook.lint import lint
from linli.rulebook.loading import load

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AREA = "/310000/310112/310112006/"
CLERK = Actor(1, "account:clerk", (Duty("clerk", 7, (AREA,)),))
BEGIN = "assign: unit, decide: grading}\n"
BACK = "  undo: {zh: 撤回, en: Undo, from: doing, to: fresh, assign: none, takes_back: {begin: 30 cm}, by: [{role: clerk, scope: area}]}\n"
AGAIN = (
    "  again: {zh: 重来一次, en: Again, from: doing, to: doing, by: [{role: clerk, scope: area}]}\n"
)
WAITING = "clocks:\n  wait: {zh: 待办时限, en: Time to begin, budget: 1 wd, runs_in: [fresh], basis: 街道默认值}\n"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def text(small_text):
    return small_text.replace(BEGIN, BEGIN + BACK + AGAIN).replace("clocks:\n", WAITING)


@pytest.fixture
def act(text, book):
    mechanism = load(text, "small-matter.yaml")

    def taken(case, action, at, **form):
        told = decide(mechanism, case, action, actor=CLERK, at=at, form=form, book=book, area=AREA)
        return told.case

    taken.mechanism = mechanism
    return taken


@pytest.fixture
def begun(act):
    """A case that was opened and, an hour later, begun."""
    fresh = act(None, "open", MONDAY, what="路灯不亮")
    return fresh, act(fresh, "begin", MONDAY + 60 * MINUTE, unit=7)


def test_what_was_done_last_is_taken_back_and_its_limit_goes_on_as_before(act, begun):
    fresh, doing = begun

    back = act(doing, "undo", MONDAY + 90 * MINUTE)

    assert doing.clocks["wait"].was_met
    assert (back.state, back.holder) == ("fresh", None)
    assert back.clocks["wait"] == fresh.clocks["wait"]
    assert back.clocks["work"].ended_at == MONDAY + 90 * MINUTE


def test_a_limit_that_was_missed_stays_missed(act, begun, book):
    fresh, _doing = begun
    late = act(fresh, "begin", MONDAY + timedelta(days=3), unit=7)

    back = act(late, "undo", MONDAY + timedelta(days=3, minutes=5))

    assert late.clocks["wait"].was_met is False
    assert back.clocks["wait"].breached_at == fresh.clocks["wait"].due_at


def test_a_minute_after_the_stated_time_it_is_neither_offered_nor_taken(act, begun, book):
    _fresh, doing = begun
    undo = Opening("undo")

    def offered(at):
        return undo in openings(act.mechanism, doing, CLERK, book, at)

    assert offered(MONDAY + 90 * MINUTE)
    assert not offered(MONDAY + 91 * MINUTE)
    with pytest.raises(StepRefused) as refused:
        act(doing, "undo", MONDAY + 91 * MINUTE)
    assert (refused.value.code, refused.value.message.zh) == (
        "state",
        "已过可以撤回的时间，不能再“撤回”。",
    )


def test_once_the_case_moved_on_it_is_not_taken_back_though_it_stands_where_it_stood(
    act, begun, book
):
    _fresh, doing = begun
    moved = act(doing, "again", MONDAY + 61 * MINUTE)

    with pytest.raises(StepRefused) as refused:
        act(moved, "undo", MONDAY + 62 * MINUTE)

    assert refused.value.message.zh == "案件已接着往下办，不能再“撤回”。"
    assert Opening("undo") not in openings(act.mechanism, moved, CLERK, book)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{begin: 30 cm}", "{begin: 30 wm}", "撤回的期限“30 wm”写法不对。"),
        ("{begin: 30 cm}", "{beginn: 30 cm}", "没有名为“beginn”的动作。"),
        ("{begin: 30 cm}", "{retry: 30 cm}", "“撤回”撤不回“重来”。"),
        ("{begin: 30 cm},", "{begin: 30 cm}, form: [note!],", "“撤回”撤不回“承办”。"),
    ],
)
def test_a_taking_back_that_cannot_be_is_found(text, old, new, said):
    shelf = Shelf(text.replace(old, new))

    found = [one.message.zh for one in lint(shelf.mechanism, shelf) if "takes_back" in one.where]

    assert found == [said]
