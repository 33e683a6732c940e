from datetime import timedelta
from itertools import count

import pytest
from building import AT, FIRST, IN_FIRST, NOWHERE, STREET, photo

from linli.casework import queries
from linli.casework.actions import (
    KeyReused,
    RevisionConflict,
    StepRefused,
    open_case,
    perform,
)
from linli.casework.models import Case, InboxRow, Pending, Step, Timer
from linli.rulebook.loading import shipped

_keys = count()


def report(office, form=None, key="report-1", at=AT, **more):
    form = {"what": "井盖松动", "place": IN_FIRST} if form is None else form
    return open_case(
        mechanism="grid-case",
        action="report",
        by=office.resident,
        at=at,
        form=form,
        key=key,
        **more,
    )


def act(office, case, action, by, at=AT, revision=None, key=None, form=None, **more):
    return perform(
        case=case,
        action=action,
        by=office.actors.get(by) or office.resident,
        at=at,
        form=form or {},
        key=key or f"act-{next(_keys)}",
        revision=revision,
        **more,
    )


def test_a_report_opens_a_case_on_the_ground_it_names(office):
    receipt = report(office)

    case = Case.objects.get(id=receipt.case_id)
    assert (case.state, case.phase, case.seq, case.area) == ("reported", "intake", 1, FIRST)
    assert (case.cell_id, case.lon, case.lat, case.datum) == (
        office.cells[FIRST], 121.385, 31.105, "wgs84",
    )  # fmt: skip
    assert receipt.number == case.number == f"GM26-{case.id:07d}"
    assert len(receipt.code) == 8


def test_a_place_outside_the_office_is_kept_on_the_offices_own_ground(office):
    receipt = report(office, {"what": "树倒了", "place": NOWHERE})

    case = Case.objects.get(id=receipt.case_id)
    assert (case.area, case.cell_id, case.lon) == (STREET, None, 121.5)


def test_the_same_key_twice_gives_the_same_receipt_and_one_case(office):
    first = report(office)
    second = report(office)

    assert first == second
    assert Case.objects.count() == 1
    assert Step.objects.count() == 1
    assert InboxRow.objects.count() == 1


def test_a_key_used_for_another_action_is_refused(office):
    receipt = report(office)

    with pytest.raises(KeyReused):
        act(
            office, receipt.case_id, "accept", "operator", key="report-1", form={"category": "0101"}
        )
    assert Step.objects.count() == 1


def test_a_refused_report_leaves_nothing(office):
    with pytest.raises(StepRefused):
        report(office, {"place": IN_FIRST})

    assert (Case.objects.count(), Step.objects.count(), Pending.objects.count()) == (0, 0, 0)


def test_the_whole_way_to_closed(office):
    case = report(office).case_id
    category = grid_category()

    act(office, case, "accept", "operator", form={"category": category})
    act(office, case, "file", "operator")
    act(office, case, "dispatch", "dispatcher", form={"unit": office.bodies["patrol"]})
    act(office, case, "take_on", "handler")
    act(office, case, "finish", "handler", form={"result": "已修好"}, exhibits=[photo()])
    act(office, case, "verify", "verifier")
    act(office, case, "call_back", "caller", form={"satisfaction": "satisfied"})

    row = Case.objects.get(id=case)
    assert (row.state, row.phase, row.closed_at, row.category) == ("closed", "done", AT, category)
    assert row.seq == Step.objects.filter(case_id=case).count() == Pending.objects.count() == 9
    assert [t.clock for t in Timer.objects.all()] == ["cool"]
    assert InboxRow.objects.count() == 0


def test_who_looked_too_long_ago_is_shown_what_happened_since(office):
    case = report(office).case_id
    act(office, case, "accept", "operator", revision=1, form={"category": grid_category()})

    with pytest.raises(RevisionConflict) as met:
        act(office, case, "reject", "operator", revision=1, form={"reason": "重复"})
    assert met.value.revision == 2
    assert [(told.seq, told.action) for told in met.value.theirs] == [(2, "accept")]
    assert Case.objects.get(id=case).state == "accepted"


def test_a_retried_action_gives_its_receipt_although_the_case_has_moved_on(office):
    case = report(office).case_id
    form = {"category": grid_category()}
    first = act(office, case, "accept", "operator", revision=1, key="accept-1", form=form)
    act(office, case, "file", "operator", revision=2)

    again = act(office, case, "accept", "operator", revision=1, key="accept-1", form=form)

    assert again == first
    assert Case.objects.get(id=case).seq == 3


def test_a_clock_that_fell_due_elapses_before_the_action(office):
    case = report(office).case_id

    act(
        office,
        case,
        "accept",
        "operator",
        at=AT + timedelta(days=3),
        form={"category": grid_category()},
    )

    steps = Step.objects.filter(case_id=case).order_by("seq").values_list("action", "actor", "at")
    assert [action for action, _, _ in steps] == ["report", "supervise", "escalate", "accept"]
    assert [at for _, _, at in steps] == sorted(at for _, _, at in steps)


def grid_category():
    return shipped().codes["grid-category"].choices()[0].code


def test_what_waits_for_whom_follows_the_case(office):
    case = report(office).case_id

    waits = queries.inbox(actor=office.actors["operator"], at=AT)
    assert [(line.row.id, line.action, line.row.title) for line in waits.rows] == [
        (case, "accept", "井盖松动")
    ]
    assert queries.waiting_count(actor=office.actors["dispatcher"], at=AT) == 0
