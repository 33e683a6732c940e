"""What the counted steps write themselves is judged by what each wrote, not by what the case came to hold."""

from decimal import Decimal

import pytest
from casework.building import AT, FIRST
from figures.conftest import with_repairs

from linli.casework.actions import open_case, perform
from linli.casework.models import Case
from linli.figures.periods import period_named
from linli.figures.queries import read
from linli.rulebook.casefile import Actor, Duty
from linli.rulebook.counting import FigureRefused, expand
from linli.rulebook.counting.tallying import Tale, tally
from linli.rulebook.loading import load, shipped
from linli.rulebook.stories import run_story, stories_in


def count(name):
    return read(f"repairs.{name}", period_named("2026"), book=with_repairs()).value.num


def test_each_round_counts_by_its_own_number(office):
    keeper = Actor(
        office.id, "account:99", (Duty("keeper", office.bodies["patrol"], ("/310000/",)),)
    )
    case = open_case(
        mechanism="repairs", action="start", by=keeper, at=AT, form={"rounds": 1}, key="r1", area=FIRST
    ).case_id  # fmt: skip
    for nth, (action, form) in enumerate(
        [
            ("pay", {"cost": "12.50"}),
            ("pay", {"cost": "2.00"}),
            ("close", {"rounds": 3}),
            ("reopen", {}),
            ("close", {"rounds": 1}),
        ]
    ):
        perform(
            case=case, action=action, by=keeper, at=AT, form=form, exhibits=[], key=f"s{nth}", revision=None
        )  # fmt: skip

    assert Case.objects.get(id=case).values["rounds"] == 1
    assert (count("finished"), count("many"), count("rounds_done")) == (2, 1, 4)
    assert (count("dear"), count("dear_paid"), count("paid")) == (
        1,
        Decimal("12.50"),
        Decimal("14.50"),
    )


def test_a_story_counts_them_alike():
    key = "three-meetings"
    mechanism, story = shipped().mechanisms[key], stories_in()[key]
    tales = run_story(mechanism, story, shipped()).tales
    answers = [
        step.values["adopted"]
        for tale in tales
        for step in tale.steps
        if step.action == "answer_point"
    ]

    counted = tally(mechanism, "points_adopted", tales)

    assert isinstance(tales[0], Tale)
    assert counted.num == sum(one in ("adopted", "partly") for one in answers) > 0


def test_a_field_that_stands_in_entries_only_is_refused_elsewhere():
    text = with_repairs().texts["repairs"].replace("where kind != 'lamp'}", "where cost >= 10}")

    with pytest.raises(FigureRefused, match="stands in entries only"):
        expand(load(text, "repairs.yaml"), "not_lamps")
