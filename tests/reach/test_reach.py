"""Reach measured: entries by estate and kind, shares as figures with their records, networks, gaps put on record."""

from datetime import timedelta

import pytest
from reach.ground import METRE_NORTH, estate, facility, keeper
from townsfolk import AT, SPOT

from linli.casework.actions import StepRefused
from linli.figures.periods import period_named
from linli.figures.queries import Behind, read, records
from linli.reach.actions import Measured, NetworkRefused, find_gap, load_network, measure
from linli.reach.queries import gaps, near, progress
from linli.reach.standards import standards_at_hand
from linli.rulebook.loading import shipped

STANDARD = standards_at_hand()["fifteen-minutes"]
KINDS = len(STANDARD.kinds)
MARCH = period_named("2025-03")
WAY = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[%s,%s],[%s,%s]]}}]}'


def at_once(folk, at=AT):
    return measure(standard=STANDARD, by=keeper(folk), at=at)


def share(name, kind=None):
    reading = read(f"facility-reach.{name}", MARCH, by="category", book=shipped())
    value = next(s.value for s in reading.slices if s.key == kind) if kind else reading.value
    return value.num, value.den


def of(kind):
    return next(one for one in progress(STANDARD) if one.kind == kind)


def test_each_estate_and_kind_is_measured_once_and_only_changes_are_kept(folk):
    estate(folk, "E1", [0, 100])
    facility(folk, 200)

    assert at_once(folk) == Measured(KINDS, 0, 0)
    assert at_once(folk, AT + timedelta(hours=1)) == Measured(0, 0, KINDS)
    facility(folk, 50)
    assert at_once(folk, AT + timedelta(hours=2)) == Measured(0, 1, KINDS - 1)


def test_estates_buildings_and_dwellings_in_reach_are_counted_apart(folk):
    estate(folk, "E1", [0, 700])
    estate(folk, "E2", [2000, 2100])
    facility(folk, 0)  # meals are in reach within 500 m on foot: 384 m straight

    at_once(folk)

    assert of("meal").facilities == 1
    assert of("meal").estates == (1, 2)  # the middle of E1 is 350 m off: 455 m on foot
    assert of("meal").buildings == (1, 4)
    assert of("meal").dwellings == (2, 8)


def test_the_shares_are_figures_and_open_to_the_estates(folk):
    estate(folk, "E1", [0, 700], name="近邻小区")
    estate(folk, "E2", [2000, 2100])
    facility(folk, 0)
    at_once(folk)

    assert share("estate_share", "meal") == of("meal").estates
    assert share("building_share", "meal") == of("meal").buildings
    assert share("dwelling_share", "meal") == of("meal").dwellings
    behind = Behind("num", "category", "meal")
    page = records("facility-reach.estate_share", MARCH, behind=behind, book=shipped())
    assert page.total == 1
    assert near(STANDARD, "E1", on=AT.date())[4].metres == 455
    assert share("estate_share") == (1, 2 * KINDS)


def test_a_kind_without_any_facility_reaches_nobody(folk):
    estate(folk, "E1", [0])
    at_once(folk)

    assert of("health").estates == (0, 1)
    assert {gap.values["band"] for gap in gaps(STANDARD)} == {"none"}


def test_points_that_are_only_due_are_no_facilities(folk):
    estate(folk, "E1", [0])
    facility(folk, 0, set_up=False)

    at_once(folk)

    assert of("meal").facilities == 0


def test_a_network_takes_the_place_of_the_estimate(folk):
    estate(folk, "E1", [0])
    facility(folk, 300)
    at_once(folk)
    ends = (SPOT[0], SPOT[1], SPOT[0], SPOT[1] + 300 * METRE_NORTH)

    load_network(text=WAY % ends, source="测试路网", by=keeper(folk), at=AT)
    at_once(folk, AT + timedelta(hours=1))

    found = next(one for one in near(STANDARD, "E1", on=AT.date()) if one.kind == "meal")
    assert found.metres == 300  # 390 m by the estimate


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("not json", "来源"),
        ("[]", "来源"),
        ('{"features": []}', "来源"),
        (WAY % (1, 2, 3, 4), " "),
        ('{"features": [{"geometry": {"type": "LineString", "coordinates": [[1, 2]]}}]}', "来源"),
        ('{"features": [{"geometry": {"type": "LineString", "coordinates": [[1, "x"], [1, 2]]}}]}', "来源"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused(folk, text, source):
    with pytest.raises(NetworkRefused):
        load_network(text=text, source=source, by=keeper(folk), at=AT)


def test_a_gap_goes_on_record_once_with_what_was_measured(folk):
    estate(folk, "E1", [0], name="远郊小区")
    facility(folk, 900)
    at_once(folk)
    (gap,) = gaps(STANDARD, "meal")

    receipt = find_gap(standard=STANDARD, entry=gap.entry, by=keeper(folk), at=AT)

    assert gaps(STANDARD, "meal")[0].number == receipt.number
    with pytest.raises(StepRefused):
        find_gap(standard=STANDARD, entry=gap.entry, by=keeper(folk), at=AT)
    value = read("facility-gap.gaps", MARCH, book=shipped()).value
    assert value.num == 1


def test_a_gap_that_is_none_cannot_go_on_record(folk):
    estate(folk, "E1", [0])
    facility(folk, 0)
    at_once(folk)

    assert gaps(STANDARD, "meal") == []
    with pytest.raises(LookupError):
        find_gap(standard=STANDARD, entry="none", by=keeper(folk), at=AT)
