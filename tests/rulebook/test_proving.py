"""Mechanisms proved by their stories: faults are noticed, walks come to an end, none is a copy of another."""

from dataclasses import replace

import pytest
from sampling import sampled

from linli.rulebook.deciding.effects import blank
from linli.rulebook.loading import shipped
from linli.rulebook.proving.faults import faults_of
from linli.rulebook.proving.filling import filled
from linli.rulebook.proving.inventing import Inventor
from linli.rulebook.proving.judging import judge
from linli.rulebook.proving.likeness import nearest, shape_of, twins
from linli.rulebook.proving.searching import search
from linli.rulebook.proving.strolling import stroll
from linli.rulebook.stories import read_story, stories_in
from linli.rulebook.tables import decide

BOOK = shipped()
STORIES = stories_in()
KEYS = sampled(BOOK.mechanisms)
THIN = """
story: small-matter
at: 2026-03-02 09:00
area: /310000/
actors: {clerk: {duty: clerk, body: 7}, chief: {duty: head}}
scenes:
  - title: {zh: 试, en: Try}
    lines:
      - {by: clerk, act: open, form: {what: 事由}}
      - {by: clerk, act: begin, form: {unit: 7}}
      - {at: +3 wd}
"""


@pytest.mark.parametrize("key", ["grid-case"])
def test_a_sample_of_planted_faults_is_noticed(key):
    told = judge(key, BOOK, STORIES[key], every=71)

    assert told.planted > 1
    assert [f"{left.where} {left.said}" for left in told.survivors][told.planted // 10 :] == []


def test_faults_are_single_and_each_is_another(small):
    faults = list(faults_of(small))

    usual = small.model_dump(by_alias=True, exclude_unset=True)
    kinds = {fault.kind for fault in faults}
    assert len(faults) > 100
    assert all({**f.document, "version": 1} != usual for f in faults)
    assert len({f.document["version"] for f in faults}) == len(faults)
    assert kinds >= {
        "transition", "swap", "from", "to", "guard", "role", "scope", "separation", "evidence", "set",
        "budget", "breach", "figure", "wait", "track", "participant", "required", "amber", "table",
    }  # fmt: skip


def test_survivors_name_their_line_and_what_would_notice_them(book, small):
    told = judge("small-matter", book, read_story(THIN, "thin.story.yaml"))

    roles = [left for left in told.survivors if left.kind == "amber"]
    assert not told.is_enough
    assert roles[0].line == 41
    assert roles[0].where == "clocks.work.amber"
    assert roles[0].cure.zh == "请写 due、amber 或 clocks：何时到期、何时预警、停表与否。"
    assert told.caught == told.by_shape + told.by_lint + told.by_story


def test_a_story_told_to_the_full_notices_more_and_says_nothing_twice(book, small):
    thin = read_story(THIN, "thin.story.yaml")

    text = filled(small, thin, THIN, book)

    whole = read_story(text, "whole.story.yaml")
    assert "open: {begin: [clerk/area], look: [chief/area]}" in text
    assert "needs: [unit]" in text
    assert "  opened: 1\n" in text
    assert filled(small, whole, text, book) == text
    before, after = judge("small-matter", book, thin), judge("small-matter", book, whole)
    assert len(after.survivors) < len(before.survivors)


@pytest.mark.parametrize("key", KEYS)
def test_every_walked_case_finds_its_end(key):
    told = stroll(BOOK.mechanisms[key], BOOK, steps=60, places=30)

    assert told.stranded == []
    assert told.cases


def test_a_case_that_cannot_end_is_called_stranded(bend, book):
    stuck = bend("when: all_done('helper')", "when: tries > 9")
    stuck = stuck.model_copy(
        update={"actions": {k: a for k, a in stuck.actions.items() if k != "hurry"}, "clocks": {}}
    )

    told = stroll(stuck, book, steps=3, places=3, tries=9)

    assert len(told.stranded) > told.cases
    assert "(open" in told.stranded[told.cases]


def test_a_search_meets_every_action_and_tells_how_it_came_there():
    gate = BOOK.mechanisms["duty-gate"]

    found = search(gate, BOOK)

    assert found.is_whole
    assert found.taken.keys() == gate.actions.keys()
    assert all(place.way[0].deed.action in gate.starts() for place in found.places)
    for action, place in found.taken.items():
        assert action in place.steps
        assert [one.case.seq for one in place.way] == sorted({one.case.seq for one in place.way})


def test_answers_are_found_that_open_an_action_and_meet_each_row_of_its_table():
    inspection = BOOK.mechanisms["waste-inspection"]

    found = Inventor(inspection, BOOK).forms("inspect")

    rule = inspection.decisions["grading"]
    assert {decide(rule, form)["grade"] for form in found} == {"good", "fair", "poor"}


def test_of_two_sums_that_must_meet_one_is_brought_up_to_the_other():
    checks = BOOK.mechanisms["self-check"]
    case = replace(
        blank(checks, "account:a", "/310000/", ()),
        entry_sums={"hazard": "1004", "remedy": "27"},
        entry_counts={"hazard": 2, "remedy": 3},
    )

    found = Inventor(checks, BOOK).forms("rectify", case)

    assert 1004 - 27 in [form["rectified"] for form in found]


def test_an_action_that_nothing_leads_to_is_named(bend, book):
    shut = bend("when: all_done('helper')", "when: tries > 9")

    told = stroll(shut, book, steps=1, places=3, tries=9)

    assert told.untaken


def test_no_two_mechanisms_are_one_with_a_code_list():
    assert twins(BOOK.mechanisms.values()) == []


def test_a_copy_with_other_names_is_called_a_twin(small):
    text = BOOK.mechanisms["grid-case"]
    copy = text.model_copy(update={"mechanism": "grid-copy"})

    assert twins([text, small, copy]) == [("grid-case", "grid-copy")]
    assert nearest({"a": text, "b": copy})[0].share == 1


def test_a_shape_is_what_a_browser_meets(small):
    assert shape_of(small) == (
        "case", "tracks", "participants", "entries", "decisions", "file", "photo", "bodies", "money",
        "residents",
    )  # fmt: skip
    assert shape_of(replace_kind(small)) != shape_of(small)


def replace_kind(mechanism):
    return mechanism.model_copy(update={"participants": {}})
