"""Questions about devices: which there are, what they told lately, and which events stand behind a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q

from linli.exchange.models import Device, DeviceEvent

DAY = timedelta(days=1)


@dataclass(frozen=True)
class DeviceRow:
    """A device, how often it was heard in the last day, and when it was last."""

    code: str
    name: str
    kind: str
    heard: int
    last_at: datetime | None
    dropped: int


@dataclass(frozen=True)
class EventRow:
    """One event, and the number of the case it opened or joined."""

    device: str
    name: str
    value: Decimal
    at: datetime
    case: str | None
    is_first: bool


def devices(*, at: datetime) -> tuple[DeviceRow, ...]:
    """Give all devices by code. One statement."""
    lately = Q(deviceevent__received_at__gt=at - DAY)
    rows = Device.objects.annotate(
        heard=Count("deviceevent", filter=lately), last=Max("deviceevent__received_at")
    ).order_by("code")
    return tuple(
        DeviceRow(row.code, row.name, row.kind, row.heard, row.last, row.dropped) for row in rows
    )


def events(*, case: int | None = None, most: int = 50) -> tuple[EventRow, ...]:
    """Give the latest events, or those behind one case, newest first. One statement."""
    rows = DeviceEvent.objects.select_related("device", "case").order_by("-received_at", "-pk")
    if case is not None:
        rows = rows.filter(case_id=case)
    return tuple(
        EventRow(
            row.device.code, row.device.name, row.value.normalize(), row.at,
            row.case.number if row.case else None, row.is_first,
        )
        for row in rows[:most]
    )  # fmt: skip
