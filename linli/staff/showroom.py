"""The parts that pages are built from, all on one page."""

from __future__ import annotations

from django.http import HttpResponse

from linli.staff.desk import Desk


def parts(desk: Desk) -> HttpResponse:
    """Show every part in every state."""
    return desk.show("staff/parts.html", {})
