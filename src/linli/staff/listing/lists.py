"""Lists of cases: all I may see with a map beside it, and the board by state."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from linli.casework import queries
from linli.exchange.queries import case_outside
from linli.rulebook.mechanism import Mechanism
from linli.staff.desk import Desk
from linli.staff.listing.keeping import lists_at
from linli.staff.listing.narrowing import filters_of, narrowing
from linli.staff.listing.news import news_href
from linli.ui.around import address, in_language
from linli.ui.shelves import Choice, shelved_for

SIZE = 50
POINTS = 1000


def cases(desk: Desk) -> HttpResponse:
    """Show the cases I may see, narrowed by the address line, with counts for each state."""
    filters, number = filters_of(desk.request.GET), desk.page_number
    narrowed = narrowing(desk.request.GET, desk, filters)
    page = queries.cases(
        actor=desk.actor, filters=filters, at=desk.at, page=number, size=SIZE, total=narrowed.total
    )
    template = "staff/cases.html#list" if desk.is_part else "staff/cases.html"
    back = quote(desk.request.get_full_path())
    context = {
        "page": page,
        "narrowing": narrowed,
        "back": back,
        "news": news_href(desk, page.rows),
    }
    if not desk.is_part:
        context["lists"] = lists_at(desk)
    return desk.show(template, context)


def points(desk: Desk) -> HttpResponse:
    """Give the same cases as points on a map: GeoJSON, at most 1,000."""
    filters = filters_of(desk.request.GET)
    page = queries.cases(actor=desk.actor, filters=filters, at=desk.at, page=1, size=POINTS)
    features = [_point(row) for row in page.rows if row.lon is not None]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def jump(desk: Desk) -> HttpResponse:
    """Go to the case of a number, whatever the filters; without one, to a list of what comes close."""
    number = desk.request.GET.get("number", "").strip().upper()
    filters = queries.CaseFilters(number=number)
    page = queries.cases(actor=desk.actor, filters=filters, at=desk.at, page=1, size=2)
    if number and page.total == 1:
        return redirect("staff:case", number=page.rows[0].number)
    outside = case_outside(desk.request.GET.get("number", "").strip())
    if page.total == 0 and outside is not None:
        return redirect("staff:case", number=outside)
    return redirect(reverse("staff:cases", query={"number": number}))


def board(desk: Desk, mechanism: str = "") -> HttpResponse:
    """Show one mechanism's live states side by side, each with its count and its most urgent cases."""
    asked = desk.request.GET.get("mechanism", "")
    if asked in desk.mechanisms:
        return redirect("staff:board-of", asked)
    chosen = mechanism or desk.first_mechanism
    columns = queries.board(actor=desk.actor, mechanism=chosen, at=desk.at)
    shelves = shelved_for(desk.actor, desk.mechanisms.values(), partial(_board_choice, chosen))
    here = quote(desk.request.get_full_path())
    context = {"columns": columns, "chosen": chosen, "shelves": shelves, "here": here}
    return desk.show("staff/board.html", context)


def _board_choice(chosen: str, mechanism: Mechanism) -> Choice:
    key = mechanism.mechanism
    href = address("staff:board-of", key)
    return Choice(key, mechanism.title, key == chosen, href=href)


def _point(row: queries.CaseRow) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        "properties": {
            "label": in_language(row.title) or row.number,
            "href": reverse("staff:case", args=[row.number]),
            "tone": "late" if row.is_late else "plain",
        },
    }
