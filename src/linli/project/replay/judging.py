"""Judging a document's numbers: each read back through the figure language and held against what is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from linli.figures.periods import Period, period_named
from linli.figures.queries import Behind, read, records
from linli.figures.readings import Reading, Slice, Value
from linli.project.progress import Refused
from linli.project.replay.script import Claim, Replay
from linli.registry.queries import areas_of_office, this_office
from linli.rulebook.forms import code_list
from linli.rulebook.loading import Book
from linli.ui.printing import percent

NONE = Value(Decimal(0))


@dataclass(frozen=True)
class Finding:
    """What became of one claim: the computed text, how many records stand behind it, whether it is equal.

    `is_equal` is None where nothing can be computed.
    """

    key: str
    claim: Claim
    computed: str | None = None
    records: int | None = None
    is_equal: bool | None = None


@dataclass(frozen=True)
class Range:
    """What a printed number can stand for: from `low` up to `high`, each with or without the end itself."""

    low: Fraction
    high: Fraction | None
    has_low: bool = True
    has_high: bool = True

    def holds(self, exact: Fraction) -> bool:
        """Say whether an exact value may be printed so."""
        above = exact >= self.low if self.has_low else exact > self.low
        if self.high is None:
            return above
        return above and (exact <= self.high if self.has_high else exact < self.high)


def judge(replay: Replay, book: Book) -> Iterator[Finding]:
    """Judge every claim of a replay in the open office."""
    for key, claim in replay.claims.items():
        yield _finding(key, claim, period_named(claim.period or replay.period), book)


def range_of(claim: Claim) -> Range:
    """Give what a printed number can stand for.

    余 N: more than printed and less than the next unit of its last digit that is not nought; 约 N: whatever rounds to
    it in that unit; 达 N: from there up to the next unit; above and least: the bound itself, judged exactly.
    """
    number = Fraction(claim.printed)
    unit = _last_unit(claim.printed)
    return {
        "over": Range(number, number + unit, has_low=False, has_high=False),
        "about": Range(number - unit / 2, number + unit / 2, has_high=False),
        "reached": Range(number, number + unit, has_high=False),
        "above": Range(number, None, has_low=False),
        "least": Range(number, None),
    }.get(claim.how, Range(number, number))


def _last_unit(printed: str) -> Fraction:
    if "." in printed:
        return Fraction(1, 10 ** len(printed.partition(".")[2]))
    return Fraction(10 ** (len(printed) - len(printed.rstrip("0"))))


def _finding(key: str, claim: Claim, period: Period, book: Book) -> Finding:
    if claim.why:
        return Finding(key, claim)
    if claim.codes:
        number = _codes(claim.codes, book)
        return Finding(key, claim, str(number), number, str(number) == claim.printed)
    assert claim.figure
    by = claim.by or ("area" if claim.lines else None)
    reading = read(claim.figure, period, by=by, book=book)
    value = _value(claim, reading)
    side = "num" if value.den is None or claim.lines else "den"
    line = _line(claim, reading)
    behind = Behind(side, by, line.key) if line else Behind(side)
    behind_it = records(claim.figure, period, behind=behind, size=1, book=book).total
    text, is_equal = _compared(claim, value)
    return Finding(key, claim, text, behind_it, is_equal)


def _codes(key: str, book: Book) -> int:
    owner, _, name = key.partition(".")
    if name and owner in book.mechanisms and name in book.mechanisms[owner].fields:
        return len(code_list(book.mechanisms[owner].fields[name], book).choices())
    if key not in book.codes:
        raise Refused(f"规则中没有代码表“{key}”", f"the book has no code list {key!r}")
    return len(book.codes[key].choices())


def _value(claim: Claim, reading: Reading) -> Value:
    if claim.lines:
        found = Decimal(sum(1 for line in reading.slices if line.key and line.value.num))
        return Value(found, _neighbourhoods() if claim.share else None)
    if claim.part is None:
        return reading.value
    line = _line(claim, reading)
    return line.value if line else NONE


def _line(claim: Claim, reading: Reading) -> Slice | None:
    named = (line for line in reading.slices if claim.part in (line.key, line.label.zh))
    return None if claim.part is None else next(named, None)


def _neighbourhoods() -> Decimal:
    return Decimal(sum(area.path != this_office().path for area in areas_of_office()))


def _compared(claim: Claim, value: Value) -> tuple[str, bool]:
    exact = value.exact
    if exact is None:
        return "无数据", False
    places = len(claim.printed.partition(".")[2])
    if value.den is not None:
        text = percent(value.num, value.den, places) or ""
        if claim.how == "exact":
            return text, text == f"{claim.printed}%"
        return text, range_of(claim).holds(exact * 100)
    exact = exact * 100 if value.before is not None else exact / claim.times
    if claim.how in ("exact", "target"):
        text = _rounded(exact, places)
        return text, text == claim.printed
    return _rounded(exact, places), range_of(claim).holds(exact)


def _rounded(exact: Fraction, places: int) -> str:
    units = floor(exact * 10**places + Fraction(1, 2))
    return f"{Decimal(units).scaleb(-places):f}"
