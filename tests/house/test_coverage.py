"""What is said to work is proved: by a story that performs it and counts it, or by a test that is there."""

from __future__ import annotations

from collections import Counter

import pytest

from house import ground
from linli.project.commands.authors.coverage import last_line, page, standing
from linli.rulebook.covering.claims import check_claims, shortfalls
from linli.rulebook.covering.coverage import TestNames as Names
from linli.rulebook.covering.coverage import all_told
from linli.rulebook.covering.systems import read_systems
from linli.rulebook.loading import shipped
from linli.rulebook.stories import stories_in

TOLD = all_told(shipped(), stories_in())
NAMES = Names(ground.REPOSITORY)


@pytest.mark.parametrize("key", sorted(TOLD))
def test_what_a_mechanism_covers_its_story_proves(key):
    found = check_claims(TOLD[key], read_systems(), NAMES.has)

    assert [
        f"{TOLD[key].story.source}:{one.line}: {one.message.en} {one.cure.en}" for one in found
    ] == []


@pytest.mark.parametrize("number", sorted({n for t in TOLD.values() for n in t.mechanism.covers}))
def test_of_a_system_that_is_covered_nothing_is_left_out(number):
    claims = [
        told.story.plot.covers[number] for told in TOLD.values() if number in told.story.plot.covers
    ]

    assert [said.en for said in shortfalls(number, read_systems().all[number], claims)] == []


def test_a_system_is_carried_by_a_mechanism_or_by_a_test_that_is_there():
    systems = read_systems()
    carried = {number for told in TOLD.values() for number in told.mechanism.covers}
    tested = {number: one.test for number, one in systems.wanted.items() if one.test}

    assert carried & set(tested) == set()
    assert [name for name in tested.values() if not NAMES.has(name)] == []


def test_all_systems_are_listed_and_twelve_are_declined():
    systems = read_systems()

    assert list(systems.all) == [f"S{number:03}" for number in range(1, 321)]
    assert list(systems.declined) == [f"S{number}" for number in range(309, 321)]
    assert Counter(one.weight for one in systems.all.values()) == {"A": 75, "B": 181, "C": 64}
    assert {one.room for one in systems.all.values()} == set(systems.rooms)
    assert [n for n, one in systems.wanted.items() if not one.does or not one.counts] == []
    assert [
        n for n, one in systems.all.items() if (one.room == "declined") != (n in systems.declined)
    ] == []


def test_the_page_of_coverage_is_current():
    systems, found = standing()

    assert (ground.REPOSITORY / "docs" / "coverage.md").read_text(encoding="utf-8") == page(
        systems, found
    )
    assert last_line(found).endswith(" of 308 systems work")
