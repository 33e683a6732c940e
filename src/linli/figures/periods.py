"""Periods: half-open ranges of time named the way officials name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
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
