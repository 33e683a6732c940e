"""The mechanisms in force with their versions; a draft looked at, replayed and put in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from linli.casework.definitions import Edition, VersionTaken, editions, live_cases, publish
from linli.registry.actions import note_change
from linli.rulebook.mechanism import Label
from linli.staff.book.drafts import (
    MOST_REPLAYED,
    Draft,
    DraftRefused,
    day_named,
    first_lines,
    kept_draft,
    sent_draft,
)
from linli.staff.desk import Desk


@dataclass(frozen=True)
class Line:
    """One published version, with its cases under way and the address of its explanation."""

    edition: Edition
    live: int
    address: str


def shelf(desk: Desk) -> HttpResponse:
    """Show what is in force; a POST looks at a draft."""
    keepers_only(desk)
    if desk.request.method != "POST":
        return _shelf(desk)
    try:
        return _looked_at(desk, sent_draft(desk))
    except DraftRefused as refused:
        return _shelf(desk, refused.message)


def put_in_force(desk: Desk) -> HttpResponse:
    """Publish the draft that was looked at, after a second look."""
    keepers_only(desk)
    try:
        draft = kept_draft(desk)
        if not desk.request.POST.get("sure"):
            return _looked_at(desk, draft, Label(zh="请先勾选确认", en="Tick the box first"))
        return _published(desk, draft, day_named(desk.request.POST.get("effective_on", "")))
    except DraftRefused as refused:
        return _shelf(desk, refused.message)
    except VersionTaken as taken:
        return _looked_at(desk, draft, taken.message)


def _published(desk: Desk, draft: Draft, effective_on: date | None) -> HttpResponse:
    mechanism, checked = draft.mechanism, draft.checked
    if mechanism is None or not checked.is_fit:
        return _looked_at(desk, draft)
    office, keys = desk.actor.office, checked.keys
    added = publish(checked.book, office=office, effective_on=effective_on, keys=keys)
    for key in added:
        detail = {"version": mechanism.version, "sha256": checked.book.sha256(key)}
        note_change(desk.actor, desk.at, "publish", key, **detail)
    title = mechanism.title.in_language(desk.language)
    told = {"title": title, "version": mechanism.version}
    said = (
        _("“%(title)s”第 %(version)s 版已发布")
        if added
        else _("“%(title)s”第 %(version)s 版此前已发布")
    )
    messages.success(desk.request, said % told)
    return redirect("staff:book")


def _shelf(desk: Desk, refusal: Label | None = None) -> HttpResponse:
    live = live_cases()
    lines = [Line(one, live.get(one.id, 0), _explained(one.key)) for one in editions()]
    context = {"lines": lines, "refusal": refusal}
    return desk.show("staff/book.html", context, status=422 if refusal else 200)


def _looked_at(desk: Desk, draft: Draft, refusal: Label | None = None) -> HttpResponse:
    done = draft.replayed
    context = {
        "draft": draft,
        "refusal": refusal,
        "replay": done,
        "differences": first_lines(done.differences) if done else (),
        "most": MOST_REPLAYED,
    }
    is_wrong = refusal is not None or not draft.checked.is_fit
    return desk.show("staff/book_draft.html", context, status=422 if is_wrong else 200)


def _explained(key: str) -> str:
    """Give the address of a mechanism's explanation, where there is one."""
    address = f"/staff/mechanisms/{key}/"
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address


def keepers_only(desk: Desk) -> None:
    """Refuse whoever does not keep the office's book."""
    if not desk.may_keep_book:
        raise PermissionDenied
