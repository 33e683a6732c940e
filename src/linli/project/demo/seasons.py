"""When people report: more on weekdays, more by day, more in a wet summer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = (
    1,
    1,
    0.5,
    0.5,
    0.5,
    2,
    8,
    22,
    46,
    58,
    60,
    48,
    26,
    38,
    52,
    54,
    48,
    36,
    30,
    26,
    20,
    14,
    7,
    3,
)
WEEKDAYS = (1.08, 1.05, 1.0, 1.0, 1.06, 0.72, 0.62)
MONTHS = (0.78, 0.72, 0.95, 1.0, 1.02, 1.22, 1.3, 1.24, 1.1, 0.98, 0.92, 0.86)
WORKING = range(8, 18)


def opening_moments(
    number: int, start: datetime, until: datetime, chance: Random, *, by_day: bool
) -> list[datetime]:
    """Give moments of reporting between two moments, in order; `by_day` keeps to hours of duty."""
    days = [start + timedelta(days=day) for day in range((until - start).days + 1)]
    locals_ = [day.astimezone(ZONE) for day in days]
    weights = [WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] for day in locals_]
    hours = [weight if not by_day or hour in WORKING else 0 for hour, weight in enumerate(HOURS)]
    moments: list[datetime] = []
    while len(moments) < number:
        day = chance.choices(locals_, weights)[0]
        hour = chance.choices(range(24), hours)[0]
        local = day.replace(
            hour=hour, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0
        )
        if start <= local < until:
            moments.append(local.astimezone(UTC))
    return sorted(moments)
