"""The door: who is let in, and how long the door stays shut after wrong passwords."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from linli.registry.isolation import current_office, has_office
from linli.registry.models import Account, LoginAttempt
from linli.registry.queries import account_in_use
from linli.rulebook.mechanism import Label

WINDOW = timedelta(minutes=15)
MOST_BY_NAME = 5
MOST_BY_ADDRESS = 30
KEPT = timedelta(days=1)


class LoginRefused(Exception):
    """Nobody was let in. `message` may be shown; `wait` is how long the door stays shut, if it does."""

    def __init__(self, message: Label, wait: timedelta | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.wait = wait


class OfficeBackend(BaseBackend):
    """Finds accounts within the open office only, so that a session of one office is worth nothing in another."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002
        username: str | None = None,
        password: str | None = None,
        **_: object,
    ) -> Account | None:
        """Give the account in use with this name and password, without throttling; pages call `let_in`."""
        account = Account.objects.filter(username=username or "", is_active=True).first()
        if account is None:
            make_password(
                password
            )  # takes as long as a real check, so that names cannot be guessed by time
            return None
        return account if account.check_password(password or "") else None

    def get_user(self, user_id: int) -> Account | None:
        """Give the account of a session; None outside an office, or once it is out of use."""
        if not has_office():
            return None
        return account_in_use(user_id)


def let_in(*, username: str, password: str, address: str, at: datetime) -> Account:
    """Give the account for a name and a password in the open office, and note the attempt.

    Raises LoginRefused: wrong name or password, or the door is shut because a name met 5 failures, or an
    address 30, within 15 minutes. A success clears the name's failures. Commit even when it is refused.
    """
    knock = Knock.at_door("login", username.strip().casefold(), address, at)
    account = OfficeBackend().authenticate(None, username.strip(), password)
    knock.note(has_failed=account is None)
    if account is None:
        raise _wrong([*knock.failures, at], at)
    return account


@dataclass(frozen=True)
class Knock:
    """One attempt at a door that shuts after too many failures: a log-in, or a receipt's code."""

    name: bytes
    origin: bytes
    at: datetime
    failures: tuple[datetime, ...]

    @classmethod
    def at_door(cls, door: str, name: str, address: str, at: datetime) -> Knock:
        """Begin an attempt under a name (one at a time); raises LoginRefused while the door is shut."""
        keyed, origin = _keyed(f"{door}.name", name), _keyed(f"{door}.address", address)
        _one_at_a_time(keyed)
        failures = _failures(keyed, at)
        _refuse_while_shut(failures, MOST_BY_NAME, at)
        _refuse_while_shut(_failures_from(origin, at), MOST_BY_ADDRESS, at)
        return cls(keyed, origin, at, tuple(failures))

    def note(self, *, has_failed: bool) -> None:
        """Note how the attempt ended."""
        _note(self.name, self.origin, self.at, has_failed=has_failed)


def _failures(name: bytes, at: datetime) -> list[datetime]:
    recent = LoginAttempt.objects.filter(name_hash=name, at__gt=at - WINDOW, at__lte=at)
    failures: list[datetime] = []
    for moment, has_failed in recent.order_by("at", "pk").values_list("at", "has_failed"):
        failures = [*failures, moment] if has_failed else []
    return failures


def _failures_from(origin: bytes, at: datetime) -> list[datetime]:
    recent = LoginAttempt.objects.filter(
        address_hash=origin, has_failed=True, at__gt=at - WINDOW, at__lte=at
    )
    return list(recent.order_by("at").values_list("at", flat=True))


def _refuse_while_shut(failures: list[datetime], most: int, at: datetime) -> None:
    wait = _wait(failures, most, at)
    if wait:
        minutes = _minutes(wait)
        raise LoginRefused(
            Label(
                zh=f"登录失败次数过多，请在 {minutes} 分钟后再试",
                en=f"Too many failed attempts. Try again in {minutes} min",
            ),
            wait,
        )


def _wrong(failures: list[datetime], at: datetime) -> LoginRefused:
    wait = _wait(failures, MOST_BY_NAME, at)
    if wait:
        minutes = _minutes(wait)
        return LoginRefused(
            Label(
                zh=f"用户名或密码不正确，已失败 {MOST_BY_NAME} 次，请在 {minutes} 分钟后再试",
                en=f"Wrong name or password, {MOST_BY_NAME} failures. Try again in {minutes} min",
            ),
            wait,
        )
    left = MOST_BY_NAME - len(failures)
    return LoginRefused(
        Label(
            zh=f"用户名或密码不正确，还可以再试 {left} 次",
            en=f"Wrong name or password. Attempts left: {left}",
        )
    )


def _wait(failures: list[datetime], most: int, at: datetime) -> timedelta:
    """Give how long the door stays shut: until fewer than `most` failures lie in the window."""
    return failures[-most] + WINDOW - at if len(failures) >= most else timedelta()


def _minutes(wait: timedelta) -> int:
    return math.ceil(wait / timedelta(minutes=1))


def _note(name: bytes, origin: bytes, at: datetime, *, has_failed: bool) -> None:
    LoginAttempt.objects.filter(at__lt=at - KEPT).delete()
    LoginAttempt.objects.create(
        office_id=current_office(),
        name_hash=name,
        address_hash=origin,
        at=at,
        has_failed=has_failed,
    )


def _keyed(salt: str, text: str) -> bytes:
    return salted_hmac(f"linli.{salt}", text, algorithm="sha256").digest()


def _one_at_a_time(name: bytes) -> None:
    key = int.from_bytes(name[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
