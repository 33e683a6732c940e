"""Hearing what devices tell: each event once, no more than the limit, joined to the case of its group or opening one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from django.db.models import F

from linli.budget.actions import open_case
from linli.casework.definitions import current
from linli.exchange.devices.tables import DeviceTable, Opens
from linli.exchange.models import Device, DeviceEvent
from linli.exchange.opening import opener
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor

SOURCE = "device"
HOUR = timedelta(hours=1)
RUNNING = ("intake", "open")
Became = Literal["opened", "joined", "nothing", "repeated", "limited", "unknown"]


@dataclass(frozen=True)
class Event:
    """One event as it came: its own name for itself, whose it is, what was read, and when."""

    key: str
    device: str
    value: Decimal
    at: datetime


@dataclass(frozen=True)
class Heard:
    """What became of an event, and the number of the case it opened or joined."""

    key: str
    became: Became
    case: str = ""


def hear(
    *, events: Sequence[Event], table: DeviceTable, machine: int, by: Actor, at: datetime
) -> tuple[Heard, ...]:
    """Hear events in order, in an open office transaction. The same event twice changes nothing."""
    return tuple(_Hearing(table, machine, by, at).hear(event) for event in events)


@dataclass(frozen=True)
class _Hearing:
    table: DeviceTable
    machine: int
    by: Actor
    at: datetime

    def hear(self, event: Event) -> Heard:
        device = self._device(event.device)
        if device is None:
            return Heard(event.key, "unknown")
        earlier = DeviceEvent.objects.filter(device=device, key=event.key).first()
        if earlier is not None:
            return Heard(event.key, "repeated", _number(earlier))
        if self._is_beyond(device):
            Device.objects.filter(pk=device.pk).update(dropped=F("dropped") + 1)
            return Heard(event.key, "limited")
        meant = self.table.opened_by(device.kind, event.value)
        if meant is None:
            self._keep(event, device)
            return Heard(event.key, "nothing")
        name, rule = meant
        first = self._first_of_group(device, name, rule)
        if first is not None:
            self._keep(event, device, opens=name, case_id=first.case_id)
            return Heard(event.key, "joined", _number(first))
        return self._opened(event, device, name, rule)

    def _device(self, code: str) -> Device | None:
        """Give the device with all that might share its group locked, so that two events at once open one case."""
        device = Device.objects.filter(code=code).first()
        if device is None:
            return None
        group = Device.objects.filter(kind=device.kind, area=device.area).order_by("pk")
        return {one.pk: one for one in group.select_for_update()}[device.pk]

    def _is_beyond(self, device: Device) -> bool:
        lately = DeviceEvent.objects.filter(device=device, received_at__gt=self.at - HOUR)
        return lately.count() >= self.table.most_an_hour

    def _first_of_group(self, device: Device, name: str, rule: Opens) -> DeviceEvent | None:
        """Give the event that opened the case which this one joins: one that runs, or was opened a short while ago."""
        group = DeviceEvent.objects.filter(opens=name, is_first=True)
        if rule.group == "device":
            group = group.filter(device=device)
        else:
            group = group.filter(device__kind=device.kind, device__area=device.area)
        last = group.select_related("case").order_by("-received_at", "-pk").first()
        if last is None or last.case is None:
            return None
        is_recent = last.received_at > self.at - timedelta(hours=rule.hours)
        return last if last.case.phase in RUNNING or is_recent else None

    def _opened(self, event: Event, device: Device, name: str, rule: Opens) -> Heard:
        form: dict[str, Any] = dict(rule.form)
        if rule.place:
            form[rule.place] = {"lon": device.lon, "lat": device.lat, "datum": "wgs84"}
        if rule.device:
            form[rule.device] = device.name
        actor = opener(current(rule.mechanism), rule.action, self.by)
        receipt = open_case(
            mechanism=rule.mechanism, action=rule.action, by=actor, at=self.at, form=form,
            key=f"device/{device.pk}/{event.key}", source=SOURCE,
        )  # fmt: skip
        self._keep(event, device, opens=name, case_id=receipt.case_id, is_first=True)
        return Heard(event.key, "opened", receipt.number)

    def _keep(self, event: Event, device: Device, **more: Any) -> None:
        DeviceEvent.objects.create(
            office_id=current_office(), device=device, key=event.key, machine_id=self.machine,
            value=event.value, at=event.at, received_at=self.at, **more,
        )  # fmt: skip


def _number(event: DeviceEvent) -> str:
    return event.case.number if event.case is not None else ""
