"""Values typed twice: one planted is counted, what a form brings along is not, and no shipped form asks for what it knows."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from townsfolk import settle
from walking import log_in, text

from linli.casework.actions import open_case, perform
from linli.casework.definitions import in_force, publish
from linli.ledgers.typed_twice import brought_along, measured, told_again, typed_twice
from linli.project.commands.counting.twice import show
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import load, shipped

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
YEAR = {"begin": datetime(2026, 1, 1, tzinfo=UTC), "end": datetime(2027, 1, 1, tzinfo=UTC)}
_keys = count()
INDUSTRY = next(iter(shipped().codes["industry"].codes))
ENTERPRISE = {
    "name": "甲科技",
    "licence": "91310112000000001X",
    "industry": INDUSTRY,
    "standing": "legal",
}
ROUND = """
mechanism: look-round
version: 1
title: {zh: 走访场所, en: Look round}
basis: [测试用的机制]
subject: facility
roles: {centre: {zh: 中心, en: Centre, duty: operator}}
fields:
  venue: {type: entry, of: venue, zh: 场所, en: Venue}
  hours: {type: word, max: 60, zh: 开放时间, en: Opening hours}
  seats: {type: int, zh: 另一个意思, en: Something else}
  finding: {type: code, list: [good, bad], zh: 结论, en: Finding, labels: {good: {zh: 好, en: Good}, bad: {zh: 差, en: Bad}}}
states:
  open: {zh: 在办, en: Open, phase: open, initial: true}
  judged: {zh: 已判断, en: Judged, phase: open}
  over: {zh: 办完, en: Over, phase: done, final: true}
actions:
  begin: {zh: 走访, en: Begin, start: true, by: [{role: centre}], form: [venue!, hours, seats]}
  judge: {zh: 判断, en: Judge, from: open, to: judged, by: [{role: centre}], form: [finding!]}
  back: {zh: 退回, en: Back, from: judged, to: open, by: [{role: centre}]}
  end: {zh: 办完, en: End, from: judged, to: over, by: [{role: centre}], form: [finding!]}
"""


@pytest.fixture
def folk(db):
    made = settle()
    found = load(ROUND, "look-round.yaml")
    with office_transaction(made.office):
        publish(
            replace(shipped(), mechanisms={"look-round": found}, texts={"look-round": ROUND}),
            office=made.office,
        )
        yield made


def opened(folk, mechanism, action, **form):
    return open_case(
        mechanism=mechanism, action=action, by=folk.actor("operator", AT), at=AT, form=form,
        area=folk.committee, key=f"k{next(_keys)}",
    )  # fmt: skip


def act(folk, receipt, action, **form):
    perform(
        case=receipt.case_id, action=action, by=folk.actor("operator", AT), at=AT, form=form,
        key=f"k{next(_keys)}", revision=None,
    )  # fmt: skip


def venue(folk):
    return opened(
        folk, "venue", "enrol", name="文化中心", kind="culture", hours="9:00–17:00", seats=60
    )


def found(folk):
    return told_again(in_force(), **YEAR, under=folk.committee)


def test_a_value_typed_although_the_entry_holds_it_is_counted(folk):
    entry = venue(folk)
    opened(folk, "look-round", "begin", venue=entry.number)
    assert typed_twice(found(folk)) == 0

    planted = opened(folk, "look-round", "begin", venue=entry.number, hours="9:00–17:00")

    (one,) = found(folk)
    assert typed_twice([one]) == 1
    assert (one.mechanism, one.action, one.held_in, one.field, one.example) == (
        "look-round", "begin", "venue", "hours", planted.number,
    )  # fmt: skip


def test_another_value_and_another_meaning_are_no_double(folk):
    entry = venue(folk)

    opened(folk, "look-round", "begin", venue=entry.number, hours="10:00–18:00", seats=60)

    assert found(folk) == []


def test_what_the_form_brings_along_was_not_typed(folk):
    receipt = opened(folk, "look-round", "begin", venue=venue(folk).number)
    act(folk, receipt, "judge", finding="good")
    act(folk, receipt, "end", finding="good")

    (one,) = found(folk)

    assert (one.field, one.times, one.is_typed) == ("finding", 1, False)
    assert typed_twice([one]) == 0


def test_other_grounds_and_other_years_are_not_counted(folk):
    opened(folk, "look-round", "begin", venue=venue(folk).number, hours="9:00–17:00")

    late = {**YEAR, "begin": datetime(2026, 6, 1, tzinfo=UTC)}
    assert told_again(in_force(), **YEAR, under=f"{folk.committee}9/") == []
    assert told_again(in_force(), **late, under=folk.committee) == []


def test_the_page_and_the_command_say_the_same(folk, capsys):
    opened(folk, "look-round", "begin", venue=venue(folk).number, hours="9:00–17:00")

    class Options:
        office, year = None, 2026

    page = text(log_in("operator").get("/staff/layouts/twice/", {"year": "2026"}))

    assert "2026 年填了两遍的值：1 个" in page
    assert "开放时间" in page
    assert show(Options) == 1
    assert "1" in capsys.readouterr().out


def test_the_form_of_an_action_shows_what_the_case_holds(folk):
    receipt = opened(folk, "look-round", "begin", venue=venue(folk).number)
    act(folk, receipt, "judge", finding="bad")

    sheet = log_in("operator").get(f"/staff/cases/{receipt.number}/do/end/").context["sheet"]

    assert sheet.answers["finding"] == "bad"


def test_an_action_done_again_is_asked_anew_and_its_answer_is_no_double(folk):
    receipt = opened(folk, "look-round", "begin", venue=venue(folk).number)
    act(folk, receipt, "judge", finding="bad")
    act(folk, receipt, "back")

    sheet = log_in("operator").get(f"/staff/cases/{receipt.number}/do/judge/").context["sheet"]
    act(folk, receipt, "judge", finding="bad")

    assert "finding" not in sheet.answers
    assert found(folk) == []


def test_an_entry_that_is_named_fills_the_name_that_was_left_blank(folk):
    entry = opened(folk, "enterprise-entry", "enrol", **ENTERPRISE)
    operator = log_in("operator")
    address = "/staff/intake/enterprise-visit/plan/"
    key = operator.get(address).context["sheet"].key

    operator.post(address, {"key": key, "enterprise": entry.number, "planned_on": "2026-03-10"})

    (row,) = operator.get("/staff/cases/", {"mechanism": "enterprise-visit"}).context["page"].rows
    assert row.title == "甲科技"
    again = told_again(
        in_force(), begin=YEAR["begin"], end=datetime(2100, 1, 1, tzinfo=UTC), under="/310000/"
    )
    assert [(one.field, one.is_typed) for one in again] == [("name", False)]


def test_no_shipped_form_asks_for_what_a_named_entry_holds():
    book = shipped()
    doubles = []
    for key, mechanism in book.mechanisms.items():
        for name, action in mechanism.actions.items():
            named = [f for f in action.fields if mechanism.fields[f].type == "entry"]
            for entry in named:
                register = book.mechanisms[mechanism.fields[entry].of]
                doubles += [
                    (key, name, field)
                    for field in action.required
                    if field in register.fields
                    and measured(mechanism.fields[field])
                    and register.fields[field].zh == mechanism.fields[field].zh
                ]

    assert doubles == []


def test_what_could_repeat_an_entry_that_is_not_named_is_next_to_nothing():
    book = shipped().mechanisms
    registers = {key: one for key, one in book.items() if one.kind == "register" and one.unique}
    pairs = {
        (key, register, field)
        for key, one in book.items()
        for register, other in registers.items()
        if key != register and all(alike(one, other, name) for name in other.unique)
        for field in one.fields
        if field not in other.unique and alike(one, other, field)
    }

    assert pairs == {
        ("service-point", "shared-space", "hours"), ("shared-space", "service-point", "hours"),
        ("service-point", "care-facility", "held_on"), ("service-point", "care-facility", "people"),
        ("owners-committee", "estate-entry", "agreed"),
    }  # fmt: skip
    # two things of their own at one address; days and visits are told of each, and two votes have each their own ayes


def alike(one, other, name):
    """Say whether both are told a field in the open that means the same."""
    here, there = one.fields.get(name), other.fields.get(name)
    known = here is not None and there is not None and here.zh == there.zh
    return known and measured(here) and measured(there)


def test_what_is_said_anew_is_not_brought_along():
    grid = shipped().mechanisms["grid-case"]

    assert brought_along(grid, "report") == frozenset()
    assert "category" in brought_along(grid, "accept")
