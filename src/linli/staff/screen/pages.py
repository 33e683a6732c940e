"""The one screen: tiles, tables, a map and what is hot, each number with the address of its records."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from linli.figures.screens import Screen, screens
from linli.staff.desk import Desk
from linli.staff.screen.counting import Counting
from linli.staff.screen.drawing import drawn
from linli.ui.shelves import Choice


def show(desk: Desk, screen: str = "") -> HttpResponse:
    """Show the office's first screen, or the one named."""
    known = screens()
    chosen = known.get(screen or next(iter(known)))
    if chosen is None:
        raise Http404(screen)
    counting = Counting(desk, chosen)
    context = {
        "screen": chosen,
        "others": _others(known, chosen),
        "tiles": counting.tiles(),
        "tables": counting.tables(is_whole=desk.request.GET.get("all") == "1"),
        "hot": counting.hot(),
        "map": chosen.map and drawn(counting.outlines, counting.dots(chosen.map.cases)),
        "map_href": chosen.map and counting.address(chosen.map.cases),
    }
    return desk.show("staff/screen.html#day" if desk.is_part else "staff/screen.html", context)


def _others(known: dict[str, Screen], chosen: Screen) -> list[Choice]:
    """Give the ways to all screens when there are several."""
    if len(known) == 1:
        return []
    return [
        Choice(name, one.title, one is chosen, href=reverse("staff:screen-named", args=[name]))
        for name, one in known.items()
    ]
