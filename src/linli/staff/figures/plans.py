"""A plan at the end of a year: every row with its value, its path, its light, who has yet to give a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from linli.figures.planning import Standing, late, standings, tallied, target_told, told
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import at_hand
from linli.rulebook.planning import Plan, Revision
from linli.rulebook.planning.standing import ATTRIBUTES, WORDS, Status
from linli.staff.desk import Desk
from linli.staff.figures.choosing import Choosing, NothingCovered, chosen
from linli.ui.shelves import Choice

BLANK = "—"


@dataclass(frozen=True)
class Row:
    """One row as the page shows it."""

    number: str
    name: Label
    attribute: Label
    responsible: str
    target: str
    expected: str
    value: str | None
    href: str
    before: str
    trend: Label | None
    status: Label
    light: str
    gaps: list[Label]
    revisions: list[Revision]


@dataclass(frozen=True)
class Group:
    """The rows under one heading of the plan."""

    heading: Label
    rows: list[Row]


def plan(desk: Desk, key: str) -> HttpResponse:
    """Show a plan at the end of a year."""
    written, choosing = _plan_named(key), _chosen_or_404(desk)
    year = _year(written, desk)
    stand = standings(written, year, place=choosing.place, book=at_hand())
    context = {
        "plan": written,
        "year": year,
        "years": [Choice(str(one), str(one), one == year) for one in _years(written)],
        "choosing": choosing,
        "groups": _grouped([(one.row.heading, _row(one, year, desk, choosing)) for one in stand]),
        "tallies": [_tally(one.attribute, one.statuses) for one in tallied(stand)],
        "statuses": list(WORDS.values()),
        "late": late(stand).items(),
        "is_midterm": year == written.midterm,
        "back": reverse("staff:figures"),
    }
    return desk.show("staff/plan.html", context)


def _plan_named(key: str) -> Plan:
    try:
        return at_hand().plans[key]
    except KeyError as unknown:
        raise Http404(key) from unknown


def _chosen_or_404(desk: Desk) -> Choosing:
    try:
        return chosen(desk)
    except NothingCovered as nothing:
        raise Http404 from nothing


def _years(plan: Plan) -> range:
    return range(plan.first_year, plan.last_year + 1)


def _year(plan: Plan, desk: Desk) -> int:
    """Give the year asked for, or this one, kept within the plan's."""
    given = desk.request.GET.get("year", "")
    year = int(given) if given.isascii() and given.isdigit() else desk.today.year
    return min(max(year, plan.first_year), plan.last_year)


def _grouped(rows: list[tuple[Label, Row]]) -> list[Group]:
    groups: list[Group] = []
    for heading, row in rows:
        if not groups or groups[-1].heading != heading:
            groups.append(Group(heading, []))
        groups[-1].rows.append(row)
    return groups


def _row(one: Standing, year: int, desk: Desk, choosing: Choosing) -> Row:
    row = one.row
    query = {"period": one.reading.period.text, "place": choosing.place}
    return Row(
        number=row.number,
        name=row.name,
        attribute=ATTRIBUTES[row.attribute],
        responsible=row.responsible,
        target=target_told(row, year),
        expected=told(one.expected, row.unit),
        value=None if one.value is None else one.reading.printed.in_language(desk.language),
        href=f"{reverse('staff:figure', args=[row.figure])}?{urlencode(query)}",
        before=BLANK if one.before is None else told(one.before, row.unit),
        trend=_trend(one),
        status=WORDS[one.status],
        light=one.light,
        gaps=row.gaps,
        revisions=row.revisions,
    )


def _trend(one: Standing) -> Label | None:
    """Give how the value went on from the year before; None where one of them is missing."""
    if one.value is None or one.before is None:
        return None
    if one.value == one.before:
        return Label(zh="→ 持平", en="→ unchanged")
    is_up = one.value > one.before
    return Label(zh="↑ 上升", en="↑ up") if is_up else Label(zh="↓ 下降", en="↓ down")


def _tally(attribute: str, statuses: Mapping[Status, int]) -> tuple[Label, list[tuple[Label, int]]]:
    return ATTRIBUTES[attribute], [(label, statuses[word]) for word, label in WORDS.items()]
