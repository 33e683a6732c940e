"""Figures of a district or a city, for those whose posts reach above their office: numbers of all its offices, no cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from linli.figures.periods import Period, PeriodUnknown, period_named
from linli.figures.readings import Value, printed
from linli.figures.rollups.above import OFFICE, Above, AboveReading, is_whole, read_above
from linli.registry.queries import area_names, offices
from linli.registry.scope import above as paths_above
from linli.registry.scope import covers
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk
from linli.ui.shelves import Choice

NOT_WHOLE = Label(
    zh="机构以上只读整月、整季、整年", en="Above an office only whole months are read"
)


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is for, its number as printed, and both sides of it."""

    label: Label
    value: str | None
    num: Decimal
    den: Decimal | None


def grounds(desk: Desk) -> dict[str, str]:
    """Give the district, city and province that one's posts cover whole, by path with their names, widest first."""
    prefixes = [prefix for duty in desk.actor.duties for prefix in duty.areas]
    wider = [path for path in paths_above(desk.office.path)[:-1] if covers(prefixes, path)]
    names = area_names(wider)
    return {path: names.get(path, path.rstrip("/").rpartition("/")[2]) for path in wider}


def grounds_above(desk: Desk, mechanism: str, period: Period) -> list[Choice]:
    """Give the pages of a mechanism's figures above the office that one may see; a part of a month is not read there."""
    if mechanism not in desk.mechanisms:
        return []
    address = reverse("staff:figures-above", args=[mechanism])
    whole = {"period": period.text} if is_whole(period) else {}
    return [
        Choice(path, name, href=f"{address}?{urlencode({'ground': path, **whole})}")
        for path, name in grounds(desk).items()
    ]


def above(desk: Desk, mechanism: str) -> HttpResponse:
    """Show a mechanism's figures over a district or a city, and one of them office by office."""
    reachable, owner = grounds(desk), desk.mechanisms.get(mechanism)
    if not reachable or owner is None or not owner.figures:
        raise Http404
    ground = _chosen(desk, "ground", reachable)
    asked = _chosen(desk, "figure", owner.figures)
    period, refusal = _period(desk)
    kept = {"ground": ground, "period": period.text, "figure": asked}
    context = {
        "mechanism": owner.title,
        "period": period,
        "refusal": refusal,
        "place": reachable[ground],
        "grounds": _choices(mechanism, kept, "ground", reachable),
        "figures": _choices(mechanism, kept, "figure", owner.figures),
        "asked": owner.figures[asked],
        **_read(desk, mechanism, period, ground, asked),
    }
    return desk.show("staff/figures_above.html", context)


def _chosen(desk: Desk, name: str, offered: Mapping[str, object]) -> str:
    given = desk.request.GET.get(name, "")
    return given if given in offered else next(iter(offered))


def _choices(
    mechanism: str,
    kept: Mapping[str, str],
    name: str,
    offered: Mapping[str, Label | str],
) -> list[Choice]:
    address = reverse("staff:figures-above", args=[mechanism])
    return [
        Choice(key, label, key == kept[name], href=f"{address}?{urlencode({**kept, name: key})}")
        for key, label in offered.items()
    ]


def _read(desk: Desk, mechanism: str, period: Period, ground: str, asked: str) -> dict[str, object]:
    read = read_above(mechanism, period, ground=ground)
    league = read_above(mechanism, period, ground=ground, by=OFFICE, names=(asked,)).readings[0]
    return {
        "offices": read.offices,
        "as_of": read.as_of,
        "numbers": _numbers(desk, read),
        "league": _league(desk, league),
        "ratio": league.figure.den is not None,
    }


def _period(desk: Desk) -> tuple[Period, Label | None]:
    """Give the whole months asked for; this year unless the address line names others."""
    this_year = period_named(str(timezone.localdate(desk.at).year))
    text = desk.request.GET.get("period", "")
    if not text:
        return this_year, None
    try:
        period = period_named(text)
    except PeriodUnknown as unknown:
        return this_year, unknown.message
    return (period, None) if is_whole(period) else (this_year, NOT_WHOLE)


def _numbers(desk: Desk, read: Above) -> list[Line]:
    return [_line(desk, one, one.figure.label, one.value) for one in read.readings if one.value]


def _league(desk: Desk, reading: AboveReading) -> list[Line]:
    """Give the offices, the highest first; those without a value last."""
    known = {office.path: Label(zh=office.name, en=office.short.en) for office in offices()}
    lines = [
        (value, _line(desk, reading, known.get(path, Label(zh=path, en=path)), value))
        for path, value in reading.slices.items()
    ]
    lines.sort(key=lambda pair: (pair[0].exact is None, -(pair[0].exact or 0)))
    return [line for _, line in lines]


def _line(desk: Desk, reading: AboveReading, label: Label, value: Value) -> Line:
    text = (
        None if value.exact is None else printed(value, reading.figure).in_language(desk.language)
    )
    return Line(label, text, value.num, value.den)
