"""The gazetteer of the office: addresses with their neighbourhood and position, brought in from sheets or GeoJSON."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.ledgers.sheets import SheetRefused, read_sheet
from linli.registry.coordinates import DATUMS
from linli.registry.gazetteer.entering import COLUMNS, BadRow, enter_addresses, feature_rows
from linli.registry.gazetteer.queries import address_count, addresses_like, offered_for
from linli.rulebook.labels import Label
from linli.staff.administering.duties import for_registrars
from linli.staff.desk import Desk

MOST_BYTES = 10 * 1024 * 1024
SHOWN = 100
UNFIT = 422
NO_FILE = Label(zh="请选择地址清单", en="Choose the list of addresses")
NO_COLUMNS = Label(
    zh=f"至少要有“路名”“小区”“村”中的一列；可用的列：{'、'.join(COLUMNS)}",
    en=f"One of 路名, 小区 and 村 is needed; columns that are read: {', '.join(COLUMNS)}",
)
NO_JSON = Label(zh="这不是 GeoJSON 的要素集合", en="This is no GeoJSON feature collection")

Rows = list[tuple[int, dict[str, str]]]


@for_registrars
def gazetteer(desk: Desk) -> HttpResponse:
    """Show the addresses that hold the words asked for; a POST enters those of a file."""
    if desk.request.method != "POST":
        return _shown(desk)
    file, datum = desk.request.FILES.get("file"), desk.request.POST.get("datum", "")
    if file is None or datum not in DATUMS:
        return _shown(desk, NO_FILE)
    rows = _rows(file.name or "", file.read(MOST_BYTES))
    if isinstance(rows, Label):
        return _shown(desk, rows)
    done = enter_addresses(rows, datum=datum, by=desk.actor, at=desk.at)
    counts = {"added": done.added, "changed": done.changed, "bad": len(done.bad)}
    told = _("新录入 %(added)s 条，更改 %(changed)s 条，未收 %(bad)s 行")
    messages.success(desk.request, told % counts)
    return _shown(desk, bad=done.bad) if done.bad else redirect("staff:gazetteer")


def offered(desk: Desk) -> HttpResponse:
    """Give the known addresses for what is being typed."""
    found = offered_for(desk.request.GET.get("text", "")[:200])
    rows = [
        {"words": one.words, "area": one.area_name, "lon": one.lon, "lat": one.lat} for one in found
    ]
    return JsonResponse({"addresses": rows})


def _rows(name: str, content: bytes) -> Rows | Label:
    if name.lower().endswith((".json", ".geojson")):
        try:
            return feature_rows(json.loads(content))
        except (ValueError, AttributeError, KeyError, TypeError):
            return NO_JSON
    try:
        sheet = read_sheet(name, content)
    except SheetRefused as refused:
        return refused.message
    if not {"路名", "小区", "村"} & set(sheet.columns):
        return NO_COLUMNS
    return [(row.line, dict(row.cells)) for row in sheet.rows]


def _shown(desk: Desk, refusal: Label | None = None, bad: tuple[BadRow, ...] = ()) -> HttpResponse:
    words = desk.request.GET.get("words", "")
    context = {
        "addresses": addresses_like(words, most=SHOWN),
        "count": address_count(),
        "words": words,
        "columns": COLUMNS,
        "datums": DATUMS.items(),
        "refusal": refusal,
        "bad": bad,
    }
    return desk.show("staff/gazetteer.html", context, status=UNFIT if refusal or bad else 200)
