"""Planted faults that nobody notices: each is listed with its reason, and none that is noticed stays on the list."""

from pathlib import Path

import pytest
from sampling import sampled

from linli.rulebook.covering.survivors import Listed, judged, read_list, text_of
from linli.rulebook.loading import shipped
from linli.rulebook.proving.faults import faults_of
from linli.rulebook.proving.judging import ENOUGH, Judgement, Survivor, unnoticed
from linli.rulebook.stories import stories_in

BOOK = shipped()
STORIES = stories_in()
FILE = Path(__file__).parents[2] / "docs" / "survivors.yaml"
KEPT = read_list(FILE)
LISTED = KEPT.survivors
EVERY = 61


@pytest.mark.parametrize("key", sampled(LISTED))
def test_what_is_listed_is_what_nobody_notices(key):
    planted = list(faults_of(BOOK.mechanisms[key]))
    listed = {(one["at"], str(one["fault"])) for one in LISTED[key]}
    looked_at = [f for n, f in enumerate(planted) if (f.where, f.said) in listed or not n % EVERY]

    left = {(f.where, f.said) for f in unnoticed(key, BOOK, STORIES[key], among=looked_at)}

    assert left == listed
    assert len(planted) - len(listed) >= ENOUGH * len(planted)


def test_every_survivor_has_one_reason():
    reasons = [set(one) & {"same", "untold"} for rows in LISTED.values() for one in rows]

    assert all(len(found) == 1 for found in reasons)


def test_what_has_changed_since_it_was_judged_is_told():
    print("stale:", *KEPT.stale(BOOK))  # noqa: T201 - ./linli book mutate KEY --write judges one anew

    assert KEPT.measured.keys() <= BOOK.mechanisms.keys()
    assert set(KEPT.stale(BOOK)).isdisjoint(
        key for key, known in KEPT.measured.items() if BOOK.sha256(key).startswith(known)
    )


def test_the_file_is_written_as_it_is_read():
    assert text_of(KEPT) == FILE.read_text(encoding="utf-8")


def test_judging_anew_keeps_the_reasons_that_are_there():
    key = "volunteer"
    old = {"at": "a.b", "fault": 'say "no"', "same": "nobody could see it"}
    before = Listed({key: "x"}, {key: [old, {"at": "gone", "fault": "1", "untold": "it was"}]})
    left = [
        Survivor("guard", "a.b", 1, 'say "no"', BOOK.mechanisms[key].title),
        Survivor("scope", "c.d", 2, "area", BOOK.mechanisms[key].title),
    ]

    after = judged(before, BOOK, [Judgement(key, 50, 0, 0, 48, tuple(left))])

    assert after.survivors[key][0] == old
    assert after.survivors[key][1]["untold"].startswith("nobody in the story stands outside")
    assert len(after.survivors[key]) == 2
    assert key not in after.stale(BOOK)
    assert key in before.stale(BOOK)
