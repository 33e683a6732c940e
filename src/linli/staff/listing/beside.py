"""The cases before and after one, in the list that somebody came from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from linli.casework.queries import CaseRow, neighbours
from linli.staff.desk import Desk
from linli.staff.listing.narrowing import filters_of


@dataclass(frozen=True)
class Beside:
    """Where the case before and the one after are; nothing at an end of the list."""

    before: str
    after: str


def beside(desk: Desk, row: CaseRow, back: str) -> Beside | None:
    """Give the ways to the neighbours of a case; None for somebody who came from no list of cases."""
    came_from = urlsplit(back)
    if came_from.path != reverse("staff:cases") or not desk.request.GET.get("back"):
        return None
    filters = filters_of(QueryDict(came_from.query))
    found = neighbours(row=row, actor=desk.actor, filters=filters, at=desk.at)
    before, after = (number and _address(number, back) for number in found)
    return Beside(before or "", after or "")


def way_back(text: str | None) -> str:
    """Give the list one came from; the plain list for anything that is no page of ours."""
    ours = text and text.startswith("/staff/") and url_has_allowed_host_and_scheme(text, None)
    return text if text and ours else "/staff/cases/"


def _address(number: str, back: str) -> str:
    return f"{reverse('staff:case', args=[number])}?{urlencode({'back': back})}"
