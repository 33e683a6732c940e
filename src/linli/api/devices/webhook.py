"""The webhook of devices: signed with HMAC over moment and body, five minutes fresh, each event heard once.

An event has exactly four members, so that nothing about a person can come in by this door.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from linli.api.door import Call, CallRefused, count_call
from linli.exchange.devices.hearing import Event, hear
from linli.exchange.devices.tables import device_table
from linli.registry.machines.actions import note_use
from linli.registry.machines.queries import (
    KeyUnknown,
    Machine,
    actor_of_machine,
    machine_numbered,
)
from linli.rulebook.labels import Label

FRESH = timedelta(minutes=5)
OLDEST = timedelta(days=7)
MOST_BYTES = 100_000
MOST_EVENTS = 100
MOST_DIGITS = 9
LONGEST = 80
LARGEST = Decimal(100_000_000)
MEMBERS = {"id", "device", "at", "value"}
UNSIGNED = Label(
    zh="签名不对：X-Linli-Key、X-Linli-Timestamp、X-Linli-Signature",
    en="not signed as it should be: X-Linli-Key, X-Linli-Timestamp, X-Linli-Signature",
)


def events(call: Call) -> HttpResponse:
    """Hear the events of a signed call; say of each what became of it."""
    machine = _signed_by(call)
    heard = hear(
        events=_events(call), table=device_table(), machine=machine.id,
        by=actor_of_machine(machine), at=call.at,
    )  # fmt: skip
    told = [{"id": one.key, "became": one.became, "case": one.case} for one in heard]
    counts = Counter(one.became for one in heard)
    return JsonResponse(
        {"events": told, "counts": counts}, json_dumps_params={"ensure_ascii": False}
    )


def signature(secret: str, moment: str, body: bytes) -> str:
    """Give the signature of a call: HMAC-SHA-256 of the moment, a full stop and the body, in hexadecimal."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def _signed_by(call: Call) -> Machine:
    """Give the machine that signed a call. Whatever is wrong with it, strangers hear the same words."""
    head = call.request.headers
    named, moment = head.get("X-Linli-Key", ""), head.get("X-Linli-Timestamp", "")
    if not (named.isascii() and named.isdigit() and len(named) <= MOST_DIGITS):
        raise CallRefused(403, UNSIGNED)
    try:
        machine, secret = machine_numbered(int(named), on=timezone.localdate(call.at))
    except KeyUnknown as unknown:
        raise CallRefused(403, UNSIGNED) from unknown
    if len(call.request.body) > MOST_BYTES:
        raise CallRefused(413, Label(zh="内容超过 100 KB", en="more than 100 KB"))
    given = head.get("X-Linli-Signature", "").removeprefix("sha256=")
    right = signature(secret, moment, call.request.body)
    if not hmac.compare_digest(given.encode(), right.encode()) or not _is_fresh(moment, call.at):
        raise CallRefused(403, UNSIGNED)
    count_call(f"machine {machine.id}", machine.per_minute)
    if machine.used_on != timezone.localdate(call.at):
        note_use(key=machine.id, on=timezone.localdate(call.at))
    return machine


def _is_fresh(moment: str, now: datetime) -> bool:
    if not (moment.isascii() and moment.isdigit() and len(moment) <= MOST_DIGITS + 3):
        return False
    return abs(now.timestamp() - int(moment)) <= FRESH.total_seconds()


def _events(call: Call) -> list[Event]:
    try:
        sent = json.loads(call.request.body, parse_float=Decimal, parse_int=Decimal)
    except ValueError as error:
        raise _refused("内容不是 JSON", "the body is not JSON") from error
    listed = sent.get("events") if isinstance(sent, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_EVENTS:
        raise _refused(
            f"请给出 events：1 至 {MOST_EVENTS} 个", f"give events: 1 to {MOST_EVENTS} of them"
        )
    return [_event(nth, one, call.at) for nth, one in enumerate(listed, start=1)]


def _event(nth: int, one: Any, now: datetime) -> Event:
    if not isinstance(one, dict) or set(one) != MEMBERS:
        raise _refused(
            f"第 {nth} 个：只收 id、device、at、value 四项，不收别的",
            f"event {nth}: exactly id, device, at and value, and nothing else",
        )
    names = [one["id"], one["device"]]
    if any(not isinstance(name, str) or not 0 < len(name) <= LONGEST for name in names):
        raise _refused(
            f"第 {nth} 个：id 与 device 为 1 至 {LONGEST} 字",
            f"event {nth}: id and device have 1 to {LONGEST} characters",
        )
    return Event(names[0], names[1], _value(nth, one["value"]), _moment(nth, one["at"], now))


def _value(nth: int, given: Any) -> Decimal:
    try:
        value = Decimal(given) if isinstance(given, Decimal | str) else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > LARGEST:
        raise _refused(f"第 {nth} 个：value 不是数", f"event {nth}: value is no number")
    return round(value, 3)


def _moment(nth: int, given: Any, now: datetime) -> datetime:
    """Give when it happened: with its zone, not ahead of the clock here, and not older than a week."""
    moment: datetime | None = None
    with suppress(TypeError, ValueError):
        moment = datetime.fromisoformat(given)
    if moment is None or moment.tzinfo is None or not now - OLDEST <= moment <= now + FRESH:
        raise _refused(
            f"第 {nth} 个：at 应为七天以内的时间，带时区",
            f"event {nth}: at is a moment of this week, with its zone",
        )
    return moment.astimezone(UTC)


def _refused(zh: str, en: str) -> CallRefused:
    return CallRefused(400, Label(zh=zh, en=en))
