"""How kept numbers stood up to the records: the nightly audits of roll-ups, for those who see the whole office's figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from linli.figures.rollups.auditing import Audit, last_audits
from linli.figures.rollups.parts import AREA, CATEGORY, MONTHS_A_YEAR
from linli.registry.queries import area_names
from linli.registry.scope import covers
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk

WHOLE_OFFICE = Label(zh="全机构", en="Whole office")


@dataclass(frozen=True)
class Difference:
    """A cell that was kept wrong and has been mended: what it counts, where and when, kept and counted anew."""

    mechanism: Label
    month: str
    where: Label
    kept: str
    anew: str


def sees_audits(desk: Desk) -> bool:
    """Say whether one's posts cover the whole office."""
    return covers([path for duty in desk.actor.duties for path in duty.areas], desk.office.path)


def last_audit(desk: Desk) -> Audit | None:
    """Give the latest audit, to those who may see it."""
    return next(iter(last_audits(1)), None) if sees_audits(desk) else None


def audits(desk: Desk) -> HttpResponse:
    """Show the latest audits, and the differences that the last one with any found."""
    if not sees_audits(desk):
        raise Http404
    known = last_audits()
    wrong = next((one for one in known if one.differing), None)
    context = {
        "audits": known,
        "wrong": wrong,
        "differences": _differences(desk, wrong) if wrong else [],
        "back": reverse("staff:figures"),
    }
    return desk.show("staff/figure_audits.html", context)


def _differences(desk: Desk, found: Audit) -> list[Difference]:
    areas = area_names({cell["area"] for cell in found.differences})
    return [
        Difference(
            desk.mechanisms[cell["mechanism"]].title
            if cell["mechanism"] in desk.mechanisms
            else Label(zh=cell["mechanism"], en=cell["mechanism"]),
            "{}-{:02}".format(*_month(cell["month"])),
            _where(cell, areas),
            _told(cell["kept"]),
            _told(cell["anew"]),
        )
        for cell in found.differences
    ]


def _month(month: int) -> tuple[int, int]:
    year, nth = divmod(month, MONTHS_A_YEAR)
    return year, nth + 1


def _where(cell: Mapping[str, Any], areas: Mapping[str, str]) -> Label:
    if cell["grain"] == AREA:
        name = areas.get(cell["area"], cell["area"])
        return Label(zh=name, en=name)
    if cell["grain"] == CATEGORY:
        return Label(zh=cell["category"] or "—", en=cell["category"] or "—")
    return WHOLE_OFFICE


def _told(pair: list[Any]) -> str:
    """Give how many records and, where amounts are added up, what they come to."""
    times, amount = pair
    if times is None:
        return "—"
    return f"{times} / {amount}" if amount and Decimal(amount) else f"{times}"
