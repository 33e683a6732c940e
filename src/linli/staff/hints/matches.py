"""Suggested matches of what is offered and what is wanted, and what nobody came for in time."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from linli.hints.matching.suggesting import boards
from linli.staff.desk import Desk


def matches(desk: Desk) -> HttpResponse:
    """Show what could be put together. Nothing is claimed here: that is done at the case, and confirmed there."""
    today = timezone.localdate(desk.at)
    context = {"boards": boards(actor=desk.actor, at=desk.at, today=today)}
    return desk.show("staff/matches.html", context)
