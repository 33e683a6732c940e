"""Quantities in cells: exact numbers, days, moments and spans of time, compared and calculated with by kind."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from linli.rulebook.workdays import CHINA

Value = str | bool | int | Fraction | None
Kind = Literal["number", "text", "bool", "date", "moment", "span", "months", "null", "other"]

NUMBER = re.compile(r"[+-]?\d+(\.\d+|/\d*[1-9]\d*)?")
SPAN = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
MONTHS = re.compile(r"(?P<sign>-?)P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?")
ORDERED = frozenset({"number", "date", "moment", "span", "months"})
MOST_POWER = 1000
LONGEST_NUMBER = 20_000


@dataclass(frozen=True, order=True)
class Months:
    """A span of years and months, which has no fixed number of days."""

    count: int


Known = str | bool | Fraction | date | timedelta | Months | None


def exact(value: object) -> Fraction | None:
    """Give a number exactly: from int, Fraction, Decimal or text such as '12.50' or '2/3'; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction | Decimal):
        return Fraction(value)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return Fraction(value)
    return None


def plain(number: Fraction) -> int | Fraction:
    """Give a whole number as `int`, any other as the exact fraction."""
    return number.numerator if number.denominator == 1 else number


def kind_of(value: Known) -> Kind:
    """Give the kind of a value."""
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return "moment"
    kinds: dict[type, Kind] = {
        bool: "bool", Fraction: "number", str: "text", date: "date", timedelta: "span", Months: "months",
    }  # fmt: skip
    return kinds[type(value)]


def read_as(value: object, kind: Kind) -> Known:
    """Give a stored value as a kind, or None when it is missing or of another kind."""
    if kind == "number":
        return exact(value)
    if kind == "bool":
        return value if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    return READERS[kind](value) if kind in READERS else None


def guessed(value: object) -> Known:
    """Give a stored value whose kind nobody declared: a number if it reads as one, else a day or a text."""
    if isinstance(value, bool):
        return value
    return next(
        (
            found
            for kind in ("number", "date", "moment", "text")
            if (found := read_as(value, kind)) is not None
        ),
        None,
    )


def stored(value: Known) -> Value:
    """Give a value the way a case file keeps it: days, moments and spans as ISO 8601 text."""
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _span_text(value)
    if isinstance(value, Months):
        return f"{'-' if value.count < 0 else ''}P{abs(value.count)}M"
    return value


def is_before(left: Known, right: Known) -> bool | None:
    """Tell whether left comes before right; None when the two have no order."""
    kind = kind_of(left)
    if kind not in ORDERED or kind_of(right) != kind:
        return None
    return bool(_comparable(left) < _comparable(right))


def calculated(mark: str, left: Known, right: Known) -> Known:
    """Give left + - * / ** right; None when a side is missing, does not fit, or nothing is divided by nought."""
    ways = CALCULATIONS.get((kind_of(left), mark, kind_of(right)))
    try:
        return ways(left, right) if ways else None
    except (ZeroDivisionError, OverflowError, ValueError):
        return None


def _comparable(value: Known) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """Read a moment; one without an offset is the office's own time."""
    try:
        moment = datetime.fromisoformat(text) if "T" in text or " " in text else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=CHINA)


def _span(text: str) -> timedelta | None:
    if not (found := SPAN.fullmatch(text)):
        return None
    parts = {name: int(found[name] or 0) for name in ("days", "hours", "minutes", "seconds")}
    try:
        return timedelta(**parts) * (-1 if found["sign"] else 1)
    except OverflowError:
        return None


def _months(text: str) -> Months | None:
    if not (found := MONTHS.fullmatch(text)):
        return None
    count = int(found["years"] or 0) * 12 + int(found["months"] or 0)
    return Months(-count if found["sign"] else count)


def _span_text(span: timedelta) -> str:
    size = abs(span)
    hours, rest = divmod(size.seconds, 3600)
    parts = ((hours, "H"), (rest // 60, "M"), (rest % 60, "S"))
    day = f"{size.days}D" if size.days else ""
    clock = "".join(f"{count}{unit}" for count, unit in parts if count)
    sign = "-" if span < timedelta(0) else ""
    return f"{sign}P{day}{'T' if clock else ''}{clock}" if day or clock else "PT0S"


def _power(number: Fraction, exponent: Fraction) -> Fraction | None:
    """Give a power with a whole exponent; None for roots and for numbers nobody could read."""
    size = max(number.numerator.bit_length(), number.denominator.bit_length())
    if (
        exponent.denominator != 1
        or abs(exponent) > MOST_POWER
        or size * abs(exponent) > LONGEST_NUMBER
    ):
        return None
    return number ** int(exponent)


def _months_on(day: Any, months: Months) -> Any:
    """Give the same day so many months on, or the last day of that month when it is shorter."""
    whole = day.year * 12 + day.month - 1 + months.count
    first = day.replace(year=whole // 12, month=whole % 12 + 1, day=1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _times(span: timedelta, number: Fraction) -> timedelta:
    return span * number.numerator / number.denominator


READERS: dict[str, Callable[[str], Known]] = {
    "text": str,
    "date": _day,
    "moment": _moment,
    "span": _span,
    "months": _months,
}
CALCULATIONS: dict[tuple[Kind, str, Kind], Callable[[Any, Any], Known]] = {
    ("number", "+", "number"): operator.add,
    ("number", "-", "number"): operator.sub,
    ("number", "*", "number"): operator.mul,
    ("number", "/", "number"): operator.truediv,
    ("number", "**", "number"): _power,
    ("text", "+", "text"): operator.add,
    ("date", "-", "date"): operator.sub,
    ("moment", "-", "moment"): operator.sub,
    ("date", "+", "span"): operator.add,
    ("date", "-", "span"): operator.sub,
    ("moment", "+", "span"): operator.add,
    ("moment", "-", "span"): operator.sub,
    ("date", "+", "months"): _months_on,
    ("date", "-", "months"): lambda day, months: _months_on(day, Months(-months.count)),
    ("moment", "+", "months"): _months_on,
    ("moment", "-", "months"): lambda day, months: _months_on(day, Months(-months.count)),
    ("span", "+", "span"): operator.add,
    ("span", "-", "span"): operator.sub,
    ("span", "*", "number"): _times,
    ("number", "*", "span"): lambda number, span: _times(span, number),
    ("span", "/", "number"): lambda span, number: _times(span, 1 / number),
    ("span", "/", "span"): lambda span, other: Fraction(span // timedelta(microseconds=1), other // timedelta(microseconds=1)),
    ("months", "+", "months"): lambda one, other: Months(one.count + other.count),
    ("months", "-", "months"): lambda one, other: Months(one.count - other.count),
}  # fmt: skip
