"""Values typed twice in a year, within one's ground: the count, and each field whose known value came again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse

from linli.ledgers.mapping import ZONE
from linli.ledgers.typed_twice import Again, told_again, typed_twice
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk

FIRST_YEAR = 2000


@dataclass(frozen=True)
class Row:
    """One field on the page, in words."""

    mechanism: Label
    action: Label
    field: Label
    held_in: Label | None
    again: Again


def twice(desk: Desk) -> HttpResponse:
    """Show how many values were typed twice in a year within my ground."""
    year = _year(desk)
    found = told_again(
        desk.mechanisms,
        begin=datetime(year, 1, 1, tzinfo=ZONE),
        end=datetime(year + 1, 1, 1, tzinfo=ZONE),
        under=desk.ground or desk.office.path,
    )
    rows = [_row(desk, one) for one in found]
    context = {
        "year": year,
        "count": typed_twice(found),
        "typed": [row for row in rows if row.again.is_typed],
        "brought": sum(one.times for one in found if not one.is_typed),
        "others": [year - 1, *([year + 1] if year < desk.today.year else [])],
    }
    return desk.show("staff/layouts_twice.html", context)


def _row(desk: Desk, one: Again) -> Row:
    mechanism = desk.mechanisms[one.mechanism]
    action, field = mechanism.actions[one.action], mechanism.fields[one.field]
    return Row(
        mechanism.title,
        Label(zh=action.zh, en=action.en),
        Label(zh=field.zh, en=field.en),
        desk.mechanisms[one.held_in].title if one.held_in else None,
        one,
    )


def _year(desk: Desk) -> int:
    given = desk.request.GET.get("year", "")
    if given.isdecimal() and FIRST_YEAR <= int(given) <= desk.today.year:
        return int(given)
    return desk.today.year
