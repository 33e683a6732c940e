"""Ledgers that wait to be confirmed: kept encrypted between the preview and the import, then forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.casework import keys
from linli.ledgers.actions import LedgerFile, LedgerRefused, may_bring_in
from linli.ledgers.mapping import LedgerMap
from linli.ledgers.models import LedgerUpload
from linli.rulebook.casefile import Actor

MAX_LEDGER = 20 * 1024 * 1024
KEPT_FOR = timedelta(hours=24)
BOUND = b"ledger"
REGISTER = "register"


class UploadGone(LookupError):
    """No such ledger waits for this person: it was confirmed, given up, or sent more than a day ago."""


@dataclass(frozen=True)
class WaitingLedger:
    """A ledger sent in and not yet confirmed, with the map chosen for it."""

    id: int
    file: LedgerFile
    rules: LedgerMap


def keep_ledger(*, file: LedgerFile, rules: LedgerMap, by: Actor, at: datetime) -> int:
    """Keep a ledger until it is confirmed or given up, a day at most. Raises LedgerRefused."""
    if not may_bring_in(by):
        raise LedgerRefused("没有导入台账的权限", "You may not bring ledgers in")
    return _kept(file, rules.model_dump(mode="json"), by, at)


def keep_sheet(*, file: LedgerFile, register: str, by: Actor, at: datetime) -> int:
    """Keep a sheet for a register until it is confirmed, a day at most. Raises LedgerRefused."""
    return _kept(file, {REGISTER: register}, by, at)


def waiting_sheet(*, upload: int, register: str, by: Actor) -> LedgerFile:
    """Give back a sheet that this person sent in for a register. Raises UploadGone."""
    rows = LedgerUpload.objects.filter(pk=upload, by=by.id, rules={REGISTER: register})
    kept = rows.select_for_update().first()
    if kept is None:
        raise UploadGone(upload)
    return LedgerFile(kept.file_name, _opened(kept, by.office))


def _kept(file: LedgerFile, rules: dict[str, Any], by: Actor, at: datetime) -> int:
    if len(file.content) > MAX_LEDGER:
        raise LedgerRefused(
            f"文件超过 {MAX_LEDGER >> 20} MB：请按年或按月拆开后分次导入",
            f"The file is larger than {MAX_LEDGER >> 20} MB: split it by year or month",
        )
    if not file.content:
        raise LedgerRefused("请选择要导入的台账文件", "Choose the ledger to bring in")
    LedgerUpload.objects.filter(at__lt=at - KEPT_FOR).delete()
    file_key = keys.new_data_key()
    kept = LedgerUpload.objects.create(
        office_id=by.office,
        by=by.id,
        at=at,
        file_name=file.name,
        rules=rules,
        wrapped_key=keys.wrap(by.office, file_key),
        sealed=keys.encrypt(file_key, file.content, BOUND),
    )
    return kept.pk


def waiting_ledger(*, upload: int, by: Actor, locked: bool = False) -> WaitingLedger:
    """Give back a ledger that this person sent in; `locked` keeps others from it until the end.

    Raises UploadGone.
    """
    rows = LedgerUpload.objects.filter(pk=upload, by=by.id).exclude(rules__has_key=REGISTER)
    kept = (rows.select_for_update() if locked else rows).first()
    if kept is None:
        raise UploadGone(upload)
    content = _opened(kept, by.office)
    return WaitingLedger(
        kept.pk, LedgerFile(kept.file_name, content), LedgerMap.model_validate(kept.rules)
    )


def _opened(kept: LedgerUpload, office: int) -> bytes:
    file_key = keys.unwrap(office, bytes(kept.wrapped_key))
    return keys.decrypt(file_key, bytes(kept.sealed), BOUND)


def choose_map(*, upload: int, rules: LedgerMap, by: Actor) -> None:
    """Put another map beside a waiting ledger."""
    LedgerUpload.objects.filter(pk=upload, by=by.id).update(rules=rules.model_dump(mode="json"))


def give_up(*, upload: int, by: Actor) -> None:
    """Forget a waiting ledger: it was brought in, or is not wanted after all."""
    LedgerUpload.objects.filter(pk=upload, by=by.id).delete()
