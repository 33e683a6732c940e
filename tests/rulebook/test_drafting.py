"""A story drafted for a mechanism that has none: it plays, and it shows all that a way was found to."""

from linli.rulebook.loading import shipped
from linli.rulebook.proving.drafting import drafted
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
