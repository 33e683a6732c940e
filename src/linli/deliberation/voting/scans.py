"""Scans of returned forms and written mandates: kept encrypted, shown beside the keying, every look at one noted.

A secret vote has no scans: no row stands for any of its papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from django.db import transaction

from linli.casework import keys
from linli.casework.pictures import JPEG, PDF, UploadRefused, clean
from linli.deliberation.counting.ballots import SAID
from linli.deliberation.counting.rules import RuleSet
from linli.deliberation.models import Keying, Mandate, PaperForm, Scan, ScanReading, Vote
from linli.deliberation.voting.casting import SETTLING
from linli.deliberation.voting.standing import VoteRefused, told
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label

PART = b"scan"
KEYED_IN = ("open", "closed")
SHOWN_IN = ("open", "closed", "reopened", "notice")
BLANK = Label(zh="一个都没勾", en="none ticked")


@dataclass(frozen=True)
class Page:
    """A scan read back."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Read:
    """What somebody read on a form."""

    said: Label
    received_at: datetime
    reason: str
    mandate: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A form in use at its keying: whether its scan is there and is a picture, and what two people read where they differ."""

    number: str
    unit: str
    signer: str
    has_scan: bool
    is_picture: bool
    readings: tuple[Read, ...]


@transaction.atomic
def keep_scan(*, vote: int, number: str, upload: BinaryIO, by: Actor, at: datetime) -> None:
    """Keep the scan of a returned form; the last one is shown. Raises VoteRefused and UploadRefused."""
    found = told(vote, by, *KEYED_IN)
    form = found.forms.filter(number=number, spoiled_at=None).first()
    if form is None:
        raise VoteRefused("没有这张有效的表格", "no such form in use")
    seal(upload, form=form, by=by, at=at)


def seal(
    upload: BinaryIO, *, form: PaperForm | None = None, mandate: Mandate | None = None, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Keep the scan of a form or of a mandate encrypted under a key of its own. Raises UploadRefused."""
    cleaned = clean(upload, "file")
    if cleaned.media_type not in {JPEG, PDF}:
        raise UploadRefused("扫描件请用图片或 PDF", "A scan is a picture or a PDF")
    key = keys.new_data_key()
    sealed = keys.encrypt(key, cleaned.content, PART)
    Scan.objects.create(
        office_id=by.office, form=form, mandate=mandate, sealed=sealed, wrapped_key=keys.wrap(by.office, key),
        sha256=sha256(cleaned.content).hexdigest(), media_type=cleaned.media_type, by=by.id, at=at,
    )  # fmt: skip


@transaction.atomic
def scan_shown(*, vote: int, number: str, by: Actor, at: datetime) -> Page:
    """Give the scan of a form to a teller, and note who looked. Raises VoteRefused: none there, or the vote is over."""
    found = told(vote, by, *SHOWN_IN)
    return _looked_at(_latest(found, number), by, at)


@transaction.atomic
def mandate_shown(*, vote: int, number: int, by: Actor, at: datetime) -> Page:
    """Give the scan of a mandate to a teller, and note who looked. Raises VoteRefused: none there, or the vote is over."""
    found = told(vote, by, "roll", *SHOWN_IN)
    scan = Scan.objects.filter(mandate__vote=found, mandate__number=number).order_by("pk").last()
    return _looked_at(scan, by, at)


def _looked_at(scan: Scan | None, by: Actor, at: datetime) -> Page:
    if scan is None:
        raise VoteRefused("没有这张扫描件", "there is no such scan")
    ScanReading.objects.create(office_id=by.office, scan=scan, by=by.id, at=at)
    key = keys.unwrap(scan.office_id, bytes(scan.wrapped_key))
    return Page(keys.decrypt(key, bytes(scan.sealed), PART), scan.media_type)


def sheet_of(vote: int, number: str) -> Sheet | None:
    """Give a form in use as its keying shows it; nothing where there is none."""
    found = Vote.objects.get(pk=vote)
    form = found.forms.select_related("unit").filter(number=number, spoiled_at=None).first()
    if form is None:
        return None
    scan = _latest(found, number)
    keyed = list(form.keyings.order_by("turn"))
    readings = tuple(map(_read, keyed)) if len(keyed) == SETTLING - 1 else ()
    is_picture = scan is not None and scan.media_type == JPEG
    return Sheet(number, form.unit.unit, form.signer, scan is not None, is_picture, readings)


def _latest(vote: Vote, number: str) -> Scan | None:
    forms = vote.forms.filter(number=number, spoiled_at=None)
    return Scan.objects.filter(form__in=forms).order_by("pk").last()


def _read(keying: Keying) -> Read:
    shown = keying.mandate.number if keying.mandate else None
    if keying.picks:
        numbers = " ".join(map(str, keying.picks))
        return Read(Label(zh=numbers, en=numbers), keying.received_at, keying.reason, shown)
    is_blank = keying.mark == "abstain" and RuleSet.model_validate(keying.form.vote.rules).picks
    said = BLANK if is_blank else next(label for mark, label in SAID.items() if mark == keying.mark)
    return Read(said, keying.received_at, keying.reason, shown)
