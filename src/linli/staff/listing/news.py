"""What happened to a page since it was looked at: a calm line that offers to bring it up to date, in place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from linli.casework import queries
from linli.casework.queries import CaseRow
from linli.casework.queries.standing import case_faced
from linli.staff.desk import Desk
from linli.staff.listing.beside import way_back
from linli.staff.listing.narrowing import filters_of

MOST_SEEN = 100
MOST_DIGITS = 18
OWN = ("since", "seen")


def news_href(desk: Desk, rows: Iterable[CaseRow]) -> str:
    """Give the address that tells what happened to a list of cases since this look at it."""
    given = desk.request.GET.copy()
    given["since"] = desk.at.isoformat()
    given["seen"] = ",".join(f"{row.id}.{row.revision}" for row in rows)
    return f"{reverse('staff:news')}?{given.urlencode()}"


def news(desk: Desk) -> HttpResponse:
    """Say how many cases came to a list or changed in it since it was looked at; nothing when none did."""
    given = desk.request.GET.copy()
    since, seen = _moment(given.get("since", "")), dict(_seen(given.get("seen", "")))
    found = queries.News(0, 0)
    if since is not None:
        filters = filters_of(given)
        found = queries.news_since(
            actor=desk.actor, filters=filters, at=desk.at, since=since, seen=seen
        )
    for name in OWN:
        given.pop(name, None)
    again = f"{reverse('staff:cases')}?{given.urlencode()}"
    return desk.show("staff/news.html#list", {"news": found, "again": again})


def case_news(desk: Desk, number: str) -> HttpResponse:
    """Say whether somebody acted on a case since it was looked at; nothing when nobody did."""
    try:
        stands = case_faced(number=number, actor=desk.actor)
    except queries.CaseUnseen as unseen:
        raise Http404(number) from unseen
    seen = desk.request.GET.get("revision", "")
    is_number = seen.isdecimal() and len(seen) <= MOST_DIGITS
    has_moved = is_number and stands.revision > int(seen)
    query = urlencode({"back": way_back(desk.request.GET.get("back"))})
    again = f"{reverse('staff:case', args=[number])}?{query}"
    return desk.show("staff/news.html#case", {"has_moved": has_moved, "again": again})


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _seen(text: str) -> Iterable[tuple[int, int]]:
    """Give the cases that were shown, each with its revision; what is no such pair is left out."""
    for one in text.split(",")[:MOST_SEEN]:
        case, _dot, revision = one.partition(".")
        if all(part.isdecimal() and len(part) <= MOST_DIGITS for part in (case, revision)):
            yield int(case), min(int(revision), 2**31 - 1)
