"""Working time against the State Council's calendar, and against counting minute by minute."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linli.rulebook.loading import MechanismRefused, calendars_in
from linli.rulebook.workdays import (
    CHINA,
    CalendarMissing,
    CalendarRefused,
    Calendars,
    Due,
    Hours,
    Year,
    parts,
)

SHIPPED = Path(__file__).parents[2] / "src" / "linli" / "book" / "calendar"
MINUTE = timedelta(minutes=1)
BEGUN = "year: 2030\nstatus: official\nsource: x\n"


@cache
def shipped():
    return calendars_in(SHIPPED)


@pytest.fixture
def office():
    return shipped().named("office")


@pytest.fixture
def duty():
    return shipped().named("duty")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def local(due):
    assert due.at.tzinfo is UTC
    return due.at.astimezone(CHINA).replace(tzinfo=None).isoformat(sep=" ")


@cache
def free_days(year):
    return {day for holiday in shipped().years[year].holidays for day in holiday.days()}


def counts(minute):
    """Tell by hand whether the minute that begins now is office time."""
    day, years = minute.date(), (minute.year, minute.year + 1)
    known = [year for year in years if year in shipped().years]
    made = {makeup for year in known for makeup in shipped().years[year].makeup_workdays}
    free = {holiday for year in known for holiday in free_days(year)}
    if day not in made and (day.weekday() >= 5 or day in free):
        return False
    past = minute.hour * 60 + minute.minute
    return 9 * 60 <= past < 12 * 60 or 13 * 60 + 30 <= past < 17 * 60 + 30


def added_by_hand(start, minutes):
    while minutes:
        minutes -= counts(start)
        start += MINUTE
    return start


starts = st.datetimes(datetime(2018, 1, 1), datetime(2026, 11, 1)).map(  # noqa: DTZ001 made aware below
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=CHINA)
)
near_holidays = st.sampled_from(
    [
        "2024-09-30",
        "2025-01-24",
        "2025-02-07",
        "2025-09-26",
        "2026-02-12",
        "2026-02-27",
        "2018-12-28",
    ]
).flatmap(lambda day: st.integers(0, 4 * 1440).map(lambda minutes: at(day) + minutes * MINUTE))


@settings(max_examples=60, deadline=None)
@given(starts | near_holidays, st.integers(1, 1400))
def test_adding_minutes_agrees_with_counting_minute_by_minute(start, minutes):
    due = shipped().named("office").add(start, f"{minutes} wm")

    assert due == Due(added_by_hand(start, minutes).astimezone(UTC))


@settings(max_examples=60, deadline=None)
@given(starts | near_holidays, st.integers(0, 12 * 1440))
def test_minutes_between_agree_with_counting_minute_by_minute(start, span):
    office = shipped().named("office")
    by_hand = sum(counts(start + minute * MINUTE) for minute in range(span))

    assert office.between(start, start + span * MINUTE) == by_hand
    assert office.between(start + span * MINUTE, start) == -by_hand


@settings(max_examples=150, deadline=None)
@given(starts | near_holidays, st.integers(1, 20000), st.integers(0, 59_999_999))
@example(datetime(2018, 1, 2, 10, tzinfo=CHINA), 120, 1)
def test_adding_and_measuring_are_inverse_to_the_microsecond(start, minutes, micros):
    office = shipped().named("office")
    start += timedelta(microseconds=micros)

    due = office.add_minutes(start, minutes)

    assert office.between(start, due.at) == minutes
    assert office.between(start, due.at - timedelta(microseconds=1)) == minutes
    assert office.between(start, office.add_minutes(due.at, -1).at) == minutes - 1
    assert office.between(office.add_minutes(due.at, -minutes).at, due.at) == minutes


@pytest.mark.parametrize(
    ("end", "minutes"),
    [
        ("2018-01-02 11:59:00.000001", 119),
        ("2018-01-02 11:59:00.000002", 120),
        ("2018-01-02 12:00:00", 120),
        ("2018-01-02 13:29:00.000001", 120),
        ("2018-01-02 13:30:00.000001", 120),
        ("2018-01-02 13:30:00.000002", 121),
    ],
)
def test_begun_minute_is_counted_once_over_the_sum_and_lunch_adds_nothing(office, end, minutes):
    start = at("2018-01-02 10:00:00.000001")

    assert office.between(start, at(end)) == minutes


@settings(max_examples=100, deadline=None)
@given(starts | near_holidays, st.integers(1, 60))
def test_working_days_end_when_the_office_closes_on_the_nth_day_after_receipt(start, days):
    day, left = start, days
    while left:
        day += timedelta(days=1)
        left -= counts(day.replace(hour=9, minute=0))

    due = shipped().named("office").add(start, f"{days} wd")

    assert due.at == day.replace(hour=17, minute=30)


@pytest.mark.parametrize(
    ("start", "budget", "due"),
    [
        ("2026-03-02 09:00", "120 wm", "2026-03-02 11:00:00"),
        ("2026-03-02 11:00", "2 wh", "2026-03-02 14:30:00"),
        ("2026-03-02 11:00", "1 wh", "2026-03-02 12:00:00"),
        ("2026-03-02 12:30", "1 wm", "2026-03-02 13:31:00"),
        ("2026-03-02 03:00", "420 wm", "2026-03-02 17:30:00"),
        ("2026-03-06 17:00", "1 wh", "2026-03-09 09:30:00"),
        ("2026-03-06 17:30", "1 wd", "2026-03-09 17:30:00"),
        ("2026-03-07 10:00", "1 wd", "2026-03-09 17:30:00"),
        ("2026-03-02 09:00:30", "120 wm", "2026-03-02 11:00:30"),
        ("2026-03-02 11:59:30", "1 wm", "2026-03-02 13:30:30"),
        ("2026-03-02 09:00", "0 wd", "2026-03-02 09:00:00"),
        ("2026-03-07 09:00", "0 wm", "2026-03-07 09:00:00"),
        # a make-up Saturday (2026-02-28) and a make-up Sunday (2026-01-04) count
        ("2026-02-27 10:00", "1 wd", "2026-02-28 17:30:00"),
        ("2026-01-03 10:00", "1 wh", "2026-01-04 10:00:00"),
        # Spring Festival 2026: 15 to 23 February free, Saturday the 14th worked
        ("2026-02-13 10:00", "1 wd", "2026-02-14 17:30:00"),
        ("2026-02-13 10:00", "2 wd", "2026-02-24 17:30:00"),
        ("2026-02-14 17:00", "1 wh", "2026-02-24 09:30:00"),
        # National Day and Mid-Autumn 2025: 1 to 8 October free, Saturday the 11th worked
        ("2025-09-30 15:00", "3 wd", "2025-10-11 17:30:00"),
        # year borders; New Year 2019 moved Saturday 29 and Monday 31 December 2018
        ("2025-12-31 17:00", "1 wh", "2026-01-04 09:30:00"),
        ("2018-12-28 10:00", "1 wd", "2018-12-29 17:30:00"),
        ("2018-12-28 10:00", "2 wd", "2019-01-02 17:30:00"),
        ("2026-03-02 09:00", "90 cd", "2026-05-31 09:00:00"),
        ("2026-03-06 18:00", "2 ch", "2026-03-06 20:00:00"),
        ("2026-03-06 18:00", "30 cm", "2026-03-06 18:30:00"),
        ("2026-03-02 09:00", "5 wd + 3 wd", "2026-03-12 17:30:00"),
        ("2026-03-02 09:00", "1 wd + 1 ch", "2026-03-03 18:30:00"),
    ],
)
def test_due_moment_in_office_time(office, start, budget, due):
    found = office.add(at(start), budget)

    assert (local(found), found.provisional) == (due, False)


@pytest.mark.parametrize(
    ("budget", "due"),
    [
        ("1 wd", "2026-02-17 09:00:30"),
        ("2 wh", "2026-02-16 11:00:30"),
        ("5 wm", "2026-02-16 09:05:30"),
    ],
)
def test_duty_calendar_counts_day_and_night(duty, budget, due):
    start = at("2026-02-16 09:00:30")

    assert local(duty.add(start, budget)) == due
    assert duty.between(start, duty.add(start, budget).at) == duty.minutes(budget)


def test_duty_calendar_needs_no_year(duty):
    assert duty.add(at("2031-01-01 00:00"), "1 wd") == Due(datetime(2031, 1, 1, 16, tzinfo=UTC))


def test_local_midnight_decides_the_day_not_utc(office):
    late_evening_utc = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)

    assert local(office.add(late_evening_utc, "1 wd")) == "2026-03-04 17:30:00"


@pytest.mark.parametrize(
    ("start", "budget", "due", "provisional"),
    [
        ("2026-12-31 10:00", "1 wh", "2026-12-31 11:00:00", False),
        ("2026-12-31 10:00", "1 wd", "2027-01-04 17:30:00", True),
        ("2027-03-01 10:00", "1 wh", "2027-03-01 11:00:00", True),
        ("2027-04-30 10:00", "1 wd", "2027-05-03 17:30:00", True),
        ("2027-09-30 10:00", "1 wd", "2027-10-04 17:30:00", True),
        ("2026-12-31 10:00", "3 cd", "2027-01-03 10:00:00", False),
    ],
)
def test_due_moment_across_a_provisional_day_says_so(office, start, budget, due, provisional):
    found = office.add(at(start), budget)

    assert (local(found), found.provisional) == (due, provisional)


@pytest.mark.parametrize("budget", ["1 wh", "1 wd", "0 wd"])
def test_start_beyond_known_years_is_refused(office, budget):
    with pytest.raises(CalendarMissing) as refusal:
        office.add(at("2028-01-01 00:00"), budget)

    assert refusal.value.message.zh == (
        "没有2028年的工作日历（现有2015–2027年），请补入该年的节假日安排"
    )
    assert refusal.value.message.en == (
        "there is no working calendar for 2028 (known: 2015–2027); add the file of that year"
    )


@pytest.mark.parametrize("budget", ["1 wh", "1 wd"])
def test_due_moment_beyond_known_years_is_refused(office, budget):
    with pytest.raises(CalendarMissing, match="2028"):
        office.add(at("2027-12-31 17:00"), budget)


def test_moment_before_known_years_is_refused(office):
    with pytest.raises(CalendarMissing, match="2014"):
        office.add_minutes(at("2015-01-04 09:00"), -1)
    with pytest.raises(CalendarMissing, match="2014"):
        office.between(at("2014-12-31 09:00"), at("2015-01-04 09:00"))


def test_shipped_years_are_official_but_for_the_last():
    statuses = {key: year.status for key, year in shipped().years.items()}

    assert statuses == dict.fromkeys(range(2015, 2027), "official") | {2027: "provisional"}


@pytest.mark.parametrize(
    ("year", "free", "made"), [(2015, 26, 5), (2016, 24, 6), (2025, 28, 5), (2026, 33, 6)]
)
def test_shipped_year_has_the_announced_number_of_days(year, free, made):
    assert len(free_days(year)) == free
    assert len(shipped().years[year].makeup_workdays) == made


def test_provisional_year_takes_only_what_the_law_fixes_by_date():
    assert free_days(2027) == {
        date(2027, 1, 1),
        date(2027, 5, 1),
        date(2027, 5, 2),
        date(2027, 10, 1),
        date(2027, 10, 2),
        date(2027, 10, 3),
    }


def test_unknown_calendar_is_refused():
    with pytest.raises(CalendarRefused) as refusal:
        shipped().named("night")

    assert refusal.value.message.en == "no calendar 'night'; use office, duty"


@pytest.mark.parametrize("budget", ["5", "5 d", "5wd", "wd", "5 wd,3 wd", ""])
def test_malformed_budget_is_refused(budget):
    with pytest.raises(ValueError, match="budget"):
        parts(budget)


def test_office_may_keep_its_own_hours():
    early = Hours(zh="早班", en="Early", days="working", hours=["08:00-16:00"], basis="本单位作息")
    own = Calendars(shipped().years, {"early": early}).named("early")

    assert own.minutes("1 wd") == 480
    assert local(own.add(at("2026-03-02 15:30"), "1 wh")) == "2026-03-03 08:30:00"
    assert local(own.add(at("2026-03-02 15:30"), "1 wd")) == "2026-03-03 16:00:00"


@pytest.mark.parametrize("hours", [["9-17"], ["12:00-09:00"], ["09:00-12:00", "11:00-13:00"], []])
def test_hours_out_of_order_are_refused(hours):
    with pytest.raises(ValueError, match="hours"):
        Hours(zh="班", en="Shift", days="working", hours=hours, basis="x")


@pytest.mark.parametrize("day", ["2026-03-02", "2026-02-15"])
def test_makeup_day_must_be_a_weekend_day_that_is_not_free(day):
    festival = {"zh": "春节", "en": "Spring Festival", "from": "2026-02-15", "to": "2026-02-23"}

    with pytest.raises(ValueError, match="make-up"):
        Year.model_validate(
            {
                "year": 2026,
                "status": "official",
                "source": "x",
                "holidays": [festival],
                "makeup_workdays": [day],
            }
        )


def test_years_without_a_gap_are_demanded():
    years = shipped().years

    with pytest.raises(CalendarRefused, match="gaps"):
        Calendars({2024: years[2024], 2026: years[2026]}, {})


@pytest.mark.parametrize(
    ("text", "line", "zh"),
    [
        ("year: 2030\nstatus: guessed\nsource: x\nholidays: []\nmakeup_workdays: []\n", 2, "“status”不能是“guessed”。"),
        ("year: x\n", 1, "“year”的值不对。"),
        (f"{BEGUN}holidays: [{{zh: 年, en: Y, from: 2030-13-01, to: 2030-02-01}}]\nmakeup_workdays: []\n", 4, "“holidays.0.from”的值不对。"),
        (f"{BEGUN}holidays: []\nmakeup_workdays: [2030-03-04]\n", 5, "“makeup_workdays”：调休上班日要是不放假的周末：2030-03-04。"),
        (f"{BEGUN}holiday: []\n", 4, "不认识“holiday”。"),
        ("year: [\n", 1, ""),
    ],
)  # fmt: skip
def test_wrong_file_is_named_with_its_line(tmp_path, text, line, zh):
    (tmp_path / "cn-2030.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(MechanismRefused) as refused:
        calendars_in(tmp_path)

    assert (refused.value.file, refused.value.line) == (str(tmp_path / "cn-2030.yaml"), line)
    assert zh in refused.value.message.zh


def test_hours_of_an_office_are_refused_by_their_line(tmp_path):
    (tmp_path / "hours.yaml").write_text(
        "late:\n  zh: 晚班\n  en: Late\n  days: working\n  hours: [9-17]\n  basis: x\n",
        encoding="utf-8",
    )

    with pytest.raises(MechanismRefused) as refused:
        calendars_in(tmp_path, shipped())

    assert (refused.value.line, refused.value.message.zh) == (
        5,
        "“late.hours”：时段写成 '09:00-12:00'。",
    )
