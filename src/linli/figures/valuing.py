"""A figure's value put together from what is counted, whoever counts: the database, or toy cases in plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Protocol

from linli.figures.compiling import Frame
from linli.figures.periods import ZONE, Period, before, until_now, year_before
from linli.figures.readings import Value
from linli.rulebook.counting import Counted, FigureTree, Side

BLANK = Value(Decimal(0), is_blank=True)


class Counter(Protocol):
    """Who counts one part of a side over a frame."""

    def amount(self, counted: Counted, frame: Frame) -> Decimal | None:
        """Give how many records there are, or the sum of their amounts; None where there must be one and is none."""

    def histogram(self, counted: Counted, frame: Frame) -> Mapping[int, int]:
        """Give how many records took how many full units."""


def value_of(tree: FigureTree, frame: Frame, counter: Counter) -> Value:
    """Give the value of a figure: of the period, to date, or with the same a year before beside it."""
    now = _level(tree, replace(frame, period=span_read(tree, frame.period)), counter)
    if not tree.change:
        return now
    earlier = period_before(tree, frame.period)
    if earlier is None:
        return replace(now, before=_bridged(tree, frame.period, now))
    return replace(now, before=_level(tree, replace(frame, period=earlier), counter))


def period_before(tree: FigureTree, period: Period) -> Period | None:
    """Give the period that a change is held against; None where there is none that compares."""
    now = span_read(tree, period)
    earlier = year_before(now)
    return None if earlier is not None and is_broken(tree, now, earlier) else earlier


def is_broken(tree: FigureTree, now: Period, earlier: Period) -> bool:
    """Say whether another version of the figure, which does not compare, counted in the earlier period."""
    if tree.broken_on is None:
        return False
    broken = datetime.combine(tree.broken_on, time.min, ZONE)
    return earlier.start < broken < now.end


def bridge_of(tree: FigureTree, period: Period) -> tuple[Period, Decimal] | None:
    """Give the year before and the value that the definition tells for it, where another version counted then."""
    now = span_read(tree, period)
    earlier = year_before(now)
    told = dict(tree.bridge).get(earlier.text) if earlier is not None else None
    if earlier is None or told is None or not is_broken(tree, now, earlier):
        return None
    return earlier, told


def _bridged(tree: FigureTree, period: Period, now: Value) -> Value:
    """Give the value that the present version has for the year before, where the definition tells it."""
    _, told = bridge_of(tree, period) or (None, None)
    if told is None:
        return BLANK
    return replace(now, num=told, den=Decimal(100)) if now.is_rate else Value(told)


def carried(tree: FigureTree, frame: Frame, counter: Counter) -> tuple[Value, Period | None]:
    """Give the value, and the earlier period it was taken from where a missing one is carried forward."""
    value, period = value_of(tree, frame, counter), frame.period
    if value.exact is not None:
        return value, None
    for _ in range(tree.carry if tree.missing == "carry_forward" else 0):
        earlier = before(period)
        if earlier is None:
            break
        period = earlier
        older = value_of(tree, replace(frame, period=period), counter)
        if older.exact is not None:
            return older, period
    return value, None


def span_read(tree: FigureTree, period: Period) -> Period:
    """Give the time that a figure is read over: the period, or from the year's first day on."""
    return until_now(period) if tree.until_now else period


def _level(tree: FigureTree, frame: Frame, counter: Counter) -> Value:
    if tree.give is not None:
        return told(tree, histogram_of(tree.num, frame, counter))
    num = _amount(tree.num, frame, counter)
    if tree.den is None:
        return BLANK if num is None else Value(num)
    return pair(tree, num, _amount(tree.den, frame, counter))


def pair(tree: FigureTree, num: Decimal | None, den: Decimal | None) -> Value:
    """Give the pair of two sides; blank where one of them lacks the record it needs."""
    none = Decimal(0)
    return Value(
        num or none, den or none, is_mean=tree.is_quotient, is_blank=num is None or den is None
    )


def _amount(side: Side, frame: Frame, counter: Counter) -> Decimal | None:
    amounts = [counter.amount(part, frame) for part in side]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def histogram_of(side: Side, frame: Frame, counter: Counter) -> dict[int, int]:
    """Give the exact histogram of a side: histograms of several mechanisms add up."""
    found: dict[int, int] = {}
    for part in side:
        for took, times in counter.histogram(part, frame).items():
            found[took] = found.get(took, 0) + times
    return found


def told(tree: FigureTree, histogram: Mapping[int, int]) -> Value:
    """Give the mean of a histogram as a pair, or its discrete percentile: the least value that enough do not exceed."""
    times = sum(histogram.values())
    if tree.give == "mean":
        total = sum(took * each for took, each in histogram.items())
        return Value(Decimal(total), Decimal(times), is_mean=True)
    if not times:
        return BLANK
    assert tree.give is not None
    wanted, seen = ceil(Fraction(tree.give, 100) * times), 0
    for took in sorted(histogram):
        seen += histogram[took]
        if seen >= wanted:
            return Value(Decimal(took))
    raise AssertionError(histogram)
