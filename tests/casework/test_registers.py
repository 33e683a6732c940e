"""Registers: one current entry for a key, amendments on record, references checked, figures over entries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from building import AT, FIRST, an_office
from test_two_people import one_while_the_other

from linli.casework import queries
from linli.casework.actions import Receipt, StepRefused, open_case, perform
from linli.casework.definitions import publish
from linli.casework.history import Command, HistoricCase, HistoryRefused, append_history
from linli.casework.journal.rebuilding import rebuild_case, rebuilt_row
from linli.casework.journal.referring import entry_names
from linli.casework.models import Case, Reference, Sealed, Step
from linli.figures.periods import period_named
from linli.figures.queries import read
from linli.rulebook.loading import load, shipped

_keys = count()
MARCH = period_named("2026-03")
ROUND = """
mechanism: look-round
version: 1
title: {zh: 走访场所, en: Look round}
basis: [测试用的机制]
subject: facility
roles: {centre: {zh: 中心, en: Centre, duty: operator}}
fields:
  venue: {type: entry, of: venue, zh: 场所, en: Venue}
states:
  open: {zh: 在办, en: Open, phase: open, initial: true}
  over: {zh: 办完, en: Over, phase: done, final: true}
actions:
  begin: {zh: 走访, en: Begin, start: true, by: [{role: centre}], form: [venue!]}
  end: {zh: 办完, en: End, from: open, to: over, by: [{role: centre}]}
"""
CULTURE = {"name": "古美文化活动中心", "kind": "culture", "seats": 600}
WANG = {"name": "王某", "phone": "138 0000 0001", "skill": "elderly", "joined_on": "2026-03-02"}


def enrol(office, form=CULTURE, mechanism="venue", key=None, at=AT, by="operator"):
    return open_case(
        mechanism=mechanism, action="enrol", by=office.actors[by], at=at, form=form, area=FIRST,
        key=key or f"enrol-{next(_keys)}",
    )  # fmt: skip


def act(office, case, action, form, at=AT):
    return perform(
        case=case, action=action, by=office.actors["operator"], at=at, form=form, revision=None,
        key=f"do-{next(_keys)}",
    )  # fmt: skip


def with_round(office):
    book = shipped()
    found = load(ROUND, "look-round.yaml")
    publish(
        replace(book, mechanisms={"look-round": found}, texts={"look-round": ROUND}),
        office=office.id,
    )


def begin(office, venue):
    return open_case(
        mechanism="look-round", action="begin", by=office.actors["operator"], at=AT,
        form={"venue": venue}, area=FIRST, key=f"begin-{next(_keys)}",
    )  # fmt: skip


def test_a_second_entry_of_the_same_key_is_refused_and_names_the_first(office):
    first = enrol(office)

    with pytest.raises(StepRefused) as refused:
        enrol(office, {**CULTURE, "name": " 古美 文化活动中心"})

    assert refused.value.code == "unique"
    assert refused.value.message.zh == (
        "“公共文化场所名册”里已有同一“场所名称”的条目："
        f"古美文化活动中心，{first.number}。请去变更那一条。"
    )
    assert [fault.field for fault in refused.value.faults] == ["name"]
    assert Case.objects.filter(mechanism="venue").count() == 1


def test_the_same_key_sent_twice_gives_the_entry_that_is_there(office):
    first = enrol(office, key="once")

    assert enrol(office, key="once") == first


def test_a_retired_entry_makes_room_for_a_new_one(office):
    first = enrol(office)
    act(office, first.case_id, "retire", {"reason": "重新登记"})

    second = enrol(office)

    assert second.number != first.number
    keys = dict(Case.objects.filter(mechanism="venue").values_list("number", "entry_key"))
    assert keys == {first.number: None, second.number: {"name": "古美文化活动中心"}}


def test_a_personal_key_is_kept_as_a_keyed_hash_and_still_held_to(office):
    first = enrol(office, WANG, "volunteer")

    with pytest.raises(StepRefused) as refused:
        enrol(office, {**WANG, "name": "王小某", "phone": "+86 138-0000-0001"}, "volunteer")

    assert refused.value.code == "unique"
    assert refused.value.message.zh.endswith(f"{first.number}。请去变更那一条。")
    kept = Case.objects.get(id=first.case_id).entry_key["phone"]
    assert len(kept) == 64
    assert "13800000001" not in str(Step.objects.filter(case=first.case_id).values())


def test_amending_into_the_key_of_another_is_refused_and_changes_nothing(office):
    enrol(office)
    other = enrol(office, {"name": "平南睦邻中心", "kind": "neighbourhood"})

    with pytest.raises(StepRefused) as refused:
        act(office, other.case_id, "amend", {"name": CULTURE["name"]})

    assert refused.value.code == "unique"
    assert Step.objects.filter(case=other.case_id).count() == 1
    assert Case.objects.get(id=other.case_id).values["name"] == "平南睦邻中心"


def test_an_amendment_of_something_else_keeps_a_sealed_key(office):
    first = enrol(office, WANG, "volunteer")
    before = Case.objects.get(id=first.case_id).entry_key

    act(office, first.case_id, "amend", {"team": "银龄互助队"})

    assert Case.objects.get(id=first.case_id).entry_key == before
    assert Sealed.objects.filter(case=first.case_id, field="phone").count() == 1


def test_an_entry_told_again_from_its_steps_stands_as_it_did(office):
    first = enrol(office, WANG, "volunteer")
    act(
        office,
        first.case_id,
        "record",
        {"activity": "陪诊", "served": "2.5", "served_on": "2026-03-01"},
    )
    act(office, first.case_id, "amend", {"team": "银龄互助队"})
    before = Case.objects.values().get(id=first.case_id)

    rebuild_case(first.case_id, AT)

    assert Case.objects.values().get(id=first.case_id) == before
    assert rebuilt_row(first.case_id, AT)["entry_key"] == before["entry_key"]


def test_two_at_once_get_one_entry_and_one_clear_refusal(transactional_db, settings, tmp_path):
    settings.LINLI_HOME = tmp_path
    office = an_office()

    outcomes = one_while_the_other(office, lambda: enrol(office), lambda: enrol(office))

    assert isinstance(outcomes[0], Receipt)
    assert isinstance(outcomes[1], StepRefused)
    assert outcomes[0].number in outcomes[1].message.zh


def test_history_holds_to_the_key_too_within_one_call_and_with_what_is_there(office):
    enrol(office)

    def history(*names):
        steps = [
            [Command("enrol", office.actors["operator"], AT, {**CULTURE, "name": name})]
            for name in names
        ]
        cases = [HistoricCase("venue", one, area=FIRST) for one in steps]
        return append_history(office=office.id, cases=cases, book=shipped(), until=AT)

    with pytest.raises(HistoryRefused, match="unique"):
        history("古美图书馆", CULTURE["name"])
    with pytest.raises(HistoryRefused, match="unique"):
        history("古美图书馆", "古美体育馆", "古美图书馆")


def test_a_case_refers_to_a_current_entry_of_the_right_register(office):
    with_round(office)
    venue, person = enrol(office), enrol(office, WANG, "volunteer")

    receipt = begin(office, venue.number.lower())

    assert list(Reference.objects.values_list("case_id", "field", "entry")) == [
        (receipt.case_id, "venue", venue.number)
    ]
    for number in (person.number, "GM26-9999999"):
        with pytest.raises(StepRefused) as refused:
            begin(office, number)
        assert refused.value.code == "reference"
    act(office, venue.case_id, "retire", {"reason": "关闭"})
    with pytest.raises(StepRefused):
        begin(office, venue.number)
    assert Case.objects.filter(mechanism="look-round").count() == 1


def test_an_entry_is_named_by_its_open_title(office):
    venue, person = enrol(office), enrol(office, WANG, "volunteer")

    assert entry_names([venue.number, person.number]) == {
        venue.number: f"古美文化活动中心（{venue.number}）",
        person.number: person.number,
    }


def test_the_case_that_refers_to_an_entry_is_found_from_it(office):
    with_round(office)
    venue = enrol(office)
    receipt = begin(office, venue.number)

    view = queries.case_view(number=venue.number, actor=office.actors["operator"], at=AT)
    back = queries.case_view(number=receipt.number, actor=office.actors["operator"], at=AT)

    assert [row.number for row in view.related] == [receipt.number]
    assert [row.number for row in back.related] == [venue.number]
    assert [shown.value for shown in back.shown] == [f"古美文化活动中心（{venue.number}）"]


def test_an_amendment_is_told_with_what_was_before(office):
    venue = enrol(office)
    act(office, venue.case_id, "amend", {"seats": 550, "hours": "9:00-17:00", "kind": "culture"})

    view = queries.case_view(number=venue.number, actor=office.actors["operator"], at=AT)

    told = [(said.field, said.before, said.value) for said in view.trail[-1].texts]
    assert told == [("seats", "600", "550"), ("hours", None, "9:00-17:00")]


def test_figures_count_the_stock_the_flows_and_the_sums(office):
    venue = enrol(office)
    other = enrol(office, {"name": "平南睦邻中心", "kind": "neighbourhood", "seats": 80})
    for day, visits in ((2, 1042), (3, 8)):
        form = {"visit_on": f"2026-03-0{day}", "visits": visits, "opened": "open"}
        act(office, venue.case_id, "visit", form, AT + timedelta(days=day))
    act(office, other.case_id, "amend", {"seats": 100})
    gone = enrol(office, {"name": "旧站", "kind": "sport", "seats": 7})
    act(office, gone.case_id, "retire", {"reason": "拆除"})

    found = {
        name: read(f"venue.{name}", MARCH, book=shipped()).value
        for name in ("venues", "seats", "enrolled", "retired", "visits", "reporting", "coverage")
    }

    values = {name: (value.num, value.den) for name, value in found.items()}
    assert values == {
        "venues": (2, None), "seats": (700, None), "enrolled": (3, None), "retired": (1, None),
        "visits": (1050, None), "reporting": (1, None), "coverage": (1, 2),
    }  # fmt: skip


def test_hours_of_a_year_and_the_volunteers_who_gave_them(office):
    first = enrol(office, WANG, "volunteer")
    enrol(office, {**WANG, "phone": "13800000002"}, "volunteer")
    for served, at in (("2.5", AT), ("1", AT), ("4", datetime(2027, 1, 5, 1, 0, tzinfo=UTC))):
        form = {"activity": "陪诊", "served": served, "served_on": "2026-03-01"}
        act(office, first.case_id, "record", form, at)

    hours = read("volunteer.hours", period_named("2026"), book=shipped()).value.num
    active = read("volunteer.active", period_named("2026"), book=shipped()).value.num
    times = read("volunteer.times", period_named("2026"), book=shipped()).value.num

    assert (hours, active, times) == (Decimal("3.50"), 1, 2)
