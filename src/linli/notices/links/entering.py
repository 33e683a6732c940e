"""Coming in by a one-time link: which case it opens, in whose name one acts, and why it opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.casework import queries
from linli.casework.queries import CaseView
from linli.notices.links.queries import LIVE, LinkUnknown, link_named, state_of
from linli.notices.links.reach import actor_by
from linli.registry.queries import body_names
from linli.rulebook.casefile import Actor, Opening
from linli.rulebook.mechanism import Label

UNKNOWN, MOVED_ON = "unknown", "moved"


class LinkShut(Exception):
    """A link opens nothing: it is unknown, used, run out or taken back, or its case has gone on to another body."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Entry:
    """What a link opened: the case as its body sees it, who acts, and for which steps the link is."""

    link: int
    text: str
    actions: tuple[str, ...]
    until: datetime
    used_at: datetime | None
    body_name: Label | None
    view: CaseView
    actor: Actor

    @property
    def offers(self) -> list[Opening]:
        """Give the steps of the link that can be taken now."""
        return [one for one in self.view.openings if one.action in self.actions]


def entered(text: str, *, at: datetime, lock: bool = False) -> Entry:
    """Give what a link opens; with `lock` it is held against others until the step is taken. Raises LinkShut."""
    try:
        link, number = link_named(text, lock=lock)
    except LinkUnknown as unknown:
        raise LinkShut(UNKNOWN) from unknown
    state = state_of(link, at)
    if state != LIVE:
        raise LinkShut(state)
    actor = actor_by(link, queries.mechanism_of(link.case_id))
    try:
        view = queries.case_view(number=number, actor=actor, at=at)
    except queries.CaseUnseen as unseen:
        raise LinkShut(MOVED_ON) from unseen
    return Entry(
        link.pk, text, tuple(link.actions), link.until, link.used_at,
        body_names([link.body]).get(link.body), view, actor,
    )  # fmt: skip
