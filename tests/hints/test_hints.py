"""Lessons from an office's own closed cases: learned, looked back on, kept apart by office."""

from datetime import timedelta

import pytest
from lessons import TROUBLES
from townsfolk import AT, settle

from linli.casework.history import Command, HistoricCase, append_history
from linli.hints.actions import CautionRefused, learn_anew, set_caution
from linli.hints.models import Caution, Lesson
from linli.hints.queries import hint, least_sure
from linli.hints.signs import Shown
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor, Duty
from linli.rulebook.loading import shipped

KEY = "historic-order"
LATER = AT + timedelta(days=1)


def closed(office, each, at=AT, start=0):
    by = Actor(office.office, "import:1", (Duty("importer", None, ("/",)),))
    cases = [
        HistoricCase(
            KEY,
            [
                Command(
                    "enter",
                    by,
                    at,
                    {"ref": f"{became}-{n}", "category": became, "what": f"{n}号楼{words[n % 3]}"},
                )
            ],
        )
        for became, words in TROUBLES.items()
        for n in range(start, start + each)
    ]
    with office_transaction(office.office):
        append_history(cases=cases, office=office.office, book=shipped(), until=at)


@pytest.fixture
def taught(db):
    office = settle()
    closed(office, 20, AT - timedelta(hours=1))
    learn_anew(office=office.office, at=AT)
    return office


def test_what_closed_cases_became_is_learned_and_hinted_at(taught):
    with office_transaction(taught.office):
        [lesson] = Lesson.objects.all()
        found = hint(KEY, "category", Shown("3号楼垃圾箱满溢"))

    assert (lesson.mechanism, lesson.field, lesson.cases, lesson.first) == (KEY, "category", 60, 60)
    assert (found.guesses[0].answer, found.is_sure, found.cases) == ("0201", True, 60)


def test_nothing_is_learned_twice_from_the_same_cases_nor_from_too_few(taught):
    few = settle("310112007", "龙柏街道")
    closed(few, 10, AT - timedelta(hours=1))

    assert learn_anew(office=taught.office, at=LATER) == []
    assert learn_anew(office=few.office, at=AT) == []


def test_the_next_lesson_looks_back_at_the_last_one_and_lets_its_model_go(taught):
    closed(taught, 2, AT + timedelta(hours=1), start=20)

    learn_anew(office=taught.office, at=LATER)

    with office_transaction(taught.office):
        first, second = Lesson.objects.order_by("at")
        assert (first.later, first.later_right, first.model) == (6, 6, None)
        assert (second.cases, second.model is not None) == (66, True)


def test_below_the_office_s_own_threshold_nothing_is_said(taught):
    by = taught.actor("operator", AT)
    set_caution(least=0.99, by=by, at=AT)

    with office_transaction(taught.office):
        found = hint(KEY, "category", Shown("3号楼垃圾箱满溢"))
        assert (found.guesses, found.is_sure, least_sure()) == ((), False, 0.99)


def test_a_senseless_threshold_is_refused_and_nothing_changes(taught):
    with pytest.raises(CautionRefused):
        set_caution(least=0.1, by=taught.actor("operator", AT), at=AT)

    with office_transaction(taught.office):
        assert Caution.objects.count() == 0


def test_lessons_are_out_of_reach_of_other_offices(taught):
    other = settle("310112007", "龙柏街道")

    with office_transaction(other.office):
        assert Lesson.objects.count() == 0
        assert hint(KEY, "category", Shown("垃圾箱满溢")) is None
    assert Lesson.objects.count() == 0
