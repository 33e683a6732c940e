"""Periods: half-open ranges of time named the way officials name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from linli.rulebook.mechanism import Label

ZONE = ZoneInfo("Asia/Shanghai")
QUARTER = re.compile(r"(\d{4})-Q([1-4])")
HALF = re.compile(r"(\d{4})-H([12])")
DATE_PARTS = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
MONTHS_A_YEAR = 12


class PeriodUnknown(ValueError):
    """The text names no period; `message` says what can be written."""

    def __init__(self, text: str) -> None:
        self.message = Label(
            zh=f"看不懂时段“{text}”：请写成 2026、2026-H1、2026-Q3、2026-07、2026-07-15 或 2026-01-01..2026-07-01",
            en=f"“{text}” names no period: write 2026, 2026-H1, 2026-Q3, 2026-07, 2026-07-15 or 2026-01-01..2026-07-01",
        )
        super().__init__(self.message.en)


@dataclass(frozen=True)
class Period:
    """The moments from `start` up to but without `end` (aware, UTC), with the text that named them."""

    text: str
    start: datetime
    end: datetime

    @property
    def label(self) -> Label:
        """Give the period's name in words."""
        if match := QUARTER.fullmatch(self.text):
            return Label(zh=f"{match[1]}年第{match[2]}季度", en=f"Q{match[2]} {match[1]}")
        if match := HALF.fullmatch(self.text):
            return Label(
                zh=f"{match[1]}年{'上下'[int(match[2]) - 1]}半年", en=f"H{match[2]} {match[1]}"
            )
        if match := DATE_PARTS.fullmatch(self.text):
            units = zip(match.groups(), "年月日", strict=True)
            return Label(
                zh="".join(f"{int(part)}{unit}" for part, unit in units if part), en=self.text
            )
        start, end = self.text.split("..")
        return Label(zh=f"{start} 至 {end}（不含）", en=f"{start} to {end} (not included)")


def period_named(text: str) -> Period:
    """Give the period for '2018', '2018-H1', '2018-Q3', '2018-07', '2018-07-15' or 'A..B' (B not included).

    Days begin at midnight in Asia/Shanghai. Raises PeriodUnknown.
    """
    text = text.strip()
    try:
        if ".." in text:
            first, last = text.split("..")
            start, end = _range(first)[0], _range(last)[0]
        else:
            start, end = _range(text)
    except (ValueError, TypeError):
        raise PeriodUnknown(text) from None
    if start >= end:
        raise PeriodUnknown(text)
    return Period(text, start.astimezone(UTC), end.astimezone(UTC))


def month_periods(period: Period) -> list[Period]:
    """Give the calendar months that begin inside the period, in order."""
    moment = period.start.astimezone(ZONE)
    first = datetime(moment.year, moment.month, 1, tzinfo=ZONE)
    months = []
    while first < period.end:
        months.append(period_named(f"{first:%Y-%m}"))
        first = _months_later(first, 1)
    return months


def until_now(period: Period) -> Period:
    """Give the time from the first day of the period's year to the period's end (year to date)."""
    last = (period.end - timedelta(microseconds=1)).astimezone(ZONE)
    return _named_by_days(date(last.year, 1, 1), period.end.astimezone(ZONE).date())


def year_before(period: Period) -> Period | None:
    """Give the period of the same label a year before; None when there is none (a 29 February).

    The end of a month answers to the end of the same month, whatever its length.
    """
    if ".." not in period.text:
        try:
            return period_named(f"{int(period.text[:4]) - 1:04}{period.text[4:]}")
        except PeriodUnknown:
            return None
    start, end = period.start.astimezone(ZONE).date(), period.end.astimezone(ZONE).date()
    first, last = _day_before(start, forward=True), end - timedelta(days=1)
    bound = (
        date(end.year - 1, end.month, 1)
        if end.day == 1
        else _day_before(last, forward=False) + timedelta(days=1)
    )
    return _named_by_days(first, bound) if first < bound else None


def before(period: Period) -> Period | None:
    """Give the period of the same kind just before; None for a range of days."""
    text, year = period.text, int(period.text[:4])
    if ".." in text:
        return None
    if match := QUARTER.fullmatch(text) or HALF.fullmatch(text):
        part, last = int(match[2]), 4 if "Q" in text else 2
        return period_named(
            f"{text[:6]}{part - 1}" if part > 1 else f"{year - 1:04}{text[4:6]}{last}"
        )
    if len(text) == len("2018"):
        return period_named(f"{year - 1:04}")
    moment = (period.start - timedelta(microseconds=1)).astimezone(ZONE)
    return period_named(f"{moment:%Y-%m}" if len(text) == len("2018-07") else f"{moment:%Y-%m-%d}")


def _day_before(day: date, *, forward: bool) -> date:
    """Give the same day a year before; 29 February answers to the day after or before it."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1) if forward else date(day.year - 1, 2, 28)


def _named_by_days(start: date, end: date) -> Period:
    return period_named(f"{start.isoformat()}..{end.isoformat()}")


def _range(text: str) -> tuple[datetime, datetime]:
    if match := QUARTER.fullmatch(text):
        return _span(int(match[1]), 3 * int(match[2]) - 2, 3)
    if match := HALF.fullmatch(text):
        return _span(int(match[1]), 6 * int(match[2]) - 5, 6)
    match = DATE_PARTS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return _span(year, 1, MONTHS_A_YEAR)
    if day is None:
        return _span(year, month, 1)
    start = datetime(year, month, day, tzinfo=ZONE)
    return start, datetime.fromordinal(start.toordinal() + 1).replace(tzinfo=ZONE)


def _span(year: int, month: int, months: int) -> tuple[datetime, datetime]:
    start = datetime(year, month, 1, tzinfo=ZONE)
    return start, _months_later(start, months)


def _months_later(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, MONTHS_A_YEAR)
    return moment.replace(year=moment.year + years, month=month + 1)
