"""What recurs: each occurrence once for each subject, also when killed half way, caught up with in bounds."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from building import AT, FIRST

from linli.casework.actions import open_case, perform
from linli.casework.definitions import current
from linli.casework.history import append_history
from linli.casework.models import Case, CaseKey, Erasure, Sealed, Step
from linli.casework.proof.checkpoints import checkpoint
from linli.casework.proof.verifying import verify
from linli.casework.registers import Recurrence
from linli.casework.sequencing import sequence
from linli.casework.turns import recurring
from linli.casework.turns.recurring import history_of, next_times, perform_due, take_note
from linli.casework.turns.retention import ends_before, erase_due
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Retention

_keys = count()
APRIL = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)  # nine o'clock in Shanghai, a Wednesday
MAY = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)  # the first is a holiday


def a_point(office, name="东门投放点", at=AT):
    form = {
        "name": name, "neighbourhood": FIRST, "hours": "7:00-9:00", "spot": "东门", "duty": "property",
        "head": "李某", "head_phone": "13800000003",
    }  # fmt: skip
    return open_case(
        mechanism="waste-point", action="enrol", by=office.actors["operator"], at=at, form=form,
        key=f"point-{next(_keys)}",
    )  # fmt: skip


def retire(office, case, at):
    perform(
        case=case, action="retire", by=office.actors["operator"], at=at, form={"reason": "撤点"},
        key=f"retire-{next(_keys)}", revision=None,
    )  # fmt: skip


def inspections():
    found = Case.objects.filter(mechanism="waste-inspection").order_by("opened_at", "id")
    return [(case.values["point"], case.opened_at, case.area) for case in found]


def all_turns(at):
    while perform_due(at):
        pass


def test_each_point_gets_its_inspection_once_at_the_moment_it_is_due(office):
    first, second = a_point(office), a_point(office, "西门投放点")
    retire(office, a_point(office, "旧点").case_id, AT)
    take_note(AT)

    all_turns(APRIL - timedelta(seconds=1))
    before = inspections()
    all_turns(APRIL)
    all_turns(APRIL + timedelta(hours=5))

    assert before == []
    assert inspections() == [(first.number, APRIL, FIRST), (second.number, APRIL, FIRST)]
    step = Step.objects.get(case__mechanism="waste-inspection", values__point=first.number)
    assert (step.actor, step.role) == ("auto:schedule", None)
    assert step.key == f"schedule/waste-inspection/monthly/{first.number}/2026-04-01"


def test_many_points_are_done_over_several_turns(office, monkeypatch):
    monkeypatch.setattr(recurring, "SUBJECTS_A_TURN", 2)
    points = [a_point(office, f"{n}号点").number for n in range(5)]
    take_note(AT)

    turns = [perform_due(APRIL), perform_due(APRIL), perform_due(APRIL), perform_due(APRIL)]

    assert turns == [2, 2, 1, 0]
    assert sorted(point for point, *_ in inspections()) == sorted(points)


def test_done_half_way_it_is_not_done_twice(office):
    """As after a worker that was killed when it had written some, and its row still says nothing was reached."""
    a_point(office)
    take_note(AT)
    before = Recurrence.objects.values().get()
    all_turns(APRIL)
    Recurrence.objects.filter(id=before["id"]).update(**before)

    all_turns(APRIL)

    assert len(inspections()) == 1


def test_after_downtime_a_week_is_caught_up_with_and_of_what_is_older_the_last(office):
    point = a_point(office)
    take_note(AT)

    all_turns(datetime(2026, 6, 20, 1, 0, tzinfo=UTC))

    assert inspections() == [(point.number, datetime(2026, 6, 1, 1, 0, tzinfo=UTC), FIRST)]
    row = Recurrence.objects.get()
    assert (row.occurrence, row.next_at) == ("2026-07-01", datetime(2026, 7, 1, 1, 0, tzinfo=UTC))


def test_a_schedule_is_noted_from_now_on_and_again_only_when_it_changed(office):
    assert take_note(APRIL + timedelta(days=3)) == 1
    assert take_note(APRIL + timedelta(days=4)) == 0
    assert Recurrence.objects.get().next_at == MAY
    Recurrence.objects.update(rule="{}")
    assert take_note(APRIL + timedelta(days=5)) == 1


def test_history_takes_the_same_occurrences_with_the_same_keys_on_the_virtual_clock(office):
    point = a_point(office)
    cases = list(history_of(current("waste-inspection"), "monthly", APRIL, MAY + timedelta(days=1)))

    append_history(office=office.id, cases=cases, book=shipped(), until=MAY + timedelta(days=40))

    assert inspections() == [(point.number, APRIL, FIRST), (point.number, MAY, FIRST)]
    take_note(AT)
    all_turns(APRIL)
    assert len(inspections()) == 2
    late = Case.objects.filter(mechanism="waste-inspection", breached=True).count()
    assert late == 2


def test_the_next_time_is_known(office):
    assert next_times(current("waste-inspection"), AT)["monthly"].at == APRIL


def test_what_was_kept_long_enough_is_erased_with_a_row_each_and_the_chain_holds(office):
    point, other = a_point(office), a_point(office, "西门投放点")
    retire(office, point.case_id, APRIL)

    early = erase_due(APRIL + timedelta(days=364))
    done = erase_due(APRIL + timedelta(days=366))
    again = erase_due(APRIL + timedelta(days=367))

    assert (early, done, again) == (0, 1, 0)
    assert not CaseKey.objects.filter(case=point.case_id).exists()
    assert not Sealed.objects.filter(case=point.case_id, ciphertext__isnull=False).exists()
    assert CaseKey.objects.filter(case=other.case_id).exists()
    rows = Erasure.objects.filter(case=point.case_id).order_by("field")
    assert [(row.field, row.by) for row in rows] == [
        ("@files", "auto:retention"), ("head", "auto:retention"), ("head_phone", "auto:retention"),
    ]  # fmt: skip
    assert rows[0].reason.startswith("waste-point v1: 1 y；")
    sequence()
    checkpoint(office=office.id, at=APRIL + timedelta(days=367))
    assert verify(office=office.id).is_sound


@pytest.mark.parametrize(("keep", "bound"), [("3 y", 2023), ("90 d", 2025)])
def test_a_period_is_counted_back_from_now(keep, bound):
    found = ends_before(Retention(keep=keep, basis="测试"), AT)

    assert found.year == bound
