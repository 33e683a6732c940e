"""The verbs of one-time links: give one out, send it, note its use, take it back. Each leaves its trace."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from linli.casework.queries import (
    CaseView,
    case_view,
    definition_of,
    mechanism_of,
    numbers_of,
    opened_by,
)
from linli.notices.channels import open_channels
from linli.notices.contacts import sealed_contact
from linli.notices.links.queries import MARK, address_of_link, digest_of, token_of
from linli.notices.links.reach import left_to_reporter, may_give_links, reaches
from linli.notices.models import WAITING, Contact, Link, Notice
from linli.registry.actions import note_change
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

MOST_DAYS = 30
MOST_STEPS = 20
NONCE_BYTES = 16
NAME_LENGTH = 60
ADDRESS_LENGTH = 200
REPORTER = "上报人"
RATED_WITHIN = timedelta(days=14)


class LinkRefused(Exception):
    """A link cannot be made or taken back; `message` says why. Nothing has changed."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


@dataclass(frozen=True)
class LinkOrder:
    """What a link is wanted for: which steps, for which body, by whom outside, for how long, sent where."""

    body: int
    name: str
    actions: Sequence[str]
    days: int
    once: bool
    channel: str = ""
    address: str = ""


def give_link(
    *, view: CaseView, order: LinkOrder, origin: str, by: Actor, at: datetime
) -> tuple[int, str]:
    """Make a link to steps of a case; give its number and its address, and let it be sent when a channel is named.

    Raises LinkRefused.
    """
    _check(view, order, by)
    row = Link(
        office_id=current_office(), case_id=view.row.id, body=order.body, name=order.name.strip(),
        actions=list(dict.fromkeys(order.actions)), nonce=secrets.token_bytes(NONCE_BYTES), origin=origin,
        left=1 if order.once else MOST_STEPS, until=at + timedelta(days=order.days), made_by=by.id, made_at=at,
    )  # fmt: skip
    row.digest = digest_of(token_of(row))
    row.save()
    if order.channel:
        _address(row, view, order, by, at)
    note_change(
        by, at, "give_link", f"{MARK}{row.pk}", case=view.row.number, body=row.body, actions=row.actions,
        left=row.left, until=row.until.isoformat(),
    )  # fmt: skip
    return row.pk, address_of_link(row)


def rating_link(*, case: int, origin: str, by: Actor, at: datetime) -> str | None:
    """Give the address by which whoever reported a case takes the step that waits for them, such as rating; else None.

    One link serves until it is used or its time is over; there is none for cases that the office took down itself.
    """
    mechanism, reporter = mechanism_of(case), Actor(by.office, opened_by(case))
    if not reporter.is_resident:
        return None
    view = case_view(number=numbers_of({case})[case], actor=reporter, at=at)
    wanted = left_to_reporter(mechanism)
    asked = [one.action for one in view.openings if one.action in wanted]
    if not asked:
        return None
    live = Link.objects.filter(case_id=case, body=0, revoked_at=None, left__gt=0, until__gt=at)
    row = live.first() or _made_for_reporter(case, asked, origin, by, at)
    return address_of_link(row)


def note_use(*, link: int, at: datetime) -> None:
    """Count a step that was taken by a link."""
    Link.objects.filter(pk=link).update(left=F("left") - 1, used_at=at)


def revoke_link(*, link: int, case: int, by: Actor, at: datetime) -> None:
    """Shut a link at once and for good. Raises LinkRefused when it is shut already, or is no link of the case."""
    rows = Link.objects.filter(pk=link, case_id=case, revoked_at__isnull=True, left__gt=0)
    if not may_give_links(by) or not rows.update(revoked_at=at):
        raise LinkRefused("这个链接已经失效", "this link is shut already")
    note_change(by, at, "revoke_link", f"{MARK}{link}")


def _made_for_reporter(
    case: int, actions: Sequence[str], origin: str, by: Actor, at: datetime
) -> Link:
    row = Link(
        office_id=current_office(), case_id=case, body=0, name=REPORTER, actions=list(actions),
        nonce=secrets.token_bytes(NONCE_BYTES), origin=origin, left=1, until=at + RATED_WITHIN, made_by=by.id, made_at=at,
    )  # fmt: skip
    row.digest = digest_of(token_of(row))
    row.save()
    return row


def _check(view: CaseView, order: LinkOrder, by: Actor) -> None:
    reach = {one.body: one for one in reaches(view)}.get(order.body)
    if not may_give_links(by):
        raise LinkRefused("您的岗位不能发一次性链接", "your post does not give links out")
    if reach is None:
        raise LinkRefused("这件事不在该单位手里", "that body has no part in this case")
    if not order.name.strip() or len(order.name) > NAME_LENGTH:
        raise LinkRefused("请填写交给谁（60 字以内）", "say whom it is for, in at most 60 letters")
    if not order.actions or not set(order.actions) <= reach.actions.keys():
        raise LinkRefused(
            "请至少选一个可以交出去的步骤", "choose at least one step that may be handed out"
        )
    if not 1 <= order.days <= MOST_DAYS:
        raise LinkRefused(
            f"有效天数为 1 至 {MOST_DAYS} 天", f"a link is good for 1 to {MOST_DAYS} days"
        )
    if order.channel and (order.channel not in open_channels() or not order.address.strip()):
        raise LinkRefused(
            "请选已开通的渠道并填写地址或号码", "choose an open channel and give an address"
        )
    if len(order.address) > ADDRESS_LENGTH:
        raise LinkRefused("地址太长", "the address is too long")


def _address(row: Link, view: CaseView, order: LinkOrder, by: Actor, at: datetime) -> None:
    whom = f"{MARK}{row.pk}"
    Contact.objects.create(
        office_id=row.office_id, whom=whom, channel=order.channel, by=by.id, at=at,
        **sealed_contact(whom, order.channel, order.address.strip()),
    )  # fmt: skip
    Notice.objects.create(
        office_id=row.office_id, case_id=row.case_id, seq=view.row.revision, definition_id=definition_of(row.case_id),
        tell=whom, whom=whom, channel=order.channel, status=WAITING, told_at=at, changed_at=at, next_at=at,
    )  # fmt: skip
