"""What waits for me, grouped by urgency; or one kind of step of it, all of them or a sample, one after another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.casework import queries
from linli.casework.queries import InboxLine, Narrowed
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk

SIZE = 60
SHARES = (100, 50, 20, 10)
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
    narrowed = _narrowed(desk)
    page = queries.inbox(
        actor=desk.actor, at=desk.at, page=desk.page_number, size=SIZE, narrowed=narrowed
    )
    context = {
        "page": page,
        "groups": by_urgency(page.rows, desk.at),
        "narrowed": narrowed,
        "here": quote(desk.request.get_full_path()),
    }
    if desk.is_part:
        return desk.show("staff/inbox.html#lines", context)
    first = next(iter(page.rows), None) if narrowed else None
    choices = {"steps": _steps(desk, narrowed), "shares": SHARES, "first": first}
    return desk.show("staff/inbox.html", {**context, **choices})


@dataclass(frozen=True)
class Step:
    """One kind of step that waits for me, and how many of it there are."""

    key: str
    mechanism: Label
    action: Label
    count: int
    is_chosen: bool


def _narrowed(desk: Desk) -> Narrowed | None:
    """Give the kind of step asked for, and of how many in a hundred; None for everything that waits."""
    mechanism, _dot, action = desk.request.GET.get("step", "").partition(".")
    known = desk.mechanisms.get(mechanism)
    if known is None or action not in known.actions:
        return None
    share = desk.request.GET.get("share", "")
    chosen = int(share) if share.isdecimal() and int(share) in SHARES else SHARES[0]
    return Narrowed(mechanism, action, chosen)


def _steps(desk: Desk, narrowed: Narrowed | None) -> list[Step]:
    asked = (narrowed.mechanism, narrowed.action) if narrowed else None
    found = []
    for key, action, count in queries.waiting_steps(actor=desk.actor):
        rule = desk.mechanisms.get(key)
        if rule is not None and action in rule.actions:
            name = rule.actions[action]
            label = Label(zh=name.zh, en=name.en)
            is_chosen = (key, action) == asked
            found.append(Step(f"{key}.{action}", rule.title, label, count, is_chosen))
    return found


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
