"""Questions about figures: the value, its breakdown, and the records behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection

from linli.casework.definitions import current, current_keys
from linli.figures.compiling import Clause, selection
from linli.figures.dimensions import AREA, MONTH, code_name, group_names, grouping, months_between
from linli.figures.periods import ZONE, Period
from linli.figures.readings import Reading, Record, RecordPage, Slice, Value
from linli.registry.queries import area_names, areas_of_office, this_office
from linli.rulebook.counting import Counted, FigureTree, expand, sentence
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism

NONE = Decimal(0)


@dataclass(frozen=True)
class Behind:
    """Which records: those of the numerator ('num') or denominator ('den'), all or of one part of `by`."""

    side: str = "num"
    by: str | None = None
    part: str | None = None


WHOLE = Behind()


class FigureUnknown(LookupError):
    """No such figure; `message` says what there is."""

    def __init__(self, key: str, known: Iterable[str]) -> None:
        names = list(known)
        self.message = Label(
            zh=f"没有“{key}”这个数；现有：{'、'.join(names)}",
            en=f"no figure {key!r}; there are: {', '.join(names)}",
        )
        super().__init__(self.message.en)


class PlaceUnknown(LookupError):
    """No such division in the office; `message` says what there is."""

    def __init__(self, text: str, known: Iterable[str]) -> None:
        names = list(known)
        self.message = Label(
            zh=f"本机构没有代码或名称为“{text}”的分区；现有：{'、'.join(names)}",
            en=f"no division {text!r} in this office; there are: {', '.join(names)}",
        )
        super().__init__(self.message.en)


def figure_keys() -> list[str]:
    """Give the keys of every figure that the current mechanisms define."""
    return [f"{key}.{name}" for key in current_keys() for name in current(key).figures]


def figure_named(key: str) -> tuple[FigureTree, Mechanism]:
    """Give a figure's tree and its mechanism for 'mechanism.figure'. Raises FigureUnknown."""
    owner, _, name = key.partition(".")
    if owner not in current_keys() or name not in current(owner).figures:
        raise FigureUnknown(key, figure_keys())
    mechanism = current(owner)
    return expand(mechanism, name), mechanism


def read(
    key: str, period: Period, *, place: str | None = None, by: str | None = None, book: Book
) -> Reading:
    """Read a figure over a half-open period, within an area path (the whole office when None).

    `by` breaks it down by 'area' (the divisions just below the place), 'category', 'holder', 'source',
    'month' or a field of the mechanism. Raises FigureUnknown or DimensionUnknown.
    """
    tree, mechanism = figure_named(key)
    return _Reader(mechanism, period, place or this_office().path, book).read(tree, by)


def read_all(
    owner: str, period: Period, *, place: str | None = None, book: Book
) -> tuple[Reading, ...]:
    """Read every figure of a mechanism; what several of them count is counted once."""
    mechanism = current(owner)
    reader = _Reader(mechanism, period, place or this_office().path, book)
    return tuple(reader.read(expand(mechanism, name), None) for name in mechanism.figures)


def records(
    key: str,
    period: Period,
    *,
    place: str | None = None,
    behind: Behind = WHOLE,
    page: int = 1,
    size: int = 50,
    book: Book,
) -> RecordPage:
    """Give the records behind one side of a figure, or behind one part of its breakdown.

    Their number is the value (or, for a sum, their amounts add up to it): both come from one condition.
    Raises FigureUnknown or DimensionUnknown.
    """
    tree, mechanism = figure_named(key)
    counted = tree.den if behind.side == "den" and tree.den is not None else tree.num
    chosen = _chosen(mechanism, counted, period, place or this_office().path, behind)
    total, value = _rows(
        f"SELECT count(*), {_measure(counted)} FROM {chosen.text}", chosen.parameters
    )[0]
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    rows = _rows(
        f"SELECT {_record_columns(counted)} FROM {chosen.text} ORDER BY 3, 1, 2 LIMIT %s OFFSET %s",
        [*chosen.parameters, size, (page - 1) * size],
    )
    return RecordPage(tuple(_named(rows, mechanism, book)), total, Decimal(value), page, pages)


def place_named(text: str) -> str:
    """Give the path of a division of the office by its code or one of its names. Raises PlaceUnknown."""
    office = this_office()
    if text in (office.code, office.name):
        return office.path
    known = areas_of_office()
    for area in known:
        if text in (area.code, area.official_name, area.stat_name, *area.aliases):
            return area.path
    raise PlaceUnknown(text, [f"{area.code} {area.name}" for area in known])


def years() -> tuple[int, ...]:
    """Give the years in which cases of the office began, newest first."""
    first, last = _rows("SELECT min(opened_at), max(opened_at) FROM casework_case", [])[0]
    if first is None:
        return ()
    begun, latest = first.astimezone(ZONE).year, last.astimezone(ZONE).year
    return tuple(range(latest, begun - 1, -1))


@dataclass
class _Reader:
    """Reads figures of one mechanism over one period and place, each count once."""

    mechanism: Mechanism
    period: Period
    place: str
    book: Book
    counts: dict[Counted, Decimal] = field(default_factory=dict)

    def read(self, tree: FigureTree, by: str | None) -> Reading:
        value = Value(self._count(tree.num), None if tree.den is None else self._count(tree.den))
        words = sentence(tree, self.mechanism, self.book.codes)
        slices = () if by is None else tuple(self._slices(tree, by))
        return Reading(
            tree, self.mechanism, words, self.period, self.place, self._place_name, value, by, slices,
        )  # fmt: skip

    @cached_property
    def _place_name(self) -> Label:
        office = this_office()
        if self.place == office.path:
            return Label(zh=office.name, en=office.short.en)
        name = area_names([self.place]).get(self.place, self.place)
        return Label(zh=name, en=name)

    def _count(self, counted: Counted) -> Decimal:
        if counted not in self.counts:
            chosen = selection(counted, self.mechanism, self.period, self.place)
            found = _rows(f"SELECT {_measure(counted)} FROM {chosen.text}", chosen.parameters)
            self.counts[counted] = Decimal(found[0][0])
        return self.counts[counted]

    def _slices(self, tree: FigureTree, by: str) -> Iterator[Slice]:
        nums = self._grouped(tree.num, by)
        dens = None if tree.den is None else self._grouped(tree.den, by)
        keys = set(nums) | set(dens or ())
        if by == MONTH and tree.mode == "flow":
            keys |= set(months_between(keys))
        names = group_names(self.mechanism, self.place, by, keys, self.book)
        weight = nums if dens is None else dens
        for key in _in_order(keys, by, weight):
            den = None if dens is None else dens.get(key, NONE)
            yield Slice(key, names[key], Value(nums.get(key, NONE), den))

    def _grouped(self, counted: Counted, by: str) -> dict[str, Decimal]:
        chosen = selection(counted, self.mechanism, self.period, self.place)
        groups = grouping(self.mechanism, counted, self.place, by)
        rows = _rows(
            f"SELECT coalesce({groups.text}, ''), {_measure(counted)} FROM {chosen.text} GROUP BY 1",
            [*groups.parameters, *chosen.parameters],
        )
        return {str(key): Decimal(amount) for key, amount in rows}


def _in_order(keys: Iterable[str], by: str, weight: Mapping[str, Decimal]) -> list[str]:
    """Give divisions and months by their codes, all else by weight, and what names none last."""
    if by in (AREA, MONTH):
        return sorted(keys, key=lambda key: (not key, key))
    return sorted(keys, key=lambda key: (not key, -weight.get(key, NONE), key))


def _chosen(
    mechanism: Mechanism, counted: Counted, period: Period, place: str, behind: Behind
) -> Clause:
    chosen = selection(counted, mechanism, period, place)
    if behind.by is None or behind.part is None:
        return chosen
    groups = grouping(mechanism, counted, place, behind.by)
    text = f"{chosen.text} AND coalesce({groups.text}, '') = %s"
    return Clause(text, [*chosen.parameters, *groups.parameters, behind.part])


def _record_columns(counted: Counted) -> str:
    if counted.entity == "case":
        return "c.number, c.seq, c.opened_at, NULL, c.category, c.area, NULL"
    named = "c.category, c.area"
    if counted.entity == "entry":
        return f"c.number, x.seq, x.at, NULL, {named}, x.amount"
    return f"c.number, x.seq, x.at, x.action, {named}, NULL"


def _named(rows: Sequence[tuple[Any, ...]], mechanism: Mechanism, book: Book) -> Iterator[Record]:
    areas = area_names({row[5] for row in rows})
    field_shown = mechanism.fields.get(mechanism.shows.category or "")
    for number, seq, at, action, category, area, amount in rows:
        rule = mechanism.actions.get(action or "")
        yield Record(
            number, seq, at,
            Label(zh=rule.zh, en=rule.en) if rule else None,
            code_name(field_shown, category, book) if category else None,
            areas.get(area, ""), amount,
        )  # fmt: skip


def _measure(counted: Counted) -> str:
    return "coalesce(sum(x.amount), 0.00)" if counted.total else "count(*)"


def _rows(text: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return list(cursor.fetchall())
