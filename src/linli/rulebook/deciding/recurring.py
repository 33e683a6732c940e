"""Recurrence: when a schedule's occurrences are, as RFC 5545 counts them, and which moment each falls on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from linli.rulebook.lasting.beside import Schedule
from linli.rulebook.workdays import Calendar, CalendarMissing, Calendars

LOCAL = ZoneInfo("Asia/Shanghai")
BEGINNING = date(2024, 1, 1)  # a Monday: every second week, month or year is counted from here
LONGEST_BREAK = 31


@dataclass(frozen=True, order=True)
class Occurrence:
    """One time of a schedule: the day the rule names, and the moment it happens at."""

    at: datetime
    day: date

    @property
    def key(self) -> str:
        """Give what tells it from the other occurrences of its schedule."""
        return self.day.isoformat()


def next_occurrence(schedule: Schedule, after: datetime, calendars: Calendars) -> Occurrence | None:
    """Give the first occurrence that happens after a moment; None when there is none any more.

    With a calendar, one on a day that the office rests falls on the next working day. Where the years of
    the calendar end, it stays on its own day.
    """
    found = _rule(schedule.rule, schedule.at)
    day = found.after(_local(after) - timedelta(days=LONGEST_BREAK))
    while day is not None:
        occurrence = _placed(schedule, day, calendars)
        if occurrence.at > after:
            return occurrence
        day = found.after(day)
    return None


@lru_cache(maxsize=512)
def _rule(text: str, at: str) -> rrule | rruleset:
    return rrulestr(text, dtstart=datetime.combine(BEGINNING, time.fromisoformat(at)))


def _placed(schedule: Schedule, local: datetime, calendars: Calendars) -> Occurrence:
    day = local.date()
    if schedule.calendar:
        day = _working_day(day, calendars.named(schedule.calendar))
    at = datetime.combine(day, local.time(), LOCAL).astimezone(UTC)
    return Occurrence(at, local.date())


def _working_day(day: date, calendar: Calendar) -> date:
    try:
        for days in range(LONGEST_BREAK):
            start = datetime.combine(day + timedelta(days=days), time(), LOCAL)
            if calendar.between(start, start + timedelta(days=1)):
                return start.date()
    except CalendarMissing:
        return day
    return day


def _local(moment: datetime) -> datetime:
    return moment.astimezone(LOCAL).replace(tzinfo=None)
