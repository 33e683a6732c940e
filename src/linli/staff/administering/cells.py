"""The outline of a grid cell: drawn on the office's own map or typed corner by corner, in force from a day on."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.registry.coordinates import DATUMS
from linli.registry.gazetteer.cells import (
    CellRefused,
    CellVersion,
    Drawing,
    cell_versions,
    outline_text,
    redraw,
)
from linli.registry.queries import AreaRow, areas_of_office
from linli.rulebook.mechanism import Label
from linli.staff.administering.duties import for_registrars
from linli.staff.desk import Desk

NEW = "new"
UNFIT = 422


@for_registrars
def cell(desk: Desk, code: str, cell: str) -> HttpResponse:
    """Show a cell with its versions and its outline as a form; a POST draws it anew from a day on."""
    area = next((row for row in areas_of_office(on=desk.today) if row.code == code), None)
    versions = () if cell == NEW else cell_versions(cell)
    if area is None or (cell != NEW and not any(one.area == area.path for one in versions)):
        raise Http404(f"{code} {cell}")
    if desk.request.method != "POST":
        return _shown(desk, area, versions, _empty(desk, cell, versions))
    drawing = _drawing(desk, cell)
    try:
        redraw(area=area.path, drawing=drawing, by=desk.actor, at=desk.at, today=desk.today)
    except CellRefused as refused:
        return _shown(desk, area, versions, drawing, refused.message)
    told = _("网格 %(code)s 的边界自 %(day)s 起生效")
    messages.success(desk.request, told % {"code": drawing.code, "day": drawing.on})
    return redirect("staff:cell", area.code, drawing.code)


def _empty(desk: Desk, cell: str, versions: tuple[CellVersion, ...]) -> Drawing:
    begins = desk.today + timedelta(days=1)
    if not versions:
        return Drawing("" if cell == NEW else cell, "", "", "wgs84", begins)
    latest = versions[0]
    return Drawing(latest.code, latest.name, outline_text(latest.outline), "wgs84", begins)


def _drawing(desk: Desk, cell: str) -> Drawing:
    post = desk.request.POST
    try:
        on = date.fromisoformat(post.get("on", ""))
    except ValueError:
        on = None
    datum = post.get("datum", "")
    return Drawing(
        code=post.get("code", "").strip() if cell == NEW else cell,
        name=post.get("name", "").strip(),
        text=post.get("outline", ""),
        datum=datum if datum in DATUMS else "wgs84",
        on=on,
    )


def _shown(
    desk: Desk,
    area: AreaRow,
    versions: tuple[CellVersion, ...],
    drawing: Drawing,
    refusal: Label | None = None,
) -> HttpResponse:
    context = {
        "area": area,
        "versions": versions,
        "drawing": drawing,
        "datums": DATUMS.items(),
        "refusal": refusal,
    }
    return desk.show("staff/cell.html", context, UNFIT if refusal else 200)
