"""Questions about one-time links: which there are for a case, what a link that came in opens, and how it is written."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from linli.casework import keys
from linli.casework.queries import numbers_of
from linli.notices.models import Link
from linli.registry.isolation import current_office
from linli.registry.queries import actor_names, body_names
from linli.rulebook.mechanism import Label

DIGEST = "link-digest"
TOKEN = "link-token"  # noqa: S105 - what the key is derived for
TOKEN_BYTES = 24
MARK = "link:"
ZONE = ZoneInfo("Asia/Shanghai")
MOST_LETTERS = 64
LIVE, USED, ENDED, REVOKED = "live", "used", "ended", "revoked"
STATES = {
    LIVE: Label(zh="可用", en="open"),
    USED: Label(zh="已用完", en="used"),
    ENDED: Label(zh="已过期", en="run out"),
    REVOKED: Label(zh="已收回", en="taken back"),
}


class LinkUnknown(Exception):
    """There is no such link."""


@dataclass(frozen=True)
class LinkLine:
    """A link of a case: for whom, what it may be used for, and how it stands."""

    id: int
    name: str
    body_name: Label | None
    actions: tuple[str, ...]
    left: int
    used_at: datetime | None
    until: datetime
    by: Label | None
    state: str

    @property
    def state_label(self) -> Label:
        """Give how it stands in words."""
        return STATES[self.state]

    @property
    def is_live(self) -> bool:
        """Say whether it still opens its case."""
        return self.state == LIVE


def token_of(link: Link) -> str:
    """Give the text of a link: the office key makes it from the nonce, the database alone cannot."""
    made = keys.keyed_hash(current_office(), TOKEN, bytes(link.nonce).hex())
    return base64.urlsafe_b64encode(made[:TOKEN_BYTES]).decode()


def address_of_link(link: Link) -> str:
    """Give the address that opens a link, as it is sent."""
    return f"{link.origin}/links/{token_of(link)}/"


def message_of(link: int, number: str, *, openly: bool) -> Label:
    """Give what is sent with a link; the log shows it without the address, which is a key to the case."""
    row = Link.objects.get(pk=link)
    where = address_of_link(row) if openly else "…"
    day = f"{row.until.astimezone(ZONE):%m-%d %H:%M}"
    return Label(
        zh=f"{row.name}：请办理案件 {number}，{day} 前打开 {where}",
        en=f"{row.name}: please see to case {number} before {day}: {where}",
    )


def names_of_links(whom: Iterable[str]) -> dict[str, Label]:
    """Give whom each 'link:ID' was made for."""
    ids = [int(one.removeprefix(MARK)) for one in whom if one.startswith(MARK)]
    rows = Link.objects.filter(pk__in=ids).values_list("pk", "name") if ids else ()
    return {f"{MARK}{number}": Label(zh=name, en=name) for number, name in rows}


def digest_of(text: str) -> bytes:
    """Give the keyed hash by which a link is found."""
    return keys.keyed_hash(current_office(), DIGEST, text)


def links_of(*, case: int, at: datetime) -> list[LinkLine]:
    """Give the links of a case, the newest first. Three statements at most."""
    rows = list(Link.objects.filter(case_id=case).order_by("-made_at", "-pk"))
    bodies, people = (
        body_names({one.body for one in rows}),
        actor_names({one.made_by for one in rows}),
    )
    return [
        LinkLine(
            one.pk, one.name, bodies.get(one.body), tuple(one.actions), one.left, one.used_at,
            one.until, people.get(one.made_by), state_of(one, at),
        )
        for one in rows
    ]  # fmt: skip


def link_named(text: str, *, lock: bool = False) -> tuple[Link, str]:
    """Give the link of a text with the number of its case; held against others when a step is taken. Raises LinkUnknown."""
    rows = Link.objects.select_for_update() if lock else Link.objects.all()
    row = rows.filter(digest=digest_of(text)).first() if len(text) <= MOST_LETTERS else None
    if row is None:
        raise LinkUnknown
    return row, numbers_of({row.case_id})[row.case_id]


def state_of(link: Link, at: datetime) -> str:
    """Give how a link stands at a moment."""
    if link.revoked_at is not None:
        return REVOKED
    if not link.left:
        return USED
    return LIVE if at < link.until else ENDED
