"""Time in words: how long is left, how long something is late, and when it is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language, gettext

from linli.rulebook.casefile import ClockReading

MINUTE, HOUR, DAY = 60, 3600, 86400
WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def speaks_english() -> bool:
    """Say whether the page at hand is in English; it is in Chinese otherwise."""
    return (get_language() or "zh").startswith("en")


def moment_in_words(at: datetime, now: datetime | None = None) -> str:
    """Give a moment in local time, such as 11月25日 周三 17:30; the year only when it is not that of `now`."""
    return _in_words(at, None if now is None else _year(now), speaks_english())


@lru_cache(maxsize=64)
def _year(now: datetime) -> int:
    return timezone.localtime(now).year


@lru_cache(maxsize=8192)
def _in_words(at: datetime, this_year: int | None, english: bool) -> str:  # noqa: FBT001 - a key of the cache
    """Give the words of a moment: lists show the same ones over and over."""
    local = timezone.localtime(at)
    day = WEEKDAYS["en" if english else "zh"][local.weekday()]
    same_year = this_year == local.year
    if english:
        year = "" if same_year else f" {local.year}"
        return f"{day} {local.day} {MONTHS[local.month - 1]}{year}, {local:%H:%M}"
    year = "" if same_year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日\u00a0{day} {local:%H:%M}"


def span_in_words(span: timedelta) -> str:
    """Give a span in its two largest units, such as 2 天 3 小时; under a minute counts as one minute."""
    minutes = max(1, int(abs(span.total_seconds())) // MINUTE)
    return _span(minutes, get_language())


@lru_cache(maxsize=8192)
def _span(minutes: int, language: str | None) -> str:
    """Give a span of minutes in words of the language that is active, which tells the kept ones apart."""
    del language
    days, rest = divmod(minutes, DAY // MINUTE)
    hours, minutes = divmod(rest, HOUR // MINUTE)
    parts = [
        (days, gettext("%(count)d 天")),
        (hours, gettext("%(count)d 小时")),
        (minutes, gettext("%(count)d 分钟")),
    ]
    told = [text % {"count": count} for count, text in parts if count]
    return " ".join(told[:2])


def clock_state(reading: ClockReading, now: datetime) -> str:
    """Give running, amber, late, paused, met or missed."""
    if reading.was_met is not None:
        return "met" if reading.was_met else "missed"
    if reading.due_at is None:
        return "paused"
    return due_state(reading.due_at, reading.amber_at, now)


def due_state(due_at: datetime, amber_at: datetime | None, now: datetime) -> str:
    """Give running, amber or late for a due moment."""
    if now > due_at:
        return "late"
    return "amber" if amber_at is not None and now >= amber_at else "running"


def remaining_in_words(reading: ClockReading) -> str:
    """Give what is left on a paused clock, in the hours its budget counts in."""
    minutes = reading.remaining or 0
    is_working_time = reading.budget.rstrip().endswith(("wm", "wh", "wd"))
    hours, rest = divmod(minutes, HOUR // MINUTE)
    text = gettext("%(hours)d 小时 %(minutes)d 分钟") % {"hours": hours, "minutes": rest}
    return gettext("%(span)s工作时间") % {"span": text} if is_working_time else text
