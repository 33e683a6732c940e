"""Questions about the keys of machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.crypto import salted_hmac

from linli.registry.asking.statements import Statement
from linli.registry.isolation import current_office
from linli.registry.models import MachineKey
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

SIGNAL = "signal"
SCOPES = {
    "report": Label(zh="上报事项", en="Report"),
    "bulk": Label(zh="批量导出", en="Take lists out in bulk"),
    "signal": Label(zh="上报设备信号", en="Send events of devices"),
    "exchange": Label(zh="与其他平台收发工单", en="Exchange orders with another platform"),
}
OPENS = Statement("""
    SELECT k.id, k.name, array_to_string(k.scopes, ' '), k.per_minute, k.used_on
    FROM registry_machinekey k
    WHERE k.office_id = $1 AND k.digest = $2::bytea AND k.revoked_at IS NULL
      AND (k.expires_on IS NULL OR k.expires_on > $3::date)
""")


class KeyUnknown(Exception):
    """No key of the open office has this text, or it has ended."""


@dataclass(frozen=True)
class Machine:
    """A machine that showed its key."""

    id: int
    name: str
    scopes: tuple[str, ...]
    per_minute: int
    used_on: date | None


@dataclass(frozen=True)
class KeyRow:
    """A key as the office lists it. `is_open`: it opens something at the moment asked about."""

    id: int
    name: str
    hint: str
    scopes: tuple[Label, ...]
    per_minute: int
    expires_on: date | None
    made_by: str
    made_at: datetime
    used_on: date | None
    revoked_at: datetime | None
    is_open: bool


def machine_with(text: str, *, on: date) -> Machine:
    """Give the machine whose key this is. One statement. Raises KeyUnknown."""
    found = OPENS.rows(current_office(), f"\\x{digest_of(text).hex()}", on)
    if not found:
        raise KeyUnknown
    [(key, name, scopes, per_minute, used_on)] = found
    return Machine(key, name, tuple(scopes.split()), per_minute, used_on)


def machine_numbered(key: int, *, on: date) -> tuple[Machine, str]:
    """Give a machine that signs its calls, by the number of its key, and the secret it signs with. Raises KeyUnknown."""
    row = MachineKey.objects.filter(pk=key, revoked_at__isnull=True, scopes__contains=[SIGNAL])
    found = row.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=on)).first()
    if found is None:
        raise KeyUnknown
    machine = Machine(found.pk, found.name, tuple(found.scopes), found.per_minute, found.used_on)
    return machine, _secret(found)


def signing_secret(key: int) -> str | None:
    """Give the secret with which a machine signs, for whoever made its key; nothing when the key does not sign.

    It is made from what is kept of the key and the installation's own secret, and stands nowhere.
    """
    row = MachineKey.objects.filter(pk=key, scopes__contains=[SIGNAL]).first()
    return None if row is None else _secret(row)


def _secret(row: MachineKey) -> str:
    return salted_hmac("linli.signing", bytes(row.digest).hex(), algorithm="sha256").hexdigest()


def actor_of_machine(machine: Machine | None) -> Actor:
    """Give the actor that a machine is: it holds no post; what it may do, its key says at the door."""
    assert machine is not None
    return Actor(current_office(), machine_subject(machine.id))


def machine_keys(*, on: date) -> tuple[KeyRow, ...]:
    """Give the keys of the open office, those in use first, the newest first."""
    rows = [
        KeyRow(
            row.pk, row.name, row.hint, tuple(SCOPES[scope] for scope in row.scopes), row.per_minute,
            row.expires_on, row.made_by, row.made_at, row.used_on, row.revoked_at,
            row.revoked_at is None and (row.expires_on is None or row.expires_on > on),
        )
        for row in MachineKey.objects.order_by("-made_at", "-pk")
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: not row.is_open))


def digest_of(text: str) -> bytes:
    """Give the keyed hash under which a key is kept."""
    return salted_hmac("linli.machine-key", text, algorithm="sha256").digest()


def machine_subject(key: int) -> str:
    """Give the name of a key in the list of changes."""
    return f"machine:{key}"
