"""What the page of a case shows of its file: answers, and of what the engine fills that which the mechanism names."""

from dataclasses import replace

from linli.casework.queries.views import _shown, _tracks
from linli.rulebook.deciding.effects import blank
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label, Track

BOOK = shipped()


class Plain:
    """Words that are the values themselves."""

    def word(self, _rule, value):
        return value


def shown(key, **values):
    mechanism = BOOK.mechanisms[key]
    case = blank(mechanism, "account:a", "/1/")
    case = replace(case, values={**case.values, **values})
    return {one.field: one.value for one in _shown(mechanism, case, {}, Plain())}


def test_what_the_engine_fills_is_shown_where_the_mechanism_names_it():
    assert shown("batch-application", points=45)["points"] == 45
    assert shown("waste-inspection", grade="good")["grade"] == "good"


def test_what_it_counts_for_itself_is_not():
    assert not {"returns", "redone"} & {*shown("grid-case", returns=1, redone=2)}


def test_a_state_that_two_tracks_know_goes_with_the_name_of_its_track():
    states = {"open": Label(zh="待审", en="Open"), "ok": Label(zh="通过", en="Passed")}
    more = {"late": Label(zh="已督办", en="Urged")}
    tracks = {
        "plan": Track(zh="设计", en="Design", states=states, initial="open"),
        "fire": Track(zh="消防", en="Fire safety", states=states | more, initial="open"),
    }
    mechanism = BOOK.mechanisms["grid-case"].model_copy(update={"tracks": tracks})
    case = blank(mechanism, "account:a", "/1/")

    one = replace(case, tracks={"plan": "ok", "fire": "open"})
    two = replace(case, tracks={"plan": "ok", "fire": "late"})

    assert [label.zh for label in _tracks(mechanism, one)] == ["设计：通过"]
    assert [label.en for label in _tracks(mechanism, two)] == ["Design: Passed", "Urged"]
