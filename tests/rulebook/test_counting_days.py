from datetime import UTC, date, datetime

from linli.rulebook.explaining.dates import counted_days
from linli.rulebook.loading import shipped

CALENDARS = shipped().calendars


def at(month, day, hour):
    return datetime(2026, month, day, hour - 8, tzinfo=UTC)


def days_of(start, budget):
    due = CALENDARS.named("office").add(start, budget).at
    return counted_days(start, due, budget, "office", CALENDARS)


def test_working_days_leave_out_the_day_of_receipt_and_name_what_is_skipped():
    days = days_of(at(4, 30, 10), "3 wd")

    told = [(day.on, day.sort, day.label.zh, day.nth) for day in days]
    assert told == [
        (date(2026, 4, 30), "receipt", "收到当日不计", None),
        *((date(2026, 5, n), "holiday", "劳动节放假，不计", None) for n in range(1, 6)),
        (date(2026, 5, 6), "counted", "工作日", 1),
        (date(2026, 5, 7), "counted", "工作日", 2),
        (date(2026, 5, 8), "counted", "工作日", 3),
    ]


def test_a_make_up_working_day_counts_and_the_sunday_after_it_does_not():
    days = days_of(at(5, 8, 10), "2 wd")

    assert [(day.on.day, day.sort) for day in days] == [
        (8, "receipt"), (9, "makeup"), (10, "weekend"), (11, "counted"),
    ]  # fmt: skip


def test_working_hours_say_what_each_day_gives():
    days = days_of(at(3, 6, 16), "4 wh")

    assert [(day.on.day, day.sort, day.minutes) for day in days] == [
        (6, "counted", 90), (7, "weekend", 0), (8, "weekend", 0), (9, "counted", 150),
    ]  # fmt: skip


def test_a_limit_that_counts_every_minute_skips_no_day():
    start = at(3, 6, 16)

    assert counted_days(start, at(6, 4, 16), "90 cd", "office", CALENDARS) == []
