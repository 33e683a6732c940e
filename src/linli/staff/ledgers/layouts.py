"""Ledgers filled in for you: each that is asked for, which columns are known already, and the sheet itself."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from linli.ledgers.filling_in import MOST, filled_in
from linli.ledgers.layouts import Layout, LayoutRefused, check_layout, layouts_at_hand
from linli.rulebook.mechanism import Mechanism
from linli.staff.desk import Desk
from linli.staff.ledgers.sending import TYPES, sent

SHOWN = 20
FIRST_YEAR = 2000


def layouts(desk: Desk) -> HttpResponse:
    """Show the ledgers there are, each with how many of its columns are filled in from records."""
    listed, unfit = [], []
    for layout in layouts_at_hand().values():
        try:
            mechanism = check_layout(layout, desk.mechanisms)
        except LayoutRefused as refused:
            unfit.append((layout, refused.message))
            continue
        remain = len(layout.open_columns(mechanism))
        listed.append((layout, mechanism, len(layout.columns) - remain, len(layout.columns)))
    return desk.show("staff/layouts.html", {"layouts": listed, "unfit": unfit})


def layout(desk: Desk, key: str) -> HttpResponse:
    """Show one ledger: the first rows, the columns that remain, and the ways to take it along."""
    asked, mechanism = _layout(desk, key)
    year = _year(desk)
    seen = filled_in(asked, mechanism, actor=desk.actor, year=year, at=desk.at, most=SHOWN)
    context = {
        "layout": asked,
        "mechanism": mechanism,
        "seen": seen,
        "remain": asked.open_columns(mechanism),
        "year": year,
        "years": [year - 1, year + 1] if year < desk.today.year else [year - 1],
        "query": f"?year={year}" if asked.span == "year" else "",
        "most": MOST,
    }
    return desk.show("staff/layout.html", context)


def sheet(desk: Desk, key: str, kind: str) -> HttpResponse:
    """Give a ledger as Excel or CSV, in the order it is asked for."""
    asked, mechanism = _layout(desk, key)
    if kind not in TYPES:
        raise Http404(kind)
    year = _year(desk)
    whole = filled_in(asked, mechanism, actor=desk.actor, year=year, at=desk.at)
    return sent(kind, _name(asked, year, kind), whole.headings, whole.rows)


def _layout(desk: Desk, key: str) -> tuple[Layout, Mechanism]:
    found = layouts_at_hand().get(key)
    if found is None:
        raise Http404(key)
    try:
        return found, check_layout(found, desk.mechanisms)
    except LayoutRefused as refused:
        raise Http404(key) from refused


def _year(desk: Desk) -> int:
    given = desk.request.GET.get("year", "")
    if given.isdecimal() and FIRST_YEAR <= int(given) <= desk.today.year:
        return int(given)
    return desk.today.year


def _name(asked: Layout, year: int, kind: str) -> str:
    return f"{asked.layout}-{year}.{kind}" if asked.span == "year" else f"{asked.layout}.{kind}"
