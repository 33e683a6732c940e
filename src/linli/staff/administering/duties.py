"""Duties in words: those that mechanisms name, and the others that posts may carry."""

from __future__ import annotations

from functools import wraps
from typing import ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from linli.rulebook.casefile import RESIDENT
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import at_hand
from linli.staff.desk import Desk, Page

P = ParamSpec("P")


def known_duties(desk: Desk) -> dict[str, Label]:
    """Give every duty a post may carry, by code: those that mechanisms name first, then the others of the book."""
    listed = at_hand().duties
    named = {
        role.duty or name: listed.get(role.duty or name, Label(zh=role.zh, en=role.en))
        for mechanism in reversed(desk.mechanisms.values())
        for name, role in mechanism.roles.items()
        if name != RESIDENT
    }
    return {**named, **{code: label for code, label in listed.items() if code not in named}}


def for_registrars(page: Page[P]) -> Page[P]:
    """Open a page to those whose post administers the office; refuse others."""

    def guarded(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not desk.is_registrar:
            raise PermissionDenied
        return page(desk, *args, **kwargs)

    return wraps(page)(guarded)
