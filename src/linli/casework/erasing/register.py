"""The destruction register (销毁登记): lines that are chained and signed, and the check of all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from linli.casework import keys
from linli.casework.erasures import Destruction
from linli.casework.hashing import GENESIS, canonical, stamp
from linli.casework.models import Case, Step
from linli.registry.models import Office
from linli.rulebook.mechanism import Label

KINDS = {
    "request": Label(zh="依申请", en="on request"),
    "retention": Label(zh="保存期满", en="retention over"),
}
MOST = 50
DESTRUCTIONS = 0x6C64  # names the lock under which lines are entered


@dataclass(frozen=True)
class Ground:
    """Why something is destroyed: on request or by a rule, by whom, confirmed by whom, and when."""

    kind: str
    basis: str
    reason: str
    by: str
    at: datetime
    confirmed_by: str = ""


@dataclass(frozen=True)
class Destroyed:
    """One line of the register as pages show it."""

    number: int
    at: datetime
    case_number: str
    mechanism: str
    kind: Label
    fields: tuple[str, ...]
    values: int
    files: int
    basis: str
    reason: str
    by: str
    confirmed_by: str
    proof: str
    signature: str


def enter(
    *, office: int, case: int, fields: set[str], counts: tuple[int, int], ground: Ground
) -> Destruction:
    """Enter what was destroyed, `counts` values and files, as the next line of the register."""
    with (
        connection.cursor() as cursor
    ):  # one line after another: each is hashed over the one before
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [DESTRUCTIONS, office])
    last = Destruction.objects.filter(office_id=office).order_by("-number").first()
    row = Destruction(
        office_id=office,
        number=last.number + 1 if last else 1,
        case_id=case,
        kind=ground.kind,
        fields=sorted(fields),
        values=counts[0],
        files=counts[1],
        basis=ground.basis,
        reason=ground.reason,
        by=ground.by,
        confirmed_by=ground.confirmed_by,
        at=ground.at.replace(microsecond=0),
        digest=commitments_digest(case, fields),
    )
    row.hash = line_hash(row, bytes(last.hash) if last else GENESIS)
    row.signature = keys.sign(office, row.hash)
    row.save(force_insert=True)
    return row


def commitments_digest(case: int, fields: set[str]) -> bytes:
    """Give the digest of the commitments that a case's steps hold of these fields, in order."""
    rows = Step.objects.filter(case_id=case).order_by("seq").values_list("seq", "commitments")
    listed = [
        [seq, name, commitment]
        for seq, commitments in rows
        for name, commitment in sorted(commitments.items())
        if name in fields
    ]
    return hashlib.sha256(canonical(listed)).digest()


def line_hash(row: Destruction, before: bytes) -> bytes:
    """Give the hash of a line over all it says and the hash of the line before."""
    said = {
        "v": 1,
        "office": Office.objects.values_list("code", flat=True).get(id=row.office_id),
        "number": row.number,
        "case": Case.objects.values_list("number", flat=True).get(id=row.case_id),
        "kind": row.kind,
        "fields": list(row.fields),
        "values": row.values,
        "files": row.files,
        "basis": row.basis,
        "reason": row.reason,
        "by": row.by,
        "confirmed_by": row.confirmed_by,
        "at": stamp(row.at),
        "digest": bytes(row.digest).hex(),
        "prev": before.hex(),
    }
    return hashlib.sha256(canonical(said)).digest()


def broken_lines(*, office: int) -> Iterator[tuple[int, int]]:
    """Give number and case of every line that was changed, moved, unsigned, or follows one that is missing."""
    before, known = GENESIS, keys.known_public_keys(office)
    rows = Destruction.objects.filter(office_id=office).order_by("number")
    for follows, row in enumerate(rows, start=1):
        kept, signature = bytes(row.hash), bytes(row.signature)
        is_signed = any(keys.is_signed(kept, signature, public) for public in known)
        is_whole = row.number == follows and line_hash(row, before) == kept
        if not (is_whole and is_signed and _digest_holds(row)):
            yield row.number, row.case_id
        before = kept


def _digest_holds(row: Destruction) -> bool:
    return commitments_digest(row.case_id, set(row.fields)) == bytes(row.digest)


def destructions(*, page: int = 1, size: int = MOST) -> tuple[list[Destroyed], int]:
    """Give a page of the open office's register, the newest first, and how many lines there are. Two statements."""
    rows = Destruction.objects.order_by("-number")
    chosen = rows.select_related("case")[(page - 1) * size : page * size]
    return [_told(row) for row in chosen], rows.count()


def destroyed_of(case: int) -> list[Destroyed]:
    """Give what was destroyed of one case."""
    rows = Destruction.objects.filter(case_id=case).select_related("case").order_by("number")
    return [_told(row) for row in rows]


def _told(row: Destruction) -> Destroyed:
    return Destroyed(
        number=row.number,
        at=row.at,
        case_number=row.case.number,
        mechanism=row.case.mechanism,
        kind=KINDS[row.kind],
        fields=tuple(row.fields),
        values=row.values,
        files=row.files,
        basis=row.basis,
        reason=row.reason,
        by=row.by,
        confirmed_by=row.confirmed_by,
        proof=bytes(row.hash).hex(),
        signature=bytes(row.signature).hex(),
    )
