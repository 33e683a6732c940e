"""The replays of Gumei: a record less is a smaller figure, and another number in the report drafted from them."""

import pytest
import yaml

from linli.project.replay.drafting import report_again
from linli.project.replay.running import replayed
from linli.project.replay.script import replay_text

REPORT, PLAN = "gumei-2015", "gumei-plan"
FLATS = "C000-017"
FLATS_BUILT_NEW = "C004-004"


@pytest.fixture(autouse=True)
def in_english(monkeypatch):
    monkeypatch.setenv("LINLI_LANGUAGE", "en")


def shortened(key, claim, mechanism, changed=None):
    """Give the shipped replay with one claim and the records of one mechanism; `changed` alters them."""
    replay = yaml.safe_load(replay_text(key))
    replay["claims"] = {claim: replay["claims"][claim]}
    replay["neighbourhoods"] = replay["neighbourhoods"][:3]
    replay["records"] = [one for one in replay["records"] if one["mechanism"] == mechanism]
    for record in replay["records"]:
        record["cases"] = min(record["cases"], 7)
        if changed is not None and record["answers"].get("kind") == "group_renting":
            changed(record)
    return yaml.safe_dump(replay, allow_unicode=True)


def computed(text):
    [found] = replayed(text, "gumei.yaml", lambda cases: None, alone=True)
    return found.computed, found.records


def one_less(record):
    record["cases"] -= 1


def not_restored(record):
    """Leave the flats as they are: found and counted, never put right."""
    record["way"] = record["way"][:3]


def test_a_record_less_is_seen_in_the_figure_and_in_the_report_of_2015(db):
    def said(text):
        assert computed(text)[1] > 0
        content = report_again(text, "gumei.yaml").snapshot.content
        return next(one.text for one in content.blocks if "整治群租" in getattr(one, "text", ""))

    before = shortened(REPORT, FLATS, "site-rectification")
    after = shortened(REPORT, FLATS, "site-rectification", one_less)

    assert computed(before) == ("7", 7)
    assert "整治群租7户、无证无照经营7户" in said(before)
    assert computed(after) == ("6", 6)
    assert "整治群租6户、无证无照经营7户" in said(after)


def test_a_record_that_was_not_put_right_is_seen_in_the_figure_of_the_plan(db):
    before = shortened(PLAN, FLATS_BUILT_NEW, "site-rectification")
    after = shortened(PLAN, FLATS_BUILT_NEW, "site-rectification", not_restored)

    assert computed(before)[0] == "100%"
    assert computed(after)[0] != "100%"
