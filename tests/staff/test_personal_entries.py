"""Personal answers under a case: every entry keeps its own, masked, readable with a reason, gone when erased."""

import re

import pytest
from django.utils import timezone
from walking import act, log_in, text

from linli.casework.actions import open_case
from linli.casework.models import Reading, Sealed
from linli.casework.sealing import erase_person
from linli.registry.isolation import office_transaction

ROUND = {"name": "平南助餐点", "kind": "point", "meal": "lunch", "planned": 3}
DOORS = ("12-301", "15-602")


@pytest.fixture
def meals(folk):
    """A meal round that brought meals to two doors."""
    at = timezone.localtime()
    opened = open_case(
        mechanism="meal-round", action="open_round", by=folk.actor("handler", at), at=at,
        form=ROUND, key="a-meal-round", area=folk.committee,
    )  # fmt: skip
    act("handler", opened.number, "set_out")
    for door in DOORS:
        act("collector", opened.number, "confirm", door=door)
    return opened


def read_one(number, step, reason="核对送餐"):
    asked = {"field": "door", "step": step, "reason": reason}
    return log_in("collector").post(f"/staff/cases/{number}/reveal/", asked)


def masked(number):
    page = text(log_in("collector").get(f"/staff/cases/{number}/"))
    return page, re.findall(r'name="step"\s+value="(\d+)"', page)


def test_each_entry_is_masked_and_read_by_itself_on_record(folk, meals):
    page, steps = masked(meals.number)
    assert not any(door in page for door in DOORS)
    assert steps == ["3", "4"]

    told = [text(read_one(meals.number, step)) for step in steps]

    assert [[door in page for door in DOORS] for page in told] == [[True, False], [False, True]]
    with office_transaction(folk.office):
        kept = Reading.objects.order_by("pk").values_list("field", "seq", "reason")
        assert list(kept) == [("door", 3, "核对送餐"), ("door", 4, "核对送餐")]


@pytest.mark.parametrize("step", ["1", "2", "9", "x"])
def test_a_step_that_gave_nothing_personal_tells_nothing(meals, step):
    assert read_one(meals.number, step).status_code == 404


def test_no_reason_tells_nothing(folk, meals):
    answer = read_one(meals.number, "3", reason=" ")

    assert answer.status_code == 422
    assert DOORS[0] not in text(answer)
    with office_transaction(folk.office):
        assert not Reading.objects.exists()


def test_entries_are_encrypted_and_gone_when_the_key_is_destroyed(folk, meals):
    why = {"by": "account:1", "at": timezone.localtime(), "reason": "到期"}
    with office_transaction(folk.office):
        rows = Sealed.objects.filter(case_id=meals.case_id, field="door")
        assert [(row.text, bool(row.ciphertext)) for row in rows] == [(None, True)] * 2

        erase_person(office=folk.office, case=meals.case_id, **why)

    page, steps = masked(meals.number)
    assert steps == []
    assert page.count("已依规删除") >= len(DOORS)
