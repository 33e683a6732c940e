"""Verbs about the keys of machines. Each leaves a `Change`; a key's text is given once and never kept."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, datetime

from linli.registry.actions import RegistryRefused, note_change
from linli.registry.isolation import current_office
from linli.registry.machines.queries import SCOPES, digest_of, machine_subject
from linli.registry.models import MachineKey
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

MARK = "linli_"
KEY_BYTES = 24
HINT = len(MARK) + 4
MOST_A_MINUTE = 60_000


def make_key(
    *,
    name: str,
    scopes: Collection[str],
    per_minute: int,
    expires_on: date | None,
    by: Actor,
    at: datetime,
) -> tuple[int, str]:
    """Make a key; give its number and its text, which nobody can ever read again.

    It is good before `expires_on`. Raises RegistryRefused.
    """
    if not name.strip():
        raise _refused("请填写使用方名称", "say who will use the key")
    if not scopes or not set(scopes) <= SCOPES.keys():
        raise _refused("请至少选一项权限", "choose at least one scope")
    if not 1 <= per_minute <= MOST_A_MINUTE:
        raise _refused(
            f"每分钟次数应在 1 至 {MOST_A_MINUTE} 之间",
            f"calls a minute lie between 1 and {MOST_A_MINUTE}",
        )
    if expires_on is not None and expires_on <= at.date():
        raise _refused("到期日应晚于今天", "a key ends after today")
    text = MARK + secrets.token_urlsafe(KEY_BYTES)
    row = MachineKey.objects.create(
        office_id=current_office(),
        name=name.strip(),
        digest=digest_of(text),
        hint=text[:HINT],
        scopes=[scope for scope in SCOPES if scope in scopes],
        per_minute=per_minute,
        expires_on=expires_on,
        made_by=by.id,
        made_at=at,
    )
    note_change(by, at, "make_key", machine_subject(row.pk), name=row.name, scopes=row.scopes)
    return row.pk, text


def revoke_key(*, key: int, by: Actor, at: datetime) -> None:
    """Shut a key at once and for good. Raises RegistryRefused when it is shut already or unknown."""
    if not MachineKey.objects.filter(pk=key, revoked_at__isnull=True).update(revoked_at=at):
        raise _refused("该密钥已经吊销", "the key is revoked already")
    note_change(by, at, "revoke_key", machine_subject(key))


def note_use(*, key: int, on: date) -> None:
    """Keep the last day a key was used on."""
    MachineKey.objects.filter(pk=key).update(used_on=on)


def _refused(zh: str, en: str) -> RegistryRefused:
    return RegistryRefused(Label(zh=zh, en=en))
