"""Contacts: where posts, bodies and accounts are reached, encrypted; a resident's stands in the case, sealed there."""

from __future__ import annotations

from collections.abc import Collection

from linli.casework import keys
from linli.notices.models import Contact
from linli.registry.isolation import current_office

HINT = 4


def sealed_contact(whom: str, channel: str, address: str) -> dict[str, bytes | str]:
    """Give the columns that hold an address."""
    data_key = keys.new_data_key()
    office = current_office()
    return {
        "wrapped_key": keys.wrap(office, data_key),
        "sealed": keys.encrypt(data_key, address.encode(), _mark(whom, channel)),
        "hint": f"…{address[-HINT:]}" if len(address) > HINT else "…",
    }


def address_of(whom: str, channel: str) -> str | None:
    """Give an address in the clear; None when there is none. Raises KeyMissing."""
    row = Contact.objects.filter(whom=whom, channel=channel).first()
    if row is None:
        return None
    data_key = keys.unwrap(current_office(), bytes(row.wrapped_key))
    return keys.decrypt(data_key, bytes(row.sealed), _mark(whom, channel)).decode()


def channels_of(whom: Collection[str]) -> set[tuple[str, str]]:
    """Give (whom, channel) of every contact of these."""
    return set(Contact.objects.filter(whom__in=whom).values_list("whom", "channel"))


def _mark(whom: str, channel: str) -> bytes:
    return f"{current_office()}:contact:{whom}:{channel}".encode()
