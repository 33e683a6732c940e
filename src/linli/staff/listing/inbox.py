"""What waits for me, grouped by urgency: late, amber, due today, later, without a limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.casework import queries
from linli.casework.queries import InboxLine
from linli.staff.desk import Desk

SIZE = 60
TITLES = {
    "late": (_("已超时"), "red"),
    "amber": (_("即将超时"), "amber"),
    "today": (_("今天到期"), "info"),
    "later": (_("以后到期"), "grey"),
    "open": (_("没有时限"), "grey"),
}


@dataclass(frozen=True)
class Group:
    """The lines of one degree of urgency."""

    key: str
    title: str
    tone: str
    lines: tuple[InboxLine, ...]


def inbox(desk: Desk) -> HttpResponse:
    """Show what waits for me, the most urgent first; htmx asks for the lines alone."""
    page = queries.inbox(actor=desk.actor, at=desk.at, page=desk.page_number, size=SIZE)
    template = "staff/inbox.html#lines" if desk.is_part else "staff/inbox.html"
    return desk.show(template, {"page": page, "groups": by_urgency(page.rows, desk.at)})


def by_urgency(lines: Iterable[InboxLine], at: datetime) -> list[Group]:
    """Give the lines in groups, most urgent first, without empty groups; order within is kept."""
    sorted_in: dict[str, list[InboxLine]] = {key: [] for key in TITLES}
    for line in lines:
        sorted_in[_urgency(line, at)].append(line)
    return [_group(key, found) for key, found in sorted_in.items() if found]


def _group(key: str, lines: list[InboxLine]) -> Group:
    title, tone = TITLES[key]
    return Group(key, str(title), tone, tuple(lines))


def _urgency(line: InboxLine, at: datetime) -> str:
    if line.due_at is None:
        return "open"
    if line.due_at <= at:
        return "late"
    if line.row.is_amber:
        return "amber"
    due_on = timezone.localdate(line.due_at)
    return "today" if due_on == timezone.localdate(at) else "later"
