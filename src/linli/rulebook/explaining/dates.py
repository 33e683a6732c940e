"""How a due moment is counted, day by day: which days count, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Literal

from linli.rulebook.mechanism import Label
from linli.rulebook.workdays import CHINA, Calendars, OfficeCalendar, parts

SATURDAY = 5
Sort = Literal["receipt", "counted", "makeup", "weekend", "holiday"]
RECEIPT = Label(zh="收到当日不计", en="the day of receipt is left out")
COUNTED = Label(zh="工作日", en="a working day")
MAKEUP = Label(zh="调休上班日，计入", en="a make-up working day, counted")
WEEKEND = Label(zh="周末不计", en="a weekend, not counted")


@dataclass(frozen=True)
class Day:
    """One day of a count. `nth` is its place among the working days counted; `minutes` what it gives of a time."""

    on: date
    sort: Sort
    label: Label
    nth: int | None = None
    minutes: int = 0

    @property
    def counts(self) -> bool:
        """True for a day that counts."""
        return self.sort in ("counted", "makeup")


def counted_days(
    start: datetime, end: datetime, amount: str, name: str, calendars: Calendars
) -> list[Day]:
    """Give the days from a start to the due moment it leads to, each counted or skipped with its reason.

    Working days leave out the day of receipt; working hours and minutes say what each day gives. Nothing for
    an amount that counts every minute, and for calendars that know no holidays.
    """
    calendar = calendars.named(name)
    unit = parts(amount)[0][1]
    if unit.startswith("c") or not isinstance(calendar, OfficeCalendar):
        return []
    first, last = start.astimezone(CHINA).date(), end.astimezone(CHINA).date()
    working, nth = set(calendar.workdays), count(1)
    found = []
    for past in range((last - first).days + 1):
        day = first + timedelta(days=past)
        sort, label = _sort_of(day, calendars, is_working=day in working)
        if unit == "wd" and past == 0:
            found.append(Day(day, "receipt", RECEIPT))
        elif day not in working:
            found.append(Day(day, sort, label))
        else:
            minutes = 0 if unit == "wd" else _minutes_on(day, start, end, calendar)
            found.append(Day(day, sort, label, next(nth), minutes))
    return found


def _minutes_on(day: date, start: datetime, end: datetime, calendar: OfficeCalendar) -> int:
    opens = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    shuts = opens + timedelta(days=1) - timedelta(seconds=1)
    return calendar.between(max(start, opens), min(end, shuts))


def _sort_of(day: date, calendars: Calendars, *, is_working: bool) -> tuple[Sort, Label]:
    if is_working:
        return ("makeup", MAKEUP) if day.weekday() >= SATURDAY else ("counted", COUNTED)
    for holiday in calendars.years[day.year].holidays:
        if holiday.from_ <= day <= holiday.to:
            said = Label(zh=f"{holiday.zh}放假，不计", en=f"{holiday.en}, not counted")
            return "holiday", said
    return "weekend", WEEKEND
