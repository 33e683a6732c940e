"""A grid cell: its kind, its outline drawn on the office's own map or typed corner by corner, and who answers for it."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.registry.actions import RegistryRefused
from linli.registry.coordinates import DATUMS
from linli.registry.gazetteer.cells import (
    CELL_KINDS,
    CellRefused,
    CellVersion,
    Drawing,
    cell_versions,
    outline_text,
    redraw,
)
from linli.registry.gazetteer.drawing import name_keeper
from linli.registry.queries import AreaRow, areas_of_office
from linli.registry.staffing.queries import posts_over
from linli.rulebook.mechanism import Label
from linli.staff.administering.duties import for_registrars
from linli.staff.administering.verbs import number_of
from linli.staff.desk import Desk
from linli.ui.shelves import Choice

NEW = "new"
UNFIT = 422


@for_registrars
def cell(desk: Desk, code: str, cell: str) -> HttpResponse:
    """Show a cell with its versions and its outline as a form; a POST draws it anew from a day on."""
    area, versions = _found(desk, code, cell)
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


@for_registrars
def keeper(desk: Desk, code: str, cell: str) -> HttpResponse:
    """Name the post that answers for a cell, or none."""
    area, versions = _found(desk, code, cell)
    post = number_of(desk, "keeper") or None
    try:
        name_keeper(code=cell, post=post, by=desk.actor, at=desk.at, today=desk.today)
    except RegistryRefused as refused:
        return _shown(desk, area, versions, _empty(desk, cell, versions), refused.message)
    messages.success(desk.request, _("网格 %(code)s 的负责岗位已指定") % {"code": cell})
    return redirect("staff:cell", code, cell)


def _found(desk: Desk, code: str, cell: str) -> tuple[AreaRow, tuple[CellVersion, ...]]:
    area = next((row for row in areas_of_office(on=desk.today) if row.code == code), None)
    versions = () if cell == NEW else cell_versions(cell)
    if area is None or (cell != NEW and not any(one.area == area.path for one in versions)):
        raise Http404(f"{code} {cell}")
    return area, versions


def _empty(desk: Desk, cell: str, versions: tuple[CellVersion, ...]) -> Drawing:
    begins = desk.today + timedelta(days=1)
    if not versions:
        return Drawing("" if cell == NEW else cell, "", "", "wgs84", begins)
    latest = versions[0]
    text = outline_text(latest.outline)
    return Drawing(latest.code, latest.name, text, "wgs84", begins, latest.kind)


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
        kind=post.get("kind", ""),
    )


def _shown(
    desk: Desk,
    area: AreaRow,
    versions: tuple[CellVersion, ...],
    drawing: Drawing,
    refusal: Label | None = None,
) -> HttpResponse:
    kept_by = versions[0].keeper if versions else None
    context = {
        "area": area,
        "kinds": [Choice(key, said, key == drawing.kind) for key, said in CELL_KINDS.items()],
        "posts": [Choice(str(p), said, p == kept_by) for p, said in posts_over(area.path).items()],
        "versions": versions,
        "drawing": drawing,
        "datums": DATUMS.items(),
        "refusal": refusal,
    }
    return desk.show("staff/cell.html", context, UNFIT if refusal else 200)
