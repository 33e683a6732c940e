"""The parts that pages are built from, all on one page."""

from __future__ import annotations

from django.http import HttpResponse
from django.templatetags.static import static

from linli.staff.desk import Desk
from linli.ui.samples import samples


def parts(desk: Desk) -> HttpResponse:
    """Show every part in every state."""
    return desk.show("staff/parts.html", {**samples(desk.at), "sample_photo": static("mark.svg")})
