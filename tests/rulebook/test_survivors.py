"""Planted faults that nobody notices: each is listed with its reason, and none that is noticed stays on the list."""

from pathlib import Path

import pytest
import yaml
from sampling import sampled

from linli.rulebook.loading import shipped
from linli.rulebook.proving.faults import faults_of
from linli.rulebook.proving.judging import ENOUGH, unnoticed
from linli.rulebook.stories import stories_in

BOOK = shipped()
STORIES = stories_in()
LISTED = yaml.safe_load((Path(__file__).parents[2] / "docs/survivors.yaml").read_text("utf-8"))
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
