"""Working time: which minutes count, and when a time limit is due.

Years are files (`cn-2026.yaml`): the days the State Council makes free, and the weekend days it makes working
days (调休). A year before its notice is `provisional` (暂定). Moments go in and come out as aware UTC; days and
office hours are those of China, UTC+8 without summer time since 1991. Arithmetic is exact to the second: a
limit begun at 09:00:30 ends thirty seconds past a minute too. Whole minutes are rounded up once, over the sum
of the time that counts, never stretch by stretch: a minute that has begun counts as time still left, and it is
still that one minute when lunch or a holiday falls into it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Literal

from pydantic import Field, RootModel, ValidationInfo, field_validator

from linli.rulebook.labels import Wrong
from linli.rulebook.mechanism import BUDGET, Label, Rule

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
EPOCH = datetime(2000, 1, 1, tzinfo=CHINA).astimezone(UTC)
EPOCH_DAY = date(2000, 1, 1)
MINUTE = 60_000_000
DAY = 1440 * MINUTE
SATURDAY = 5
HOURS = r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"


class CalendarMissing(Exception):
    """A moment lies outside the years that are known. `message` names the year and the cure."""

    def __init__(self, day: date, calendar: OfficeCalendar) -> None:
        years = f"{calendar.first.year}–{calendar.last.year}"
        self.message = Label(
            zh=f"没有{day.year}年的工作日历（现有{years}年），请补入该年的节假日安排",
            en=f"there is no working calendar for {day.year} (known: {years}); add the file of that year",
        )
        super().__init__(self.message.en)


class CalendarRefused(Exception):
    """A calendar file contradicts itself. `message` names the file's year or day."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Label(zh=zh, en=en)
        super().__init__(en)


class Holiday(Label):
    """Free days under one name, from the first to the last."""

    from_: date = Field(alias="from")
    to: date

    def days(self) -> Iterator[date]:
        """Give every day of it."""
        return (self.from_ + timedelta(days=n) for n in range((self.to - self.from_).days + 1))


class Year(Rule):
    """One year of the calendar, `official` once the State Council has announced it."""

    year: int
    status: Literal["official", "provisional"]
    source: str = Field(min_length=1)
    holidays: list[Holiday]
    makeup_workdays: list[date]

    @field_validator("makeup_workdays")
    @classmethod
    def _weekends_only(cls, days: list[date], found: ValidationInfo) -> list[date]:
        free = {day for holiday in found.data.get("holidays", []) for day in holiday.days()}
        if wrong := [day for day in days if day.weekday() < SATURDAY or day in free]:
            told = ", ".join(map(str, wrong))
            raise Wrong(
                f"调休上班日要是不放假的周末：{told}",
                f"make-up working days must be weekend days that are not free: {told}",
            )
        return days


class Hours(Label):
    """Which hours of which days count, in the order of the day."""

    days: Literal["working", "all"]
    hours: list[str] = Field(min_length=1)
    basis: str = Field(min_length=1)

    @field_validator("hours")
    @classmethod
    def _in_order(cls, hours: list[str]) -> list[str]:
        if any(not re.match(HOURS, span) for span in hours):
            raise Wrong("时段写成 '09:00-12:00'", "write hours as '09:00-12:00'")
        times = [clock for span in hours for clock in span.split("-")]
        if any(earlier >= later for earlier, later in pairwise(times)):
            raise Wrong("时段要按一天的先后写", "hours must follow each other within the day")
        return hours

    def windows(self) -> list[tuple[int, int]]:
        """Give the spans of a day, in ticks after midnight."""
        return [(_tick(opens), _tick(shuts)) for opens, shuts in (h.split("-") for h in self.hours)]


class AllHours(RootModel[dict[str, Hours]]):
    """The file of hours: calendar name to hours."""


@dataclass(frozen=True)
class Due:
    """A due moment in UTC. `provisional` when its span crosses a day of a provisional year."""

    at: datetime
    provisional: bool = False


class Calendar:
    """Time that passes day and night (7×24): every minute counts, no year needs to be known."""

    minutes_a_day = 1440

    def __init__(self, name: str) -> None:
        self.name = name

    def add(self, start: datetime, budget: str) -> Due:
        """Give the due moment of a budget such as '5 wd', '2 wh', '90 cd' or '5 wd + 3 wd'.

        Working minutes and hours begin to count at once, or when the office next opens, and end no later than
        the office closes. For working days the day of receipt is left out and the limit ends when the office
        closes on the last day. Calendar units (cm, ch, cd) count every minute and are never provisional.
        Raises `CalendarMissing` outside the known years.
        """
        at, provisional = start.astimezone(UTC), False
        for amount, unit in parts(budget):
            due = self._add_part(at, amount, unit)
            at, provisional = due.at, provisional or due.provisional
        return Due(at, provisional)

    def add_minutes(self, start: datetime, minutes: int) -> Due:
        """Give the moment so many counted minutes later, or earlier when negative; 0 gives the start itself."""
        if minutes == 0:
            return self._due(start, start.astimezone(UTC))
        return self._due(start, self._moment(self._position(start) + minutes * MINUTE))

    def between(self, start: datetime, end: datetime) -> int:
        """Give the counted minutes from start to end; negative when end is earlier.

        A minute that has begun is given as a whole, once over the sum: from 10:00:30 through lunch to 13:30:00
        it is 119 and a half, given as 120.
        """
        return -((self._position(start) - self._position(end)) // MINUTE)

    def minutes(self, budget: str) -> int:
        """Give the minutes a budget stands for: a working day as one day of this calendar."""
        sizes = {"wm": 1, "wh": 60, "wd": self.minutes_a_day, "cm": 1, "ch": 60, "cd": 1440}
        return sum(amount * sizes[unit] for amount, unit in parts(budget))

    def _add_part(self, start: datetime, amount: int, unit: str) -> Due:
        if unit.startswith("c"):
            return Due(start + timedelta(minutes=self.minutes(f"{amount} {unit}")))
        if unit == "wd":
            return self._due(start, self._close(start, amount))
        return self.add_minutes(start, self.minutes(f"{amount} {unit}"))

    def _close(self, start: datetime, days: int) -> datetime:
        return start + timedelta(days=days)

    def _position(self, moment: datetime) -> int:
        past = moment - EPOCH
        return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds

    def _moment(self, position: int) -> datetime:
        return EPOCH + timedelta(microseconds=position)

    def _due(self, start: datetime, at: datetime) -> Due:  # noqa: ARG002 the start matters to office hours
        return Due(at)


ALL_TIME = Calendar("all")


class OfficeCalendar(Calendar):
    """Time that passes in office hours on working days of the known years."""

    def __init__(self, name: str, hours: Hours, years: Mapping[int, Year]) -> None:
        super().__init__(name)
        windows = hours.windows()
        self.first, self.last = date(min(years), 1, 1), date(max(years), 12, 31)
        self.span = _midnight(self.first), _midnight(self.last) + DAY
        self.provisional = [
            (_midnight(date(key, 1, 1)), _midnight(date(key + 1, 1, 1)))
            for key, year in years.items()
            if year.status == "provisional"
        ]
        self.workdays = list(_workdays(years.values(), self.first, self.last))
        midnights = [_midnight(day) for day in self.workdays]
        self.opens = [midnight + opens for midnight in midnights for opens, _ in windows]
        self.shuts = [midnight + shuts for midnight in midnights for _, shuts in windows]
        self.spent = list(
            accumulate(shuts - opens for opens, shuts in zip(self.opens, self.shuts, strict=True))
        )
        self.close_of_day = windows[-1][1]
        self.minutes_a_day = sum(shuts - opens for opens, shuts in windows) // MINUTE

    def _position(self, moment: datetime) -> int:
        """Give the office time passed since the first known day."""
        tick = self._known(moment)
        place = bisect_right(self.opens, tick) - 1
        if place < 0:
            return 0
        return self.spent[place] - self.shuts[place] + min(tick, self.shuts[place])

    def _moment(self, position: int) -> datetime:
        """Give the earliest moment at which so much office time has passed."""
        place = bisect_left(self.spent, position)
        if position < 0 or place == len(self.spent):
            beyond = self.first if position < 0 else self.last
            raise CalendarMissing(beyond + timedelta(days=-1 if position < 0 else 1), self)
        return super()._moment(self.shuts[place] - (self.spent[place] - position))

    def _close(self, start: datetime, days: int) -> datetime:
        self._known(start)
        if days == 0:
            return start
        place = bisect_right(self.workdays, start.astimezone(CHINA).date()) + days - 1
        if place >= len(self.workdays):
            raise CalendarMissing(self.last + timedelta(days=1), self)
        return self._end_of_day(place)

    def rolled(self, due: Due) -> Due:
        """Give the end of business on the day a limit ends, or on the next working day when that is none."""
        self._known(due.at)
        place = bisect_left(self.workdays, due.at.astimezone(CHINA).date())
        if place == len(self.workdays):
            raise CalendarMissing(self.last + timedelta(days=1), self)
        found = self._due(due.at, self._end_of_day(place))
        return Due(found.at, due.provisional or found.provisional)

    def _end_of_day(self, place: int) -> datetime:
        return super()._moment(_midnight(self.workdays[place]) + self.close_of_day)

    def _due(self, start: datetime, at: datetime) -> Due:
        begin, end = sorted((super()._position(start), super()._position(at)))
        return Due(at, any(first <= end and begin < last for first, last in self.provisional))

    def _known(self, moment: datetime) -> int:
        tick = super()._position(moment)
        if not self.span[0] <= tick < self.span[1]:
            raise CalendarMissing(moment.astimezone(CHINA).date(), self)
        return tick


class Calendars:
    """The calendars by name (`office`, `duty`), and the years they rest on."""

    def __init__(self, years: Mapping[int, Year], hours: Mapping[str, Hours]) -> None:
        listed = sorted(years)
        if listed != list(range(listed[0], listed[-1] + 1)):
            raise CalendarRefused(f"工作日历年份不连续：{listed}", f"the years have gaps: {listed}")
        self.years = dict(years)
        self.hours = dict(hours)
        self._named = {
            name: OfficeCalendar(name, kept, years) if kept.days == "working" else Calendar(name)
            for name, kept in hours.items()
        }

    def extended(self, years: Mapping[int, Year], hours: Mapping[str, Hours]) -> Calendars:
        """Give these calendars with further years and hours, which may not replace any. Raises CalendarRefused."""
        for taken in (*sorted(years.keys() & self.years), *sorted(hours.keys() & self.hours)):
            raise CalendarRefused(
                f"“{taken}”已随系统提供，不能替换：请改名或删去",
                f"{taken} comes with Linli and cannot be replaced: rename it or take it out",
            )
        return Calendars({**self.years, **years}, {**self.hours, **hours})

    @property
    def names(self) -> list[str]:
        """Give the names a clock may use."""
        return list(self._named)

    def named(self, name: str) -> Calendar:
        """Give one calendar; raises `CalendarRefused` for a name that is not kept."""
        if name not in self._named:
            known = ", ".join(self._named)
            raise CalendarRefused(
                f"没有名为“{name}”的日历；可用：{known}", f"no calendar {name!r}; use {known}"
            )
        return self._named[name]

    def rolled(self, due: Due, name: str) -> Due:
        """Give the due moment that the law's way of counting days leads to (民法典 art. 201 and 203).

        A last day that is no working day gives way to the next one, and the limit ends when business ends that
        day. Provisional when the days in question lie in a year not announced yet. A calendar without working
        days rolls by that of the office.
        """
        named = self.named(name)
        office = named if isinstance(named, OfficeCalendar) else self.named("office")
        assert isinstance(office, OfficeCalendar)
        return office.rolled(due)

    def counting(self, name: str, budget: str) -> Calendar:
        """Give the calendar on which a budget is counted: all minutes for calendar units, else the named one."""
        return ALL_TIME if parts(budget)[0][1].startswith("c") else self.named(name)


@lru_cache(maxsize=1024)
def parts(budget: str) -> tuple[tuple[int, str], ...]:
    """Give a budget's amounts and units; '5 wd + 3 wd' has two parts. Raises ValueError if malformed."""
    found = [BUDGET.fullmatch(part) for part in budget.split(" + ")]
    if not all(found):
        raise ValueError(f"budget {budget!r}: write '<n> wm|wh|wd|cm|ch|cd'")
    return tuple((int(part[1]), part[2]) for part in found if part)


def _workdays(years: Iterable[Year], first: date, last: date) -> Iterator[date]:
    listed = list(years)
    free = {day for year in listed for holiday in year.holidays for day in holiday.days()}
    made = {day for year in listed for day in year.makeup_workdays}
    for count in range((last - first).days + 1):
        day = first + timedelta(days=count)
        if day in made or (day.weekday() < SATURDAY and day not in free):
            yield day


def _midnight(day: date) -> int:
    return (day - EPOCH_DAY).days * DAY


def _tick(clock: str) -> int:
    hour, minute = clock.split(":")
    return (int(hour) * 60 + int(minute)) * MINUTE
