"""Uploads: refused with a cure or kept encrypted, pictures cleaned of all that is not picture."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings
from django.db import transaction

from linli.casework import keys
from linli.casework.covering.queries import cover_of
from linli.casework.models import Attachment
from linli.casework.pictures import (
    MAX_UPLOAD,
    Position,
    UploadRefused,
    blackened,
    clean,
)
from linli.rulebook.casefile import Exhibit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

__all__ = [
    "MAX_UPLOAD", "AttachmentMissing", "Kept", "Opened", "Sender", "UploadRefused",
    "erase_files", "keep_upload", "original", "photo", "sweep_orphans", "thumbnail",
]  # fmt: skip


class AttachmentMissing(Exception):
    """There is no such attachment, or its file is not on this machine."""


@dataclass(frozen=True)
class Kept:
    """An upload that was kept: the exhibit to bring along with the action, and the photo's position."""

    exhibit: Exhibit
    position: Position | None


@dataclass(frozen=True)
class Opened:
    """An attachment read back."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True)
class Sender:
    """Who sends a file, when, as evidence of which kind (photo, file, signature) and tag."""

    by: str
    at: datetime
    kind: str
    tag: str


def keep_upload(
    *, office: int, case: int | None, upload: BinaryIO, name: str, sender: Sender
) -> Kept:
    """Keep a file for a case, or (case None) for one that is about to be opened. Raises UploadRefused."""
    cleaned = clean(upload, sender.kind)
    file_key = keys.new_data_key()
    sha256 = _store(office, keys.encrypt(file_key, cleaned.content, b"whole"))
    small, position = cleaned.thumbnail, cleaned.position
    Attachment.objects.create(
        office_id=office,
        case_id=case,
        sha256=sha256,
        thumbnail=_store(office, keys.encrypt(file_key, small, b"thumbnail")) if small else None,
        wrapped_key=keys.wrap(office, file_key),
        kind=sender.kind,
        tag=sender.tag,
        name="" if small else Path(name.replace("\\", "/")).name[:120],
        media_type=cleaned.media_type,
        size=len(cleaned.content),
        lon=position.lon if position else None,
        lat=position.lat if position else None,
        by=sender.by,
        at=sender.at,
    )
    exhibit = Exhibit(sender.kind, sender.tag, sha256, has_position=position is not None)
    return Kept(exhibit, position)


def photo(*, office: int, case: int | None, sha256: str) -> Opened:
    """Give an attachment back, whole but for what is covered. Whether the reader may see it is the caller's question."""
    row = _found(office, case, sha256)
    return _covered(row, _open(row, row.sha256, b"whole"))


def original(*, office: int, case: int, sha256: str) -> Opened:
    """Give an attachment back with nothing covered: the caller has journalled who reads it, and why."""
    row = _found(office, case, sha256)
    return _open(row, row.sha256, b"whole")


def thumbnail(*, office: int, case: int | None, sha256: str) -> Opened:
    """Give the small picture of a photo, at most 480 pixels a side."""
    row = _found(office, case, sha256)
    return _covered(row, _open(row, row.thumbnail, b"thumbnail"))


def erase_files(*, office: int, case: int) -> int:
    """Erase the files of a case: their keys now, their bytes once this transaction is committed."""
    return len(_erase(office, Attachment.objects.filter(office_id=office, case_id=case)))


def sweep_orphans(*, office: int, before: datetime) -> int:
    """Erase what was sent before that moment and never became part of a case; give how many files."""
    unclaimed = Attachment.objects.filter(office_id=office, case__isnull=True, at__lt=before)
    erased = _erase(office, unclaimed)
    strays = 0
    for folder in sorted(_folder(office).glob("??")):
        old = {path.name for path in folder.iterdir() if _is_older(path, before)}
        for name in old - _known(office, old) - erased:
            (folder / name).unlink()
            strays += 1
    return len(erased) + strays


def _is_older(path: Path, before: datetime) -> bool:
    return path.stat().st_mtime < before.timestamp()


def _folder(office: int) -> Path:
    return Path(settings.LINLI_HOME) / "files" / str(office)


def _store(office: int, sealed: bytes) -> str:
    """Write ciphertext under its own hash, on the disk before the database hears of it."""
    sha256 = hashlib.sha256(sealed).hexdigest()
    path = _folder(office) / sha256[:2] / sha256
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{sha256}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return sha256


def _found(office: int, case: int | None, sha256: str) -> Attachment:
    rows = Attachment.objects.filter(office_id=office, sha256=sha256)
    chosen = rows.filter(case__isnull=True) if case is None else rows.filter(case_id=case)
    found = chosen.first()
    if found is None:
        raise AttachmentMissing(f"no attachment {sha256}")
    return found


def _open(row: Attachment, sha256: str | None, part: bytes) -> Opened:
    if not sha256:
        raise AttachmentMissing("this attachment has no small picture")
    file_key = keys.unwrap(row.office_id, bytes(row.wrapped_key))
    try:
        sealed = _path(row.office_id, sha256).read_bytes()
    except FileNotFoundError as refusal:
        raise AttachmentMissing(f"the file {sha256} is not on this machine") from refusal
    return Opened(keys.decrypt(file_key, sealed, part), row.media_type, row.name)


def _covered(row: Attachment, opened: Opened) -> Opened:
    """Give a picture with what is covered blacked out."""
    boxes = (
        cover_of(case=row.case_id, sha256=row.sha256).boxes if row.case_id and row.thumbnail else ()
    )
    return replace(opened, content=blackened(opened.content, boxes)) if boxes else opened


def _erase(office: int, rows: QuerySet[Attachment]) -> set[str]:
    """Delete rows (and with them the keys) now; files nobody else needs once the deletion is committed."""
    names = {name for pair in rows.values_list("sha256", "thumbnail") for name in pair if name}
    rows.delete()
    unused = names - _known(office, names)
    for name in unused:
        transaction.on_commit(partial(_path(office, name).unlink, missing_ok=True))
    return unused


def _known(office: int, names: Iterable[str]) -> set[str]:
    rows = Attachment.objects.filter(office_id=office)
    listed = list(names)
    whole = rows.filter(sha256__in=listed).values_list("sha256", flat=True)
    small = rows.filter(thumbnail__in=listed).values_list("thumbnail", flat=True)
    return {name for name in (*whole, *small) if name}


def _path(office: int, sha256: str) -> Path:
    return _folder(office) / sha256[:2] / sha256
