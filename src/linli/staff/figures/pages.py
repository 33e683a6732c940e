"""The figures of a mechanism, one figure with its breakdown, and the records behind a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from linli.figures.dimensions import MONTH, DimensionUnknown, dimensions
from linli.figures.queries import Behind, FigureUnknown, read, read_all, records
from linli.figures.readings import Reading, Value
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk
from linli.staff.figures.choosing import Choosing, NothingCovered, Option, chosen
from linli.ui.drawing import Mark

MOST_BARS = 15
SIZE = 50


@dataclass(frozen=True)
class Shown:
    """A number on a page: what it is, its printed form, its parts, and where each leads."""

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


def figures(desk: Desk) -> HttpResponse:
    """Show every figure of a mechanism over the period and place chosen."""
    try:
        choosing = chosen(desk)
    except NothingCovered:
        return desk.show("staff/figures.html", {})
    known = {key: one.title for key, one in desk.mechanisms.items() if one.figures}
    asked = desk.request.GET.get("mechanism", "")
    owner = asked if asked in known else next(iter(known), "")
    readings = (
        read_all(owner, choosing.period, place=choosing.place, book=shipped()) if owner else ()
    )
    shown = [_shown(reading, desk, choosing.kept) for reading in readings]
    context = {
        "choosing": choosing,
        "owner": owner,
        "mechanisms": [
            (key, title, _address("staff:figures", {**choosing.kept, "mechanism": key}))
            for key, title in known.items()
        ],
        "ratios": [one for one in shown if one.den is not None or one.is_stock],
        "counts": [one for one in shown if one.den is None and not one.is_stock],
    }
    return desk.show("staff/figures.html", context)


def figure(desk: Desk, key: str) -> HttpResponse:
    """Show one figure: its definition in words, its value, and its breakdown."""
    choosing, by = _chosen_or_404(desk), desk.request.GET.get("by", "area")
    reading = _read(key, choosing, by)
    offered = dimensions(reading.mechanism)
    slices = [
        _number(reading, part.value, part.label, desk, {**choosing.kept, "by": by, "part": part.key})
        for part in reading.slices
    ]  # fmt: skip
    context = {
        "choosing": choosing,
        "reading": reading,
        "shown": _shown(reading, desk, choosing.kept),
        "back": _address("staff:figures", {**choosing.kept, "mechanism": reading.figure.mechanism}),
        "dimensions": [Option(name, label, name == by) for name, label in offered.items()],
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
    side = "den" if given.get("side") == "den" else "num"
    reading = _read(key, choosing, by)
    page = records(
        key, choosing.period, place=choosing.place, behind=Behind(side, by, part),
        page=desk.page_number, size=SIZE, book=shipped(),
    )  # fmt: skip
    value, part_label = _stated(reading, part)
    stated = value.den if side == "den" and value.den is not None else value.num
    context = {
        "choosing": choosing,
        "reading": reading,
        "page": page,
        "part": part_label,
        "by": dimensions(reading.mechanism).get(by or ""),
        "is_denominator": side == "den" and value.den is not None,
        "stated": stated,
        "agrees": stated == page.value,
        "is_sum": reading.figure.num.total is not None,
        "back": _address("staff:figure", {**choosing.kept, **({"by": by} if by else {})}, key),
    }
    return desk.show("staff/figure_records.html", context)


def _stated(reading: Reading, part: str | None) -> tuple[Value, Label | None]:
    """Give the number whose records are asked for, read apart from them; nothing counted is nought."""
    if part is None:
        return reading.value, None
    nothing = Value(Decimal(0), None if reading.value.den is None else Decimal(0))
    named = {one.key: (one.value, one.label) for one in reading.slices}
    return named.get(part, (nothing, Label(zh=part or "—", en=part or "—")))


def _chosen_or_404(desk: Desk) -> Choosing:
    try:
        return chosen(desk)
    except NothingCovered as nothing:
        raise Http404 from nothing


def _read(key: str, choosing: Choosing, by: str | None) -> Reading:
    try:
        return read(key, choosing.period, place=choosing.place, by=by, book=shipped())
    except (FigureUnknown, DimensionUnknown) as unknown:
        raise Http404(str(unknown)) from unknown


def _shown(reading: Reading, desk: Desk, kept: Mapping[str, str]) -> Shown:
    return _number(reading, reading.value, reading.figure.label, desk, kept)


def _number(
    reading: Reading, value: Value, label: Label, desk: Desk, kept: Mapping[str, str]
) -> Shown:
    tree, exact = reading.figure, value.exact
    behind = _address("staff:figure-records", kept, tree.key)
    return Shown(
        label=label,
        value=None if exact is None else value.printed(tree.decimals).in_language(desk.language),
        unit=tree.unit or "",
        href=_address("staff:figure", kept, tree.key),
        num=value.num,
        num_href=behind,
        den=value.den,
        den_href=f"{behind}&side=den",
        size=None if exact is None else float(exact * (100 if value.den is not None else 1)),
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
    return f"{reverse(name, args=parts)}?{urlencode(query)}"
