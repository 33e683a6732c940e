"""The verbs that write notices: tell of new steps, mark as read, send again, set a contact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from linli.casework.definitions import of_ids
from linli.casework.queries import Logged, last_position, logged_after, personal_given
from linli.notices.channels import open_channels
from linli.notices.contacts import channels_of, sealed_contact
from linli.notices.models import (
    FAILED,
    IN_APP,
    OUTWARD,
    REFUSED,
    SHOWN,
    UNSURE,
    WAITING,
    Contact,
    Cursor,
    Delivery,
    Notice,
    ReadMark,
)  # fmt: skip
from linli.notices.queries import mine, whom_of
from linli.registry.actions import note_change
from linli.registry.isolation import current_office
from linli.registry.staffing.queries import posts_with
from linli.rulebook.casefile import Actor
from linli.rulebook.deciding.standing import duty_of
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.telling import Addressee, told_of

BATCH = 200
STALE = timedelta(days=3)
IMPORTED = "import:"
SMS = "sms"


class NoticeRefused(Exception):
    """A notice cannot be sent again, or an address cannot be kept; `message` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def tell_new_steps(*, at: datetime, limit: int = BATCH) -> int:
    """Tell of the steps after the cursor, as the mechanisms say; give how many steps were read.

    An office's cursor begins at the end of its log: nobody is told of the past. Steps that were imported or
    were taken more than three days ago are passed over. One reader at a time.
    """
    office = current_office()
    cursor = Cursor.objects.select_for_update(skip_locked=True).filter(office_id=office).first()
    if cursor is None:
        if not Cursor.objects.filter(office_id=office).exists():
            Cursor.objects.create(office_id=office, position=last_position())
        return 0
    steps = logged_after(cursor.position, limit=limit)
    if not steps:
        return 0
    fresh = [s for s in steps if at - s.at <= STALE and not s.actor.startswith(IMPORTED)]
    Notice.objects.bulk_create(_notices(fresh, at), ignore_conflicts=True)
    cursor.position = steps[-1].position
    cursor.save(update_fields=["position"])
    return len(steps)


def mark_read(*, notices: Iterable[int] | None, account: int, by: Actor, at: datetime) -> int:
    """Mark notices of one's own as read, or all of them; give how many."""
    rows = mine(by, account, at)
    if notices is not None:
        rows = rows.filter(pk__in=list(notices))
    fresh = rows.exclude(readmark__account=account).values_list("pk", flat=True)
    marks = [
        ReadMark(office_id=by.office, notice_id=number, account=account, at=at) for number in fresh
    ]
    return len(ReadMark.objects.bulk_create(marks, ignore_conflicts=True))


def send_again(*, notice: int, by: Actor, at: datetime) -> None:
    """Let a notice that did not arrive, or perhaps did not, be sent once more. Raises NoticeRefused."""
    waiting = {"status": WAITING, "next_at": at, "changed_at": at}
    rows = Notice.objects.filter(pk=notice, status__in=(FAILED, REFUSED, UNSURE))
    if not rows.update(**waiting):
        raise NoticeRefused("这条通知不需要重发", "this message needs no sending again")
    Delivery.objects.create(office_id=by.office, notice_id=notice, at=at, by=by.id, outcome="again")


def set_contact(*, whom: str, channel: str, address: str, by: Actor, at: datetime) -> None:
    """Keep where a post, a body or an account is reached by a channel; an empty address forgets it.

    Raises NoticeRefused.
    """
    if channel not in OUTWARD or whom.partition(":")[0] not in ("post", "body", "account"):
        raise NoticeRefused("没有这种联系方式", "there is no such contact")
    text = address.strip()
    if not text:
        Contact.objects.filter(whom=whom, channel=channel).delete()
    else:
        columns = {**sealed_contact(whom, channel, text), "by": by.id, "at": at}
        Contact.objects.update_or_create(
            office_id=by.office, whom=whom, channel=channel, defaults=columns
        )
    note_change(by, at, "set_contact", whom, channel=channel)


def _notices(steps: Iterable[Logged], at: datetime) -> Iterator[Notice]:
    listed = list(steps)
    rules = of_ids({step.definition for step in listed})
    given = personal_given({step.case for step in listed})
    named = [
        (step, tell, whom)
        for step in listed
        for tell in told_of(rules[step.definition], step, step.members)
        if tell.kind != "field" or (step.case, tell.key) in given
        for whom in _whom(rules[step.definition], step, tell)
    ]
    reached = channels_of({whom for _, _, whom in named})
    lines = open_channels()
    for step, tell, whom in named:
        for channel in _channels(whom, reached, lines):
            yield _notice(step, tell, whom, channel, at)


def _whom(mechanism: Mechanism, step: Logged, tell: Addressee) -> Iterator[str]:
    if tell.kind == "role":
        duty = duty_of(mechanism, tell.key)
        yield from (f"post:{post}" for post in posts_with(duty, step.area))
    elif tell.kind == "body":
        yield f"body:{tell.key}"
    elif tell.kind == "field":
        yield f"field:{tell.key}"
    else:
        yield from whom_of(step.opened_by)


def _channels(whom: str, reached: set[tuple[str, str]], lines: tuple[str, ...]) -> Iterator[str]:
    """Give the channels for one recipient: in the house, and by every open line on which it is reached.

    What a personal field holds is a telephone number: it is reached by short message alone.
    """
    if whom.startswith("field:"):
        if SMS in lines:
            yield SMS
        return
    yield IN_APP
    yield from (line for line in lines if (whom, line) in reached)


def _notice(step: Logged, tell: Addressee, whom: str, channel: str, at: datetime) -> Notice:
    is_shown = channel == IN_APP
    return Notice(
        office_id=current_office(), case_id=step.case, seq=step.seq, definition_id=step.definition,
        tell=tell.tell, whom=whom, channel=channel, status=SHOWN if is_shown else WAITING,
        told_at=at, changed_at=at, next_at=None if is_shown else at,
    )  # fmt: skip
