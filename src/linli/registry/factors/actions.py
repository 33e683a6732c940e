"""The verbs of second factors: begin, confirm, pass, renew the recovery codes, reset, require for duties."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from linli.registry.actions import RegistryRefused, note_change
from linli.registry.actors import account_actor_id
from linli.registry.factors.codes import (
    counter_of,
    recovery_code,
    recovery_digest,
    secret_of,
)
from linli.registry.isolation import current_office
from linli.registry.login import MOST_BY_NAME, Knock, LoginRefused
from linli.registry.models import Office, SecondFactor
from linli.registry.queries import forget_offices
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

NONCE_BYTES = 20
RECOVERY_CODES = 10
DOOR = "second-factor"


def begin_factor(*, account: int, at: datetime) -> None:
    """Begin to set up a second factor; one that was begun and not confirmed is made anew.

    Raises RegistryRefused when the account has one already.
    """
    kept = SecondFactor.objects.filter(account_id=account)
    kept.filter(confirmed_at__isnull=True).delete()
    if kept.exists():
        raise _refused("二次验证已经开通", "the second factor is on already")
    SecondFactor.objects.create(
        office_id=current_office(),
        account_id=account,
        nonce=secrets.token_bytes(NONCE_BYTES),
        begun_at=at,
    )


def confirm_factor(*, account: int, typed: str, by: Actor, at: datetime) -> list[str]:
    """Put a second factor in force by its first code; give ten recovery codes, which are shown once.

    Raises RegistryRefused for a wrong code, or when none was begun.
    """
    row = SecondFactor.objects.select_for_update().filter(account_id=account).first()
    if row is None or row.confirmed_at is not None:
        raise _refused("请先开始开通二次验证", "begin to set up the second factor first")
    counter = counter_of(secret_of(bytes(row.nonce)), typed, at, row.last_counter)
    if counter is None:
        raise _refused(
            "验证码不对：请核对手机时间是否自动校准，再填当前显示的 6 位数字",
            "wrong code: check that the phone sets its clock by itself, then type the 6 digits it shows now",
        )
    codes = [recovery_code() for _ in range(RECOVERY_CODES)]
    row.confirmed_at, row.last_counter = at, counter
    row.recovery = [recovery_digest(account, code) for code in codes]
    row.save(update_fields=["confirmed_at", "last_counter", "recovery"])
    note_change(by, at, "confirm_factor", account_actor_id(account))
    return codes


def pass_factor(*, account: int, typed: str, address: str, at: datetime) -> None:
    """Take a code of the phone, or a recovery code: each opens once, and none older than one that opened.

    Raises LoginRefused for a wrong one, and while the door is shut after 5 wrong within 15 minutes.
    Commit even when it is refused.
    """
    knock = Knock.at_door(DOOR, str(account), address, at)
    passed = _takes(account, typed, at)
    knock.note(has_failed=not passed)
    if not passed:
        left = MOST_BY_NAME - 1 - len(knock.failures)
        raise LoginRefused(
            Label(
                zh=f"验证码不对或已经用过，还可以再试 {left} 次",
                en=f"The code is wrong or was used already. Attempts left: {left}",
            )
        )


def renew_recovery(*, account: int, by: Actor, at: datetime) -> list[str]:
    """Give ten new recovery codes; the old ones open nothing any more. Ask for a code before."""
    codes = [recovery_code() for _ in range(RECOVERY_CODES)]
    rows = SecondFactor.objects.filter(account_id=account, confirmed_at__isnull=False)
    if not rows.update(recovery=[recovery_digest(account, code) for code in codes]):
        raise _refused("还没有开通二次验证", "there is no second factor yet")
    note_change(by, at, "renew_recovery", account_actor_id(account))
    return codes


def reset_factor(*, account: int, by: Actor, at: datetime) -> None:
    """Take the second factor of an account away, so that a new phone can be set up. Raises RegistryRefused."""
    gone, _each = SecondFactor.objects.filter(account_id=account).delete()
    if not gone:
        raise _refused("该账号没有开通二次验证", "the account has no second factor")
    note_change(by, at, "reset_factor", account_actor_id(account))


def require_factor(*, duties: Collection[str], by: Actor, at: datetime) -> None:
    """Require a second factor of everybody who has one of these duties, and of nobody else."""
    office = Office.objects.select_for_update().get(pk=current_office())
    office.settings = {**office.settings, "second_factor_for": sorted(duties)}
    office.save(update_fields=["settings"])
    note_change(by, at, "require_factor", f"office:{office.pk}", duties=sorted(duties))
    forget_offices()


def _takes(account: int, typed: str, at: datetime) -> bool:
    rows = SecondFactor.objects.select_for_update()
    row = rows.filter(account_id=account, confirmed_at__isnull=False).first()
    if row is None:
        return False
    counter = counter_of(secret_of(bytes(row.nonce)), typed, at, row.last_counter)
    if counter is not None:
        row.last_counter = counter
        row.save(update_fields=["last_counter"])
        return True
    kept, digest = [bytes(one) for one in row.recovery], recovery_digest(account, typed)
    row.recovery = [one for one in kept if one != digest]
    row.save(update_fields=["recovery"])
    return len(row.recovery) < len(kept)


def _refused(zh: str, en: str) -> RegistryRefused:
    return RegistryRefused(Label(zh=zh, en=en))
