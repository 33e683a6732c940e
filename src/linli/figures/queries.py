"""Questions about figures: the value, its breakdown, and the records behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from linli.casework.definitions import current, in_force
from linli.figures.compiling import Frame
from linli.figures.counters import Counters, measure, parts_of
from linli.figures.dimensions import AREA, MONTH, code_name, group_names, months_between
from linli.figures.finding import FigureUnknown, figure_keys, figure_named, tree_in
from linli.figures.periods import ZONE, Period
from linli.figures.readings import Reading, Record, RecordPage, Slice, Value
from linli.figures.rollups.asking import rows
from linli.figures.rollups.reading import Rollups
from linli.figures.valuing import bridge_of, carried, pair, period_before, span_read, told
from linli.registry.queries import area_names, areas_of_office, this_office
from linli.rulebook.counting import FigureTree, Side, sentence
from linli.rulebook.counting.answering import response_to
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism

__all__ = [
    "Behind",
    "FigureUnknown",
    "PlaceUnknown",
    "figure_keys",
    "figure_named",
    "place_named",
    "read",
    "read_all",
    "records",
    "years",
]
NONE = Decimal(0)
ASKED = "asked"


@dataclass(frozen=True)
class Behind:
    """Which records: of the numerator ('num') or denominator ('den'), all or of one part of `by`.

    'asked' are those who might have answered, where the denominator counts who did; 'num_before' and 'den_before' are those of the year before, where the figure is a change.
    """

    side: str = "num"
    by: str | None = None
    part: str | None = None


WHOLE = Behind()


class PlaceUnknown(LookupError):
    """No such division in the office; `message` says what there is."""

    def __init__(self, text: str, known: Iterable[str]) -> None:
        names = list(known)
        self.message = Label(
            zh=f"本机构没有代码或名称为“{text}”的分区；现有：{'、'.join(names)}",
            en=f"no division {text!r} in this office; there are: {', '.join(names)}",
        )
        super().__init__(self.message.en)


def read(
    key: str,
    period: Period,
    *,
    place: str | None = None,
    by: str | None = None,
    as_of: datetime | None = None,
    book: Book,
) -> Reading:
    """Read a figure over a half-open period, within an area path (the whole office when None).

    `by` breaks it down by 'area' (the divisions just below the place), 'category', 'holder', 'source',
    'month' or a field of the mechanisms. `as_of` reads it as the journal stood at that moment.
    Raises FigureUnknown or DimensionUnknown.
    """
    tree = figure_named(key, book)
    frame = Frame(period, place or this_office().path, as_of)
    trees = [tree, *filter(None, [response_to(tree)])]
    return _Reader(_mechanisms(tree), frame, book, trees).read(tree, by)


def read_all(
    owner: str, period: Period, *, place: str | None = None, book: Book
) -> tuple[Reading, ...]:
    """Read every figure of a mechanism; what several of them count is counted once."""
    mechanism = current(owner)
    frame = Frame(period, place or this_office().path)
    trees = [tree_in(mechanism, name) for name in mechanism.figures]
    reader = _Reader({owner: mechanism}, frame, book, trees)
    return tuple(reader.read(tree, None) for tree in trees)


def records(
    key: str,
    period: Period,
    *,
    place: str | None = None,
    behind: Behind = WHOLE,
    as_of: datetime | None = None,
    page: int = 1,
    size: int = 50,
    book: Book,
) -> RecordPage:
    """Give the records behind one side of a figure, or behind one part of its breakdown.

    Their number is the value (or, for a sum, their amounts add up to it): both come from one condition.
    Raises FigureUnknown or DimensionUnknown.
    """
    tree = figure_named(key, book)
    if behind.side == ASKED:
        response = response_to(tree)
        if response is None:
            raise FigureUnknown(f"{key}: {ASKED}", figure_keys(book))
        tree, behind = response, replace(behind, side="den")
    mechanisms, asked = _mechanisms(tree), Frame(period, place or this_office().path, as_of)
    taken_from = carried(tree, asked, Counters(mechanisms))[1] if tree.carry else None
    side, frame = _asked(tree, behind, replace(asked, period=taken_from or period))
    if frame is None:
        return RecordPage((), 0, NONE, 1, 1)
    by, part = behind.by, behind.part
    if part and by == MONTH and behind.side.endswith("_before"):
        part = _year_shifted(part, -1)
    chosen = parts_of(side, mechanisms, frame, by, part)
    totals = rows(
        f"SELECT count(*), {measure(tree, behind.side)} FROM ({chosen.text}) r", chosen.parameters
    )[0]
    total, value = totals
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    listed = rows(
        f"{chosen.text} ORDER BY 3, 1, 2 LIMIT %s OFFSET %s",
        [*chosen.parameters, size, (page - 1) * size],
    )
    return RecordPage(
        tuple(_named(listed, mechanisms, book)), total, Decimal(value or 0), page, pages
    )


def _mechanisms(tree: FigureTree) -> dict[str, Mechanism]:
    known = (
        {key: current(key) for key in tree.mechanisms} if len(tree.mechanisms) == 1 else in_force()
    )
    return {key: known[key] for key in tree.mechanisms}


def _asked(tree: FigureTree, behind: Behind, frame: Frame) -> tuple[Side, Frame | None]:
    """Give the side whose records are asked for, and the frame it was read over."""
    name, _, earlier = behind.side.partition("_")
    side = tree.den if name == "den" and tree.den is not None else tree.num
    if not earlier or not tree.change:
        return side, replace(frame, period=span_read(tree, frame.period))
    period, bridge = period_before(tree, frame.period), bridge_of(tree, frame.period)
    if (
        bridge is not None
    ):  # the number is the definition's; these are what the present version counts then
        period = bridge[0]
    return side, None if period is None else replace(frame, period=period)


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
    first, last = rows("SELECT min(opened_at), max(opened_at) FROM casework_case", [])[0]
    if first is None:
        return ()
    begun, latest = first.astimezone(ZONE).year, last.astimezone(ZONE).year
    return tuple(range(latest, begun - 1, -1))


@dataclass
class _Reader:
    """Reads figures of some mechanisms over one frame, each count once."""

    mechanisms: Mapping[str, Mechanism]
    frame: Frame
    book: Book
    trees: Sequence[FigureTree]

    @cached_property
    def _counters(self) -> Counters:
        rollups = Rollups.standing(self.mechanisms, self.trees)
        return Counters(self.mechanisms, rollups)

    def read(self, tree: FigureTree, by: str | None) -> Reading:
        value, taken_from = carried(tree, self.frame, self._counters)
        words = sentence(tree, self.mechanisms, self.book.codes)
        period = taken_from or self.frame.period
        slices = () if by is None else tuple(self._slices(tree, by, period))
        response = response_to(tree)
        answered = carried(response, self.frame, self._counters)[0] if response else None
        return Reading(
            tree, tuple(self.mechanisms[key] for key in tree.mechanisms), words, self.frame.period,
            self.frame.place, self._place_name, value, by, slices, taken_from, answered,
        )  # fmt: skip

    @cached_property
    def _place_name(self) -> Label:
        office = this_office()
        if self.frame.place == office.path:
            return Label(zh=office.name, en=office.short.en)
        name = area_names([self.frame.place]).get(self.frame.place, self.frame.place)
        return Label(zh=name, en=name)

    def _slices(self, tree: FigureTree, by: str, period: Period) -> Iterator[Slice]:
        frame = replace(self.frame, period=span_read(tree, period))
        values = self._grouped(tree, frame, by)
        earlier = period_before(tree, period) if tree.change else None
        if earlier is not None:
            then = self._grouped(tree, replace(frame, period=earlier), by)
            if by == MONTH:
                then = {_year_shifted(key, 1): value for key, value in then.items()}
            nothing = _nothing(tree)
            values = {
                key: replace(values.get(key, nothing), before=then.get(key, nothing))
                for key in values.keys() | then.keys()
            }
        keys = set(values)
        if by == MONTH and tree.mode != "stock":
            keys |= set(months_between(keys))
        read = [self.mechanisms[key] for key in tree.mechanisms]
        names = group_names(read, self.frame.place, by, keys, self.book)
        for key in _in_order(keys, by, values):
            yield Slice(key, names[key], values.get(key) or _nothing(tree))

    def _grouped(self, tree: FigureTree, frame: Frame, by: str) -> dict[str, Value]:
        if tree.give is not None:
            found = self._counters.histograms(tree.num, frame, by)
            return {key: told(tree, histogram) for key, histogram in found.items()}
        nums = self._counters.amounts(tree.num, frame, by)
        if tree.den is None:
            return {key: Value(num) for key, num in nums.items()}
        dens = self._counters.amounts(tree.den, frame, by)
        num, den = _lacking(tree.num), _lacking(tree.den)
        return {
            key: pair(tree, nums.get(key, num), dens.get(key, den))
            for key in nums.keys() | dens.keys()
        }


def _lacking(side: Side) -> Decimal | None:
    """Give what a group without records of a side has: nought, or nothing where a record is needed."""
    return None if any(part.needed for part in side) else NONE


def _nothing(tree: FigureTree) -> Value:
    if tree.give is not None:
        return told(tree, {})
    return Value(NONE, None if tree.den is None else NONE, is_mean=tree.is_quotient)


def _year_shifted(month: str, years_on: int) -> str:
    return f"{int(month[:4]) + years_on:04}{month[4:]}" if month else month


def _in_order(keys: Iterable[str], by: str, values: Mapping[str, Value]) -> list[str]:
    """Give divisions and months by their codes, all else by weight, and what names none last."""
    if by in (AREA, MONTH):
        return sorted(keys, key=lambda key: (not key, key))

    def weight(key: str) -> Decimal:
        value = values.get(key)
        return NONE if value is None else value.num if value.den is None else value.den

    return sorted(keys, key=lambda key: (not key, -weight(key), key))


def _named(
    listed: Sequence[tuple[Any, ...]], mechanisms: Mapping[str, Mechanism], book: Book
) -> Iterator[Record]:
    areas = area_names({row[5] for row in listed})
    for number, seq, at, action, category, area, amount, key in listed:
        mechanism = mechanisms[key]
        rule = mechanism.actions.get(action or "")
        field_shown = mechanism.fields.get(mechanism.shows.category or "")
        yield Record(
            number, seq, at,
            Label(zh=rule.zh, en=rule.en) if rule else None,
            code_name(field_shown, category, book) if category else None,
            areas.get(area, ""), amount,
        )  # fmt: skip
