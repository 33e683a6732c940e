"""Sending: each message is claimed and committed before it leaves the house, so that a crash never sends it twice.

Whoever is killed between handing a message over and noting it leaves it 'sending'; after ten minutes that becomes
'unsure', and a person decides whether it goes again. Nothing leaves the house inside a transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from linli.casework import sealing
from linli.casework.keys import KeyMissing
from linli.notices.channels import Letter, NotSent, SentUnsure, send
from linli.notices.codes.queries import CODE, address_of_code
from linli.notices.contacts import address_of
from linli.notices.links.actions import rating_link
from linli.notices.models import FAILED, REFUSED, SENDING, SENT, UNSURE, WAITING, Delivery, Notice
from linli.notices.queries import texts_of
from linli.registry.isolation import current_office, office_transaction
from linli.registry.queries import this_office
from linli.rulebook.casefile import Actor

AUTO = "auto:notices"
LOST_AFTER = timedelta(minutes=10)
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
NO_ADDRESS = "no address that this channel reaches"
LOST = "the sender ended before it could note what became of it"
Clock = Callable[[], datetime]


def send_due(*, office: int, clock: Clock, limit: int = 50) -> int:
    """Send the messages of an office that are due, one after another; give how many were tried."""
    with office_transaction(office):
        _give_up_lost(clock())
    for tried in range(limit):
        with office_transaction(office):
            claimed = _claimed(clock())
        if claimed is None:
            return tried
        if isinstance(claimed, Letter):
            outcome = _outcome(claimed)
            with office_transaction(office):
                _note(claimed.id, *outcome, clock())
    return limit


def _outcome(letter: Letter) -> tuple[str, str]:
    """Send, and give the status that follows with what was said."""
    try:
        send(letter)
    except NotSent as failure:
        return REFUSED if failure.is_final else FAILED, str(failure)
    except SentUnsure as unsure:
        return UNSURE, str(unsure)
    return SENT, ""


def _claimed(at: datetime) -> Letter | int | None:
    """Take the next due message for oneself: the letter, the id of one that cannot be sent, or None when none is due."""
    due = Notice.objects.filter(status__in=(WAITING, FAILED), next_at__lte=at)
    row = due.select_for_update(skip_locked=True).order_by("next_at", "pk").first()
    if row is None:
        return None
    row.status, row.next_at, row.changed_at, row.tries = SENDING, None, at, row.tries + 1
    row.save(update_fields=["status", "next_at", "changed_at", "tries"])
    address = _address(row, at)
    if not address:
        _note(row.pk, REFUSED, NO_ADDRESS, at)
        return row.pk
    mechanism, number, text = texts_of([row], openly=True)[row.pk]
    title = f"{mechanism.title.zh} {number}"
    return Letter(row.pk, row.channel, address, title, f"{text.zh}{_asking(row, at)}")


def _asking(row: Notice, at: datetime) -> str:
    """Give what asks whoever reported it for a step that waits for them, with the link to it; where there is one."""
    origin = _origin() if row.whom.startswith("field:") else ""
    by = Actor(row.office_id, AUTO)
    link = rating_link(case=row.case_id, origin=origin, by=by, at=at) if origin else None
    return f"请您评价：{link}" if link else ""


def _origin() -> str:
    """Give where this office answers: one of its host names, or the first that the installation trusts."""
    trusted: list[str] = settings.CSRF_TRUSTED_ORIGINS
    hosts = this_office().hosts
    own = [one for one in trusted if urlsplit(one).hostname in hosts]
    return next(iter([*own, *([] if hosts else trusted)]), "")


def _address(row: Notice, at: datetime) -> str | None:
    """Give where a message goes. What a personal field holds is read for it, and the reading is journalled."""
    kind, _, key = row.whom.partition(":")
    try:
        if kind == CODE:
            return address_of_code(int(key))
        if kind != "field":
            return address_of(row.whom, row.channel)
        text = sealing.reveal(
            office=current_office(), case=row.case_id, field=key, by=AUTO, at=at,
            reason=f"告知（{row.tell}）",
        )  # fmt: skip
    except (sealing.NothingSealed, KeyMissing):
        return None
    return sealing.plain_phone(text)


def _note(notice: int, status: str, detail: str, at: datetime) -> None:
    row = Notice.objects.get(pk=notice)
    is_last = status == FAILED and row.tries > len(BACK_OFF)
    row.status = REFUSED if is_last else status
    row.next_at = at + BACK_OFF[row.tries - 1] if row.status == FAILED else None
    row.changed_at = at
    row.save(update_fields=["status", "next_at", "changed_at"])
    Delivery.objects.create(
        office_id=row.office_id, notice=row, at=at, by=AUTO, outcome=row.status, detail=detail
    )


def _give_up_lost(at: datetime) -> None:
    lost = Notice.objects.filter(status=SENDING, changed_at__lte=at - LOST_AFTER)
    for row in lost.select_for_update(skip_locked=True):
        _note(row.pk, UNSURE, LOST, at)
