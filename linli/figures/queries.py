"""Questions about figures: the value, its breakdown, and the records behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db import connection

from linli.casework.definitions import current, current_keys
from linli.figures.compiling import Clause, selection
from linli.figures.periods import Period
from linli.registry.queries import area_names, body_names, this_office
from linli.rulebook.counting import Counted, FigureTree, expand, sentence
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism

NO_DATA = Label(zh="无数据", en="no data")
ELSEWHERE = Label(zh="（未分区）", en="(no division)")
BLANK = Label(zh="（空）", en="(blank)")
DIMENSIONS = {
    "area": Label(zh="分区", en="Division"),
    "category": Label(zh="类别", en="Category"),
    "holder": Label(zh="承办单位", en="Body"),
    "source": Label(zh="来源", en="Source"),
    "month": Label(zh="月份", en="Month"),
}
PART_COLUMNS = {"category": "c.category", "source": "c.source", "holder": "c.holder_id::text"}


class FigureUnknown(LookupError):
    """No such figure or dimension; `message` says what there is."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class Value:
    """The exact pair behind a figure. `den` is None for a count, a sum or a stock."""

    num: Decimal
    den: Decimal | None = None

    @property
    def exact(self) -> Fraction | None:
        """Give the exact value; None when there is nothing to divide by (no data)."""
        if self.den is None:
            return Fraction(self.num)
        return Fraction(self.num) / Fraction(self.den) if self.den else None

    def printed(self, decimals: int) -> Label:
        """Give the text to print: whole counts, or a percentage rounded half up.

        100 % is printed only when numerator and denominator are equal, and no data is never 0 %.
        """
        if self.den is None:
            text = f"{self.num.normalize():f}"
            return Label(zh=text, en=text)
        if not self.den:
            return NO_DATA
        step = Decimal(1).scaleb(-decimals)
        percent = (self.num * 100 / self.den).quantize(step, ROUND_HALF_UP)
        if self.num < self.den and percent >= 100:  # noqa: PLR2004
            percent = Decimal(100) - step
        return Label(zh=f"{percent}%", en=f"{percent}%")


@dataclass(frozen=True)
class Slice:
    """One line of a breakdown: what it is for, and its value."""

    key: str
    label: Label
    value: Value


@dataclass(frozen=True)
class Reading:
    """A figure read over a period and a place, with its breakdown if one was asked for."""

    figure: FigureTree
    words: Label
    period: Period
    place: str
    place_name: Label
    value: Value
    by: str | None = None
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True)
class Record:
    """One record behind a number: the case, and the step that was counted."""

    number: str
    seq: int
    at: datetime
    amount: Decimal | None = None


@dataclass(frozen=True)
class RecordPage:
    """A page of the records behind one side of a figure. `total` is how many there are in all."""

    records: tuple[Record, ...]
    total: int
    page: int
    pages: int


def figure_keys() -> list[str]:
    """Give the keys of every figure that the current mechanisms define."""
    return [f"{key}.{name}" for key in current_keys() for name in current(key).figures]


def figure_named(key: str) -> tuple[FigureTree, Mechanism]:
    """Give a figure's tree and its mechanism for 'mechanism.figure'. Raises FigureUnknown."""
    owner, _, name = key.partition(".")
    if owner not in current_keys() or name not in current(owner).figures:
        known = "、".join(figure_keys())
        raise FigureUnknown(
            Label(
                zh=f"没有“{key}”这个数；现有：{known}", en=f"no figure {key!r}; there are: {known}"
            )
        )
    mechanism = current(owner)
    return expand(mechanism, name), mechanism


def read(
    key: str, period: Period, *, place: str | None = None, by: str | None = None, book: Book
) -> Reading:
    """Read a figure over a half-open period, within an area path (the whole office when None).

    `by` breaks it down by 'area' (the divisions just below the place), 'category', 'holder', 'source',
    'month' or a field of the mechanism. Raises FigureUnknown.
    """
    tree, mechanism = figure_named(key)
    place = place or this_office().path
    value = Value(
        _total(tree, tree.num, mechanism, period, place),
        None if tree.den is None else _total(tree, tree.den, mechanism, period, place),
    )
    slices = () if by is None else tuple(_slices(tree, mechanism, period, place, by, book))
    return Reading(
        tree,
        sentence(tree, mechanism, book.codes),
        period,
        place,
        _place_name(place),
        value,
        by,
        slices,
    )


def records(
    key: str, period: Period, *, place: str | None = None, side: str = "num", by: str | None = None,
    part: str | None = None, page: int = 1, size: int = 50,
) -> RecordPage:  # fmt: skip
    """Give the records behind one side ('num' or 'den') of a figure, or behind one part of a breakdown.

    Their number is the value (or, for a sum, their amounts add up to it): both come from one condition.
    """
    tree, mechanism = figure_named(key)
    counted = tree.den if side == "den" and tree.den is not None else tree.num
    place = place or this_office().path
    chosen = selection(tree, counted, mechanism, period, place)
    if by is not None and part is not None:
        grouping = _grouping(mechanism, counted, place, by)
        chosen = Clause(
            f"{chosen.text} AND coalesce({grouping.text}, '') = %s",
            [*chosen.parameters, *grouping.parameters, part],
        )
    total = int(_scalar(f"SELECT count(*) FROM {chosen.text}", chosen.parameters))
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    rows = _rows(
        f"SELECT {_record_columns(counted)} FROM {chosen.text} ORDER BY 3, 1, 2 LIMIT %s OFFSET %s",
        [*chosen.parameters, size, (page - 1) * size],
    )
    return RecordPage(tuple(Record(*row) for row in rows), total, page, pages)


def _record_columns(counted: Counted) -> str:
    if counted.entity == "case":
        return "c.number, c.seq, c.opened_at"
    return "c.number, x.seq, x.at" + (", x.amount" if counted.total else "")


def _measure(counted: Counted) -> str:
    return "coalesce(sum(x.amount), 0)" if counted.total else "count(*)"


def _total(
    tree: FigureTree, counted: Counted, mechanism: Mechanism, period: Period, place: str
) -> Decimal:
    chosen = selection(tree, counted, mechanism, period, place)
    return _scalar(f"SELECT {_measure(counted)} FROM {chosen.text}", chosen.parameters)


def _slices(
    tree: FigureTree, mechanism: Mechanism, period: Period, place: str, by: str, book: Book
) -> Iterator[Slice]:
    nums = _grouped(tree, tree.num, mechanism, period, place, by)
    dens = {} if tree.den is None else _grouped(tree, tree.den, mechanism, period, place, by)
    keys = sorted(nums.keys() | dens.keys())
    labels = _labels(mechanism, place, by, keys, book)
    for key in keys:
        den = None if tree.den is None else dens.get(key, Decimal(0))
        yield Slice(key, labels[key], Value(nums.get(key, Decimal(0)), den))


def _grouped(
    tree: FigureTree, counted: Counted, mechanism: Mechanism, period: Period, place: str, by: str
) -> dict[str, Decimal]:
    chosen = selection(tree, counted, mechanism, period, place)
    grouping = _grouping(mechanism, counted, place, by)
    rows = _rows(
        f"SELECT coalesce({grouping.text}, ''), {_measure(counted)} FROM {chosen.text} GROUP BY 1",
        [*grouping.parameters, *chosen.parameters],
    )
    return {str(key): Decimal(amount) for key, amount in rows}


def _grouping(mechanism: Mechanism, counted: Counted, place: str, by: str) -> Clause:
    if by in PART_COLUMNS:
        return Clause(PART_COLUMNS[by])
    if by == "area":
        return Clause("split_part(substr(c.area, %s), '/', 1)", [len(place) + 1])
    if by == "month":
        moment = "c.opened_at" if counted.entity == "case" else "x.at"
        return Clause(f"to_char({moment} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')")
    field = mechanism.fields.get(by)
    if field is None or field.is_sealed:
        known = [
            *DIMENSIONS,
            *(name for name, rule in mechanism.fields.items() if not rule.is_sealed),
        ]
        raise FigureUnknown(
            Label(
                zh=f"不能按“{by}”分；可用：{'、'.join(known)}",
                en=f"cannot break down by {by!r}; there are: {', '.join(known)}",
            )
        )
    return Clause("c.values ->> %s", [by])


def _labels(
    mechanism: Mechanism, place: str, by: str, keys: list[str], book: Book
) -> dict[str, Label]:
    if by == "area":
        names = area_names([f"{place}{key}/" for key in keys if key])
        shown = {key: names.get(f"{place}{key}/", key) for key in keys if key}
        return {key: Label(zh=shown[key], en=shown[key]) if key else ELSEWHERE for key in keys}
    if by == "holder":
        bodies = body_names([int(key) for key in keys if key])
        return {key: bodies.get(int(key), BLANK) if key else BLANK for key in keys}
    name = mechanism.shows.category if by == "category" else by
    return {key: _code_label(mechanism, name, key, book) for key in keys}


def _code_label(mechanism: Mechanism, name: str | None, key: str, book: Book) -> Label:
    if not key:
        return BLANK
    field = mechanism.fields.get(name or "")
    if field is not None and key in field.labels:
        return field.labels[key]
    codes = book.codes.get(field.codes) if field and isinstance(field.codes, str) else None
    code = codes.codes.get(key) if codes else None
    if code is not None:
        return Label(zh=code.zh, en=code.en)
    if field is not None and field.type == "bool":
        return Label(zh="是", en="Yes") if key == "true" else Label(zh="否", en="No")
    return Label(zh=key, en=key)


def _place_name(place: str) -> Label:
    office = this_office()
    if place == office.path:
        return Label(zh=office.name, en=office.short.en)
    name = area_names([place]).get(place, place)
    return Label(zh=name, en=name)


def _scalar(text: str, parameters: list[object]) -> Decimal:
    return Decimal(_rows(text, parameters)[0][0])


def _rows(text: str, parameters: list[object]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return list(cursor.fetchall())
