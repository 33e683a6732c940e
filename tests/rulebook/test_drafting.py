"""A story drafted for a mechanism that has none: it plays, and it shows all that a way was found to."""

import pytest

from linli.rulebook.loading import load, shipped
from linli.rulebook.proving.drafting import NothingToTell, drafted
from linli.rulebook.proving.strolling import stroll
from linli.rulebook.stories import read_story, run_story


def test_a_drafted_story_plays_and_shows_every_action_clock_and_condition(small, book):
    text, untold = drafted(small, book)
    result = run_story(small, read_story(text, "small-matter.story.yaml"), book)

    assert untold == ()
    assert result.failures == ()
    assert result.gaps == ()
    assert result.actions == frozenset(small.actions)
    assert result.breaches == frozenset(small.clocks)


def test_a_drafted_story_names_people_by_their_roles(small, book):
    text, _ = drafted(small, book)
    cast = read_story(text, "small-matter.story.yaml").plot.actors

    assert {name.rstrip("0123456789") for name in cast} <= {*small.roles, "resident", "neighbour"}
    assert cast["chief"].duty == "head"


def test_what_no_way_was_found_to_is_named(bend, book):
    shut = bend("when: all_done('helper')", "when: tries > 9")

    text, untold = drafted(shut, book)

    assert "action end" in untold
    assert run_story(shut, read_story(text, "x"), book).failures == ()


def test_a_way_is_found_through_conditions_on_several_answers():
    book = shipped()

    text, untold = drafted(book.mechanisms["three-meetings"], book)

    assert untold == ()
    assert run_story(book.mechanisms["three-meetings"], read_story(text, "x"), book).failures == ()


SLIP = """\
mechanism: {key}
version: 1
title: {{zh: 单子, en: Slip}}
basis: [街道自定]
subject: place
roles: {{mender: {{zh: 修理人, en: Mender, duty: handler}}}}
fields:
  what: {{type: word, zh: 问题, en: What}}
  heavy: {{type: bool, zh: 重, en: Heavy}}
  why: {{type: word, zh: 原因, en: Why}}
states:
  open: {{zh: 待修, en: Open, phase: open, initial: true, waits_for: [mend]}}
  done: {{zh: 已修, en: Done, phase: done, final: true}}
actions:
  begin: {{zh: 开单, en: Begin, start: true, by: [{{auto: {way}}}]{asks}}}
  mend: {{zh: 修好, en: Mend, from: open, to: done, by: [{{role: mender, scope: area}}], form: [heavy!, "why! when heavy == true"]}}
clocks:
  mend: {{zh: 时限, en: Limit, budget: 3 wd, runs_in: [open], main: true, basis: 街道自定}}
{more}
shows: {{title: what}}
"""
WEEKLY = (
    'schedule: {weekly: {rule: "FREQ=WEEKLY", action: begin, for: neighbourhood, basis: 街道自定}}'
)


@pytest.mark.parametrize(
    ("way", "asks", "more"), [("parent", ", form: [what!]", ""), ("schedule", "", WEEKLY)]
)
def test_a_case_that_nobody_opens_in_person_is_told_and_walked(book, way, asks, more):
    mechanism = load(SLIP.format(key="slip", way=way, asks=asks, more=more), "slip.yaml")

    text, untold = drafted(mechanism, book)
    walked = stroll(mechanism, book, steps=40, seed=1)

    assert untold == ()
    assert f"{{by: {way}, act: begin" in text
    assert run_story(mechanism, read_story(text, "slip.story.yaml"), book).gaps == ()
    assert walked.stranded == []


def test_what_nobody_can_open_is_not_told(bend, book):
    with pytest.raises(NothingToTell):
        drafted(bend("start: true", "start: false"), book)
