"""Sealed values: free text that can be erased, personal fields encrypted, each with its commitment.

The salt of a free text stands beside it. The salt of a personal value is encrypted with it: whoever has
salt and commitment could try all telephone numbers.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linli.casework import keys
from linli.casework.attachments import erase_files
from linli.casework.hashing import SALT_BYTES, canonical
from linli.casework.models import CaseKey, Erasure, Reading, Sealed

if TYPE_CHECKING:
    from datetime import datetime

    from linli.rulebook.mechanism import FieldRule

PHONE, MAIL = "phone", "mail"
FILES = "@files"
_PHONE_MARKS = re.compile(r"[\s()\-–—.]")
_PHONE = re.compile(r"(?:\+?86)?(1\d{10}|0\d{9,11}|\d{7,8})")
_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")


class ReasonMissing(Exception):
    """Personal values are read, and anything is erased, for a stated reason only."""


class NothingSealed(Exception):
    """The case holds no such value: it was never given, or it has been erased."""


@dataclass(frozen=True)
class SealedRow:
    """One sealed value as it is stored: `text` with its salt, or `ciphertext` of both."""

    text: str | None
    ciphertext: bytes | None
    salt: bytes | None
    lookup: bytes | None = None


@dataclass(frozen=True)
class Spot:
    """Where a value stands: the step of a case, and the field."""

    office: int
    case: int
    seq: int
    field: str

    @property
    def mark(self) -> bytes:
        """Give the bytes that tie a ciphertext to this spot."""
        return f"{self.office}:{self.case}:{self.seq}:{self.field}".encode()


def seal(spot: Spot, value: Any, rule: FieldRule, salt: bytes, data_key: bytes | None) -> SealedRow:
    """Give the row to store. A personal field needs the data key of its case (ValueError without)."""
    if not rule.personal:
        text = value if isinstance(value, str) else canonical(value).decode()
        return SealedRow(text=text, ciphertext=None, salt=salt)
    if data_key is None:
        raise ValueError(f"{spot.field} is personal: the case needs a data key")
    sealed = keys.encrypt(data_key, salt + canonical(value), spot.mark)
    lookup = address_lookup(spot.office, value) if isinstance(value, str) else None
    return SealedRow(text=None, ciphertext=sealed, salt=None, lookup=lookup)


def open_sealed(spot: Spot, row: SealedRow, data_key: bytes | None) -> tuple[Any, bytes]:
    """Give value and salt. Raises NothingSealed when the data key is destroyed, SealBroken if changed."""
    if row.text is not None and row.salt is not None:
        return row.text, row.salt
    if row.ciphertext is None or data_key is None:
        raise NothingSealed(f"{spot.field} of step {spot.seq} has been erased")
    plain = keys.decrypt(data_key, row.ciphertext, spot.mark)
    return json.loads(plain[SALT_BYTES:]), plain[:SALT_BYTES]


def phone_lookup(office: int, text: str) -> bytes | None:
    """Give the keyed hash by which a telephone number is found, however it is written; None for others."""
    phone = plain_phone(text)
    return keys.keyed_hash(office, PHONE, phone) if phone else None


def address_lookup(office: int, text: str) -> bytes | None:
    """Give the keyed hash by which a telephone number or an e-mail address is found; None for what is neither."""
    mail = plain_mail(text)
    return keys.keyed_hash(office, MAIL, mail) if mail else phone_lookup(office, text)


def plain_mail(text: str) -> str | None:
    """Give an e-mail address in small letters; None for what is none."""
    mail = text.strip().lower()
    return mail if _MAIL.fullmatch(mail) else None


def plain_phone(text: str) -> str | None:
    """Give a telephone number without country code and marks; None for what is none."""
    found = _PHONE.fullmatch(_PHONE_MARKS.sub("", text))
    return found[1] if found else None


def data_key_of(office: int, case: int) -> bytes | None:
    """Give the data key of a case; None when it bears no person, or no more. Raises KeyMissing."""
    row = CaseKey.objects.filter(office_id=office, case_id=case).values_list("wrapped", flat=True)
    wrapped = row.first()
    return None if wrapped is None else keys.unwrap(office, bytes(wrapped))


def reveal(
    *,
    office: int,
    case: int,
    field: str,
    by: str,
    at: datetime,
    reason: str,
    seq: int | None = None,
) -> str:
    """Give a personal value as it stands now, or as one step gave it, and journal who read it, when and why.

    Raises ReasonMissing, NothingSealed or KeyMissing; then nothing is journalled.
    """
    _check_reason(reason)
    rows = Sealed.objects.filter(office_id=office, case_id=case, field=field)
    row = (rows if seq is None else rows.filter(seq=seq)).order_by("-seq").first()
    if row is None:
        raise NothingSealed(f"the case holds no {field}")
    data_key = None if row.ciphertext is None else data_key_of(office, case)
    value, _salt = open_sealed(Spot(office, case, row.seq, field), stored(row), data_key)
    Reading.objects.create(
        office_id=office, case_id=case, field=field, seq=row.seq, by=by, at=at, reason=reason
    )
    return value if isinstance(value, str) else canonical(value).decode()


def erase_text(*, office: int, case: int, field: str, by: str, at: datetime, reason: str) -> int:
    """Erase a free text from all steps of a case and note it; give how many values. The chain still holds."""
    _check_reason(reason)
    rows = Sealed.objects.filter(office_id=office, case_id=case, field=field, text__isnull=False)
    count, _per_table = rows.delete()
    _note(office, case, {field}, Note(by, at, reason))
    return count


def erase_person(*, office: int, case: int, by: str, at: datetime, reason: str) -> int:
    """Erase all personal values and files of a case by destroying their keys, and note it.

    Gives how many values and files. Free text is not touched: see erase_text(). The chain still holds.
    """
    _check_reason(reason)
    rows = Sealed.objects.filter(office_id=office, case_id=case, ciphertext__isnull=False)
    fields = set(rows.values_list("field", flat=True))
    count, _per_table = rows.delete()
    CaseKey.objects.filter(office_id=office, case_id=case).delete()
    _note(office, case, fields | {FILES}, Note(by, at, reason))
    return count + erase_files(office=office, case=case)


def stored(row: Sealed) -> SealedRow:
    """Give a table row as the sealed value it is."""
    return SealedRow(
        row.text,
        None if row.ciphertext is None else bytes(row.ciphertext),
        None if row.salt is None else bytes(row.salt),
    )


@dataclass(frozen=True)
class Note:
    """Who erased, when and why."""

    by: str
    at: datetime
    reason: str


def _note(office: int, case: int, fields: set[str], note: Note) -> None:
    Erasure.objects.bulk_create(
        Erasure(
            office_id=office,
            case_id=case,
            field=field,
            by=note.by,
            at=note.at,
            reason=note.reason,
        )
        for field in sorted(fields)
    )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing("say why")
