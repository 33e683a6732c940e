"""No open case is forgotten: wherever a search through a mechanism comes to, somebody is expected to act or a clock runs."""

from dataclasses import replace

import pytest

from linli.rulebook.deciding import waiting
from linli.rulebook.loading import shipped
from linli.rulebook.proving.searching import search

PLACES, TRIES = 40, 3
LIVE = ("intake", "open")
BOOK = shipped()


def floats(mechanism, case):
    """Say whether an open case waits for nobody, runs against no clock and has no child at work."""
    is_open = mechanism.states[case.state].phase in LIVE
    has_child = any("done" not in one.marks and "void" not in one.marks for one in case.children)
    is_timed = any(reading.is_running for reading in case.clocks.values())
    return is_open and not (waiting(mechanism, case) or is_timed or has_child)


@pytest.mark.parametrize(
    "key", sorted(key for key, one in BOOK.mechanisms.items() if not one.is_register)
)
def test_an_open_case_is_expected_of_somebody_or_against_a_clock(key):
    mechanism = BOOK.mechanisms[key]

    found = search(mechanism, BOOK, most=PLACES, tries=TRIES, hears_children=True)

    assert found.places
    assert [one.case.state for one in found.places if floats(mechanism, one.case)] == []


def test_a_case_nobody_is_expected_to_act_on_would_be_found():
    mechanism = BOOK.mechanisms["grid-case"]
    filed = mechanism.states["filed"].model_copy(update={"waits_for": []})
    silent = mechanism.model_copy(update={"states": {**mechanism.states, "filed": filed}})

    places = search(mechanism, BOOK, most=PLACES, tries=TRIES).places
    stopped = [replace(one.case, clocks={}) for one in places]

    assert {case.state for case in stopped if floats(silent, case)} == {"filed"}
