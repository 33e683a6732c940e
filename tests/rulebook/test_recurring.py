from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from linli.rulebook.deciding.recurring import next_occurrence
from linli.rulebook.lint import lint
from linli.rulebook.loading import load, shipped
from linli.rulebook.mechanism import Schedule

LOCAL = ZoneInfo("Asia/Shanghai")


def times(rule, after, count=3, **more):
    schedule = Schedule(rule=rule, action="plan", basis="测试", **more)
    found, moment = [], datetime.fromisoformat(after).replace(tzinfo=LOCAL)
    for _ in range(count):
        occurrence = next_occurrence(schedule, moment, shipped().calendars)
        if occurrence is None:
            break
        found.append((occurrence.key, occurrence.at.astimezone(LOCAL).strftime("%m-%d %H:%M")))
        moment = occurrence.at
    return found


def test_every_monday_at_nine():
    assert times("FREQ=WEEKLY;BYDAY=MO", "2026-03-02 09:00") == [
        ("2026-03-09", "03-09 09:00"), ("2026-03-16", "03-16 09:00"), ("2026-03-23", "03-23 09:00"),
    ]  # fmt: skip


def test_a_day_of_rest_gives_way_to_the_next_working_day_and_keeps_its_own_key():
    found = times("FREQ=MONTHLY;BYMONTHDAY=1", "2026-04-20 00:00", 2, calendar="office", at="10:30")

    assert found == [("2026-05-01", "05-06 10:30"), ("2026-06-01", "06-01 10:30")]


def test_without_a_calendar_it_happens_on_its_day():
    assert times("FREQ=MONTHLY;BYMONTHDAY=1", "2026-04-20 00:00", 1) == [
        ("2026-05-01", "05-01 09:00")
    ]


def test_every_second_week_is_counted_from_a_fixed_monday_whenever_it_is_asked():
    first = times("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-03-01 00:00", 2)

    assert first == times("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-03-01 23:00", 2)
    assert [day for day, _ in first] == ["2026-03-09", "2026-03-23"]


def test_a_rule_that_has_ended_has_no_next_time():
    assert times("FREQ=DAILY;UNTIL=20240105T000000", "2026-03-01 00:00") == []


def test_beyond_the_known_years_it_stays_on_its_day():
    assert times(
        "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1", "2035-01-01 00:00", 1, calendar="office"
    ) == [("2035-05-01", "05-01 09:00")]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTHDAY=X", "schedule.monthly.rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYNOTHING=1", "schedule.monthly.rule"),
        ("action: plan, for", "action: plans, for", "schedule.monthly.action"),
        ("for: waste-point, at", "for: waste-points, at", "schedule.monthly.for"),
        ("for: waste-point, at", "for: venue, at", "schedule.monthly"),
        ("action: plan, for", "action: inspect, for", "schedule.monthly"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_said(old, new, where):
    book = shipped()
    text = book.texts["waste-inspection"]
    assert old in text
    mechanism = load(text.replace(old, new), "waste-inspection.yaml")

    found = {finding.where for finding in lint(mechanism, book) if finding.severity == "error"}

    assert where in found


def test_a_moment_is_aware_and_in_utc():
    schedule = Schedule(rule="FREQ=DAILY", action="plan", basis="测试")

    found = next_occurrence(schedule, datetime(2026, 3, 2, tzinfo=UTC), shipped().calendars)

    assert found.at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
