"""Questions about second factors: who has one, what a phone is shown, for which duties one is required."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.registry.factors.codes import key_text, phone_address, secret_of
from linli.registry.models import Account, SecondFactor
from linli.registry.queries import this_office
from linli.rulebook.casefile import Actor


@dataclass(frozen=True)
class Factor:
    """Somebody's second factor: since when it holds (None while it is being set up), and how many recovery codes are left."""

    confirmed_at: datetime | None
    recovery_left: int


@dataclass(frozen=True)
class Pairing:
    """What a phone is told while a second factor is set up: the address in the QR code, and the key to type instead."""

    address: str
    key: str


def factor_of(account: int) -> Factor | None:
    """Give the second factor of an account; None when there is none."""
    row = SecondFactor.objects.filter(account_id=account).first()
    return None if row is None else Factor(row.confirmed_at, len(row.recovery))


def asks_second(account: int) -> bool:
    """Say whether the door asks this account for a code after the password."""
    return SecondFactor.objects.filter(account_id=account, confirmed_at__isnull=False).exists()


def pairing_of(account: Account) -> Pairing | None:
    """Give what the phone of an account is told; None before it is begun, and for good once it is confirmed."""
    row = SecondFactor.objects.filter(account=account, confirmed_at__isnull=True).first()
    if row is None:
        return None
    secret = secret_of(bytes(row.nonce))
    issuer = f"Linli {this_office().short.zh}"
    return Pairing(phone_address(secret, account=account.username, issuer=issuer), key_text(secret))


def must_have_second(actor: Actor) -> bool:
    """Say whether the office requires a second factor for one of the actor's duties."""
    required = this_office().second_factor_for
    return any(duty.code in required for duty in actor.duties)
