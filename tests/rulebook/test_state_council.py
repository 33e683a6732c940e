"""Holidays and make-up working days 2020 to 2026, day by day, as the State Council's notices set them.

The days below were written down from the notices, apart from the calendar files, and agree with the days that the
package chinesecalendar keeps. Weekends beside a holiday are named where the notice counts them in.
"""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from linli.rulebook.loading import calendars_in

SHIPPED = Path(__file__).parents[2] / "src" / "linli" / "book" / "calendar"
# year: (notices 国办发明电 by year and number, free spans with the length the notice states, make-up working days)
NOTICES = {
    2020: (
        [(2019, 16), (2020, 1)],
        {"1.1": 1, "1.24-2.2": 10, "4.4-4.6": 3, "5.1-5.5": 5, "6.25-6.27": 3, "10.1-10.8": 8},
        "1.19 4.26 5.9 6.28 9.27 10.10",
    ),
    2021: (
        [(2020, 27)],
        {"1.1-1.3": 3, "2.11-2.17": 7, "4.3-4.5": 3, "5.1-5.5": 5, "6.12-6.14": 3, "9.19-9.21": 3, "10.1-10.7": 7},
        "2.7 2.20 4.25 5.8 9.18 9.26 10.9",
    ),
    2022: (
        [(2021, 11)],
        {"1.1-1.3": 3, "1.31-2.6": 7, "4.3-4.5": 3, "4.30-5.4": 5, "6.3-6.5": 3, "9.10-9.12": 3, "10.1-10.7": 7, "12.31": 1},
        "1.29 1.30 4.2 4.24 5.7 10.8 10.9",
    ),
    2023: (
        [(2022, 16)],
        {"1.1-1.2": 2, "1.21-1.27": 7, "4.5": 1, "4.29-5.3": 5, "6.22-6.24": 3, "9.29-10.6": 8},
        "1.28 1.29 4.23 5.6 6.25 10.7 10.8",
    ),
    2024: (
        [(2023, 7)],
        {"1.1": 1, "2.10-2.17": 8, "4.4-4.6": 3, "5.1-5.5": 5, "6.10": 1, "9.15-9.17": 3, "10.1-10.7": 7},
        "2.4 2.18 4.7 4.28 5.11 9.14 9.29 10.12",
    ),
    2025: (
        [(2024, 12)],
        {"1.1": 1, "1.28-2.4": 8, "4.4-4.6": 3, "5.1-5.5": 5, "5.31-6.2": 3, "10.1-10.8": 8},
        "1.26 2.8 4.27 9.28 10.11",
    ),
    2026: (
        [(2025, 7)],
        {"1.1-1.3": 3, "2.15-2.23": 9, "4.4-4.6": 3, "5.1-5.5": 5, "6.19-6.21": 3, "9.25-9.27": 3, "10.1-10.7": 7},
        "1.4 2.14 2.28 5.9 9.20 10.10",
    ),
}  # fmt: skip


@cache
def shipped():
    return calendars_in(SHIPPED)


def day_of(year, text):
    month, day = map(int, text.split("."))
    return date(year, month, day)


def days_between(year, span):
    first, _, last = span.partition("-")
    start, end = day_of(year, first), day_of(year, last or first)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def days_of(year):
    return [
        date(year, 1, 1) + timedelta(days=n)
        for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_the_year_is_worked_or_free_as_announced(year):
    _, spans, made_up = NOTICES[year]
    free = {day for span in spans for day in days_between(year, span)}
    made = {day_of(year, text) for text in made_up.split()}
    expected = {
        day: day in made or (day.weekday() < 5 and day not in free) for day in days_of(year)
    }
    worked = set(shipped().named("office").workdays)

    assert {day: day in worked for day in days_of(year)} == expected
    assert made.isdisjoint(free)
    assert all(day.weekday() >= 5 for day in made)


@pytest.mark.parametrize("year", NOTICES)
def test_the_file_of_the_year_names_its_notices_and_the_same_days(year):
    notices, spans, made_up = NOTICES[year]
    kept = shipped().years[year]
    listed = {day for span in spans for day in days_between(year, span)}
    weekdays = {d for h in kept.holidays for d in h.days() if d.year == year and d.weekday() < 5}

    named = re.findall(r"国办发明电\W(\d{4})\W(\d+)号", kept.source)
    assert named == [(str(when), str(number)) for when, number in notices]
    assert weekdays == {day for day in listed if day.weekday() < 5}
    assert kept.makeup_workdays == [day_of(year, text) for text in made_up.split()]
    assert {span: len(days_between(year, span)) for span in spans} == spans


def test_no_day_changed_hands_for_nothing():
    """Every weekday made free beyond the statutory days is worked off on a weekend day, but for 2020's extension."""
    statutory = dict.fromkeys(range(2020, 2025), 11) | {2025: 13, 2026: 13}
    balance = {}
    for year, (_, spans, made_up) in NOTICES.items():
        free = {day for span in spans for day in days_between(year, span)}
        balance[year] = sum(day.weekday() < 5 for day in free) - len(made_up.split())

    # A statutory day on a weekend is made good by a weekday, so the balance is the number of statutory days: 11 until
    # 2024, 13 since. In 2020 the extension freed Friday 31 January and took the make-up day of 1 February away.
    assert balance == statutory | {2020: 13}
