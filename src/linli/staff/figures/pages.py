"""The figures of a mechanism, one figure with its breakdown, and the records behind a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.utils.http import urlencode

from linli.casework.journal.referring import entry_names
from linli.figures.dimensions import MONTH, DimensionUnknown, dimensions
from linli.figures.finding import defined_keys
from linli.figures.queries import ASKED, Behind, FigureUnknown, read, read_all, records
from linli.figures.readings import Reading, Record, RecordPage, Value, printed
from linli.figures.valuing import bridge_of
from linli.rulebook.counting.answering import RESPONSE
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.staff.desk import Desk
from linli.staff.figures.above import grounds_above
from linli.staff.figures.audits import last_audit
from linli.staff.figures.choosing import Choosing, NothingCovered, chosen
from linli.staff.figures.telling import definition
from linli.ui.around import address
from linli.ui.drawing import Mark
from linli.ui.shelves import Choice, Shelf, shelved_for

MOST_BARS = 15
SIZE = 50
SIDES = ("num", "den", "num_before", "den_before", ASKED)


@dataclass(frozen=True)
class Shown:
    """A number on a page: what it is, its printed form, its parts, and where each leads.

    `answered` is the response rate, beside a rate of those who answered.
    """

    label: Label
    value: str | None
    unit: Label | str
    href: str
    num: Decimal
    num_href: str
    den: Decimal | None
    den_href: str
    size: float | None
    is_stock: bool
    answered: Shown | None = None


def figures(desk: Desk) -> HttpResponse:
    """Show every figure of a mechanism over the period and place chosen."""
    try:
        choosing = chosen(desk)
    except NothingCovered:
        return desk.show("staff/figures.html", {})
    shelves = _counted(desk, choosing)
    owner = next((one.value for shelf in shelves for one in shelf.things if one.is_chosen), "")
    book = at_hand()
    readings = read_all(owner, choosing.period, place=choosing.place, book=book) if owner else ()
    shown = [_shown(reading, desk, choosing.kept) for reading in readings]
    context = {
        "choosing": choosing,
        "owner": owner,
        "shelves": shelves,
        "ratios": [one for one in shown if one.den is not None or one.is_stock],
        "counts": [one for one in shown if one.den is None and not one.is_stock],
        "together": _together(choosing),
        "plans": _plans(),
        "above": grounds_above(desk, owner, choosing.period),
        "audited": last_audit(desk),
    }
    return desk.show("staff/figures.html", context)


def _plans() -> list[Choice]:
    plans = at_hand().plans
    return [
        Choice(key, one.title, href=address("staff:figure-plan", key)) for key, one in plans.items()
    ]


def _together(choosing: Choosing) -> list[Choice]:
    """Give the figures that the book defines over several mechanisms, as links."""
    book = at_hand()
    return [
        Choice(key, book.figures[key].title, href=_address("staff:figure", choosing.kept, key))
        for key in defined_keys(book)
    ]


def _counted(desk: Desk, choosing: Choosing) -> list[Shelf[Choice]]:
    """Give the mechanisms that count something, with the one asked for, or the first of mine, chosen."""
    known = {key: one for key, one in desk.mechanisms.items() if one.figures}
    asked, first = desk.request.GET.get("mechanism", ""), desk.first_mechanism
    owner = next((key for key in (asked, first, *known) if key in known), "")

    page = _address("staff:figures", {**choosing.kept, "mechanism": ""})

    def choice(one: Mechanism) -> Choice:
        key = one.mechanism
        return Choice(key, one.title, key == owner, href=f"{page}{key}")

    return shelved_for(desk.actor, known.values(), choice)


def figure(desk: Desk, key: str) -> HttpResponse:
    """Show one figure: its definition in words, its value, and its breakdown."""
    choosing, by = _chosen_or_404(desk), desk.request.GET.get("by", "area")
    reading = _read(key, choosing, by)
    offered = dimensions(reading.mechanisms)
    slices = [
        _number(reading, part.value, part.label, desk, {**choosing.kept, "by": by, "part": part.key})
        for part in reading.slices
    ]  # fmt: skip
    context = {
        "choosing": choosing,
        "reading": reading,
        "shown": _shown(reading, desk, choosing.kept),
        "back": _address(
            "staff:figures", {**choosing.kept, "mechanism": reading.figure.mechanisms[0]}
        ),
        "sources": [one.title for one in reading.mechanisms],
        "definition": definition(reading, at_hand()),
        "read_at": desk.at,
        "dimensions": [Choice(name, label, name == by) for name, label in offered.items()],
        "by": offered.get(by, Label(zh=by, en=by)),
        "slices": slices,
        "marks": _months(reading, slices) if by == MONTH else _marks(slices[:MOST_BARS], desk),
        "most_bars": MOST_BARS if by != MONTH and len(slices) > MOST_BARS else None,
        "chart": "column" if by == MONTH else "bar",
    }
    return desk.show("staff/figure.html", context)


def evidence(desk: Desk, key: str) -> HttpResponse:
    """List the records behind a number; as many as the number says."""
    given, choosing = desk.request.GET, _chosen_or_404(desk)
    part = given.get("part")
    by = given.get("by") if part is not None else None
    side = given.get("side", "num") if given.get("side") in SIDES else "num"
    reading = _read(key, choosing, by)
    page = _records(desk, key, choosing, Behind(side, by, part))
    value, part_label = _stated(reading, part)
    stated = _side_of(reading.answered or value, "den") if side == ASKED else _side_of(value, side)
    context = {
        "choosing": choosing,
        "reading": reading,
        "page": page,
        "listed": _named(page),
        "here": quote(desk.request.get_full_path()),
        "part": part_label,
        "by": dimensions(reading.mechanisms).get(by or ""),
        "sources": [one.title for one in reading.mechanisms],
        **_which(side, value, bridge_of(reading.figure, choosing.period) is not None),
        "stated": stated,
        "agrees": stated == page.value,
        "is_sum": reading.figure.adds_up(side),
        "is_duration": reading.figure.give is not None,
        "back": _address("staff:figure", {**choosing.kept, **({"by": by} if by else {})}, key),
    }
    return desk.show("staff/figure_records.html", context)


def _which(side: str, value: Value, has_bridge: bool) -> dict[str, bool]:  # noqa: FBT001
    """Give which side of a number the records belong to, as the page asks."""
    return {
        "is_denominator": side.startswith("den") and value.den is not None,
        "is_asked": side == ASKED,
        "is_before": side.endswith("_before"),
        "is_bridged": side.endswith("_before") and has_bridge,
    }


def _named(page: RecordPage) -> list[tuple[Record, str]]:
    """Give the records with what each is called: entries of registers by name, cases by number."""
    names = entry_names([record.number for record in page.records])
    return [(record, names.get(record.number, record.number)) for record in page.records]


def _stated(reading: Reading, part: str | None) -> tuple[Value, Label | None]:
    """Give the number whose records are asked for, read apart from them; nothing counted is nought."""
    if part is None:
        return reading.value, None
    nothing = Value(Decimal(0), None if reading.value.den is None else Decimal(0))
    if reading.value.before is not None:
        nothing = replace(nothing, before=nothing)
    named = {one.key: (one.value, one.label) for one in reading.slices}
    return named.get(part, (nothing, Label(zh=part or "—", en=part or "—")))


def _side_of(value: Value, side: str) -> Decimal:
    name, _, earlier = side.partition("_")
    read = value.before if earlier and value.before is not None else value
    return read.den if name == "den" and read.den is not None else read.num


def _chosen_or_404(desk: Desk) -> Choosing:
    try:
        return chosen(desk)
    except NothingCovered as nothing:
        raise Http404 from nothing


def _read(key: str, choosing: Choosing, by: str | None) -> Reading:
    try:
        return read(key, choosing.period, place=choosing.place, by=by, book=at_hand())
    except (FigureUnknown, DimensionUnknown) as unknown:
        raise Http404(str(unknown)) from unknown


def _records(desk: Desk, key: str, choosing: Choosing, behind: Behind) -> RecordPage:
    return records(
        key, choosing.period, place=choosing.place, behind=behind, page=desk.page_number, size=SIZE, book=at_hand(),
    )  # fmt: skip


def _shown(reading: Reading, desk: Desk, kept: Mapping[str, str]) -> Shown:
    shown = _number(reading, reading.value, reading.figure.label, desk, kept)
    return replace(shown, answered=_answered(reading, desk, kept))


def _answered(reading: Reading, desk: Desk, kept: Mapping[str, str]) -> Shown | None:
    """Give the response rate: who answered are the rate's own denominator."""
    value = reading.answered
    if value is None:
        return None
    behind = _address("staff:figure-records", kept, reading.figure.key)
    text = value.printed().in_language(desk.language) if value.exact is not None else None
    return Shown(
        RESPONSE, text, "", "", value.num, f"{behind}&side=den", value.den, f"{behind}&side={ASKED}",
        None, is_stock=False,
    )  # fmt: skip


def _number(
    reading: Reading, value: Value, label: Label, desk: Desk, kept: Mapping[str, str]
) -> Shown:
    tree, exact = reading.figure, value.exact
    is_share = value.is_rate or value.before is not None
    behind = _address("staff:figure-records", kept, tree.key)
    return Shown(
        label=label,
        value=None if exact is None else printed(value, tree).in_language(desk.language),
        unit="" if tree.is_rate else tree.unit or "",
        href=_address("staff:figure", kept, tree.key),
        num=value.num,
        num_href=behind,
        den=value.den,
        den_href=f"{behind}&side=den",
        size=None if exact is None else float(exact * (100 if is_share else 1)),
        is_stock=tree.mode == "stock",
    )


def _marks(slices: list[Shown], desk: Desk) -> list[Mark]:
    return [
        Mark(one.label.in_language(desk.language), one.size, one.value or "", one.num_href)
        for one in slices
    ]


def _months(reading: Reading, slices: list[Shown]) -> list[Mark]:
    """Give the columns of months, named shortly: they stand side by side."""
    keys = [part.key for part in reading.slices]
    is_one_year = len({key[:4] for key in keys}) == 1
    return [
        Mark(key[5:] if is_one_year else key[2:], one.size, one.value or "", one.num_href)
        for key, one in zip(keys, slices, strict=True)
    ]


def _address(name: str, query: Mapping[str, str], *parts: str) -> str:
    return f"{address(name, *parts)}?{_line(tuple(query.items()))}"


@lru_cache(maxsize=1024)
def _line(pairs: tuple[tuple[str, str], ...]) -> str:
    return urlencode(pairs)
