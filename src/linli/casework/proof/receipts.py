"""Receipts of steps: a mark that is written on paper, what becomes of it, and a file that a sceptic can check."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from typing import Any

from linli.casework.hashing import stamp
from linli.casework.models import Checkpoint, Step
from linli.casework.proof.checkpoints import (
    NotYetLogged,
    Receipt,
    Signed,
    office_code,
    receipt_proof,
    signed,
)
from linli.registry.isolation import current_office

CODE_BYTES = 10
GROUP = 4
MOST = 30


class MarkUnknown(Exception):
    """Number, step and code do not belong to a step of the open office."""


@dataclass(frozen=True)
class Mark:
    """What a receipt says of a step: the case's number, which step, and the beginning of its hash."""

    number: str
    seq: int
    code: str


@dataclass(frozen=True)
class Checked:
    """A step that is in the journal; with its proof once a checkpoint covers it."""

    mark: Mark
    receipt: Receipt | None

    @property
    def holds(self) -> bool:
        """Tell whether the step leads to the signed root."""
        return self.receipt is not None and self.receipt.holds()


def mark_of(*, case: int, seq: int) -> Mark:
    """Give the mark of a step. Raises MarkUnknown."""
    found = Step.objects.filter(case_id=case, seq=seq).values_list("case__number", "hash").first()
    if found is None:
        raise MarkUnknown(f"step {seq} of case {case}")
    return Mark(found[0], seq, code_of(bytes(found[1])))


def code_of(leaf: bytes) -> str:
    """Give the first 80 bits of a step's hash in base 32, in groups of four."""
    plain = base64.b32encode(leaf[:CODE_BYTES]).decode()
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))


def check_mark(*, number: str, seq: int, code: str) -> Checked:
    """Give what the log says of a step, for whoever holds its mark. Raises MarkUnknown."""
    asked = number.strip().upper()
    found = Step.objects.filter(case__number=asked, seq=seq).values_list("case_id", "hash").first()
    if found is None or not hmac.compare_digest(_plain(code_of(bytes(found[1]))), _plain(code)):
        raise MarkUnknown(asked)
    mark = Mark(asked, seq, code_of(bytes(found[1])))
    try:
        return Checked(mark, receipt_proof(office=current_office(), case=found[0], seq=seq))
    except NotYetLogged:
        return Checked(mark, None)


def portable(receipt: Receipt) -> dict[str, Any]:
    """Give a receipt as plain JSON: all that is needed to check it without this program."""
    return {
        "v": 1,
        "position": receipt.position,
        "leaf": receipt.leaf.hex(),
        "path": [node.hex() for node in receipt.path],
        "checkpoint": statement(receipt.checkpoint),
    }


def statement(one: Signed) -> dict[str, Any]:
    """Give a signed checkpoint as plain JSON; its signature is over the five lines of `signed`."""
    at = stamp(one.at)
    return {
        "office": one.office,
        "size": one.size,
        "root": one.root.hex(),
        "at": at,
        "public_key": one.public_key.hex(),
        "signature": one.signature.hex(),
        "signed": ["linli checkpoint 1", one.office, str(one.size), one.root.hex(), at],
    }


def checkpoints(*, page: int = 1, size: int = MOST) -> tuple[list[Signed], int]:
    """Give a page of the open office's signed checkpoints, the newest first, and how many there are."""
    rows = Checkpoint.objects.filter(office_id=current_office()).order_by("-size")
    code = office_code(current_office())
    return [signed(row, code) for row in rows[(page - 1) * size : page * size]], rows.count()


def _plain(code: str) -> str:
    return re.sub(r"[^A-Z2-7]", "", code.upper())
