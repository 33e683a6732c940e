"""Every shipped mechanism against its statechart: after every random event both stand alike, or both refuse."""

from collections import Counter
from itertools import count

import pytest
from rambling import Ramble
from sampling import sampled
from statecharts import UNOPENED, World, chart_of, configuration

from linli.rulebook.loading import load, shipped

KEYS = sampled(key for key, mechanism in shipped().mechanisms.items() if mechanism.kind == "case")
EVENTS = 60
CASES_MOST = 400  # so many are begun at most until every way to begin has been gone
AUTOMATIC = """\
  tidy: {zh: 自动, en: Tidy, from: [doing], to: fresh, track: {check: {yes: no}}, by: [{auto: tries >= 1}], set: {tries: 0}}
  nudge: {zh: 自动二, en: Nudge, from: [doing], by: [{auto: "grade == 'good' and tries == 0"}], set: {grade: null}}
clocks:
"""


def compared(mechanism, book, seed, charted=None, events=EVENTS):
    """Send random events to interpreter and chart, asserting after each that both stand alike; give what happened."""
    charted, seen, openings = charted or mechanism, Counter(), {*mechanism.starts()}
    for case in count():
        if seen.total() >= events and (openings <= {*seen} or case > CASES_MOST):
            return seen
        world = World(charted, book)
        machine = chart_of(charted, world)
        for event in Ramble(mechanism, book, f"{seed}-{case}").events(30):
            if world.file is None or event.is_opening:
                world.file = event.before
            world.offer(event.before, event.act, opening=event.is_opening)
            machine.send(f"act_{event.act.move.key}")
            assert world.taken == [step.action for step in event.steps]
            state, tracks = configuration(machine)
            if event.after is None and event.is_opening:
                assert f"main_{state}" == UNOPENED
            else:
                case_now = event.after or event.before
                assert (state, tracks) == (case_now.state, dict(case_now.tracks))
            seen.update(world.taken or ["refused"])
    return None


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("key", [*KEYS, "small-matter"])
def test_chart_and_interpreter_stand_alike_after_every_event(book, key, seed):
    seen = compared(book.mechanisms[key], book, seed)

    assert seen.total() >= EVENTS
    assert {*book.mechanisms[key].starts()} <= {*seen}


def test_automatic_actions_move_main_state_and_tracks_together(small_text, book):
    text = small_text.replace("clocks:\n", AUTOMATIC).replace(
        "from: doing, to: fresh", "from: doing"
    )
    mechanism = load(text, "small-matter.yaml")

    seen = sum((compared(mechanism, book, seed) for seed in range(3)), Counter())

    assert seen["nudge"] > 0
    assert seen["tidy"] > 0
    assert seen["refused"] > 10


@pytest.mark.parametrize("key", KEYS)
def test_a_chart_that_lacks_one_transition_is_told_apart(book, key):
    mechanism = book.mechanisms[key]
    taken = sum((compared(mechanism, book, seed) for seed in (1,)), Counter())
    lost = next(action for action, _count in taken.most_common() if action != "refused")
    without = mechanism.actions[lost].model_copy(update={"start": False, "from_": None})
    bent = mechanism.model_copy(update={"actions": {**mechanism.actions, lost: without}})

    with pytest.raises(AssertionError):
        compared(mechanism, book, 1, charted=bent)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total('payment') + cost <= 100", "total('payment') + cost <= 30"),
        ("track: {check: {no: yes}}", "track: {check: {no: yes, yes: no}}"),
        ("from: doing, to: fresh", "from: doing, to: doing"),
    ],
    ids=["guard", "track", "target"],
)
def test_a_chart_of_a_mechanism_that_differs_is_told_apart(small_text, book, old, new):
    bent = load(small_text.replace(old, new), "small-matter.yaml")

    with pytest.raises((AssertionError, KeyError)):
        [compared(book.mechanisms["small-matter"], book, seed, charted=bent) for seed in range(4)]
