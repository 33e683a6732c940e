"""Quoting: a reference read from the records, with its exact pair, its printed form and the records behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import blake2b, sha256
from math import floor
from zoneinfo import ZoneInfo

from linli.figures.periods import Period, period_named
from linli.figures.planning import Standing, standings
from linli.figures.queries import Behind, FigureUnknown, read, records
from linli.figures.readings import NO_DATA, Reading, Slice, Value, printed
from linli.registry.queries import areas_of_office, this_office
from linli.reports.writing.references import FORMS, Reference, ReferenceUnclear
from linli.rulebook.counting import FigureTree
from linli.rulebook.forms import code_list
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label
from linli.rulebook.planning.standing import WORDS

NOTHING = Value(Decimal(0))
ALL = 10_000_000
DIGEST_BYTES = 16
AREA = "area"
ZONE = ZoneInfo("Asia/Shanghai")
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Quote:
    """What a reference comes to: the exact value, its printed form, what it counts, and where its records are.

    `part` is the key of the line read; `records` says how many stand behind it.
    """

    reference: Reference
    period: Period
    value: Value
    printed: str
    label: Label
    words: Label
    unit: str
    records: int
    definition: str = ""
    by: str | None = None
    part: str | None = None

    @property
    def is_missing(self) -> bool:
        """Say whether there is nothing to print: a rate of nothing."""
        return self.value.exact is None


@dataclass
class Quoter:
    """Reads references over one period and place; what several of them read is read once."""

    period: Period
    place: str
    book: Book
    read_already: dict[tuple[str, str, str | None], Reading] = field(default_factory=dict)
    stood_already: dict[str, tuple[Standing, ...]] = field(default_factory=dict)

    def quote(self, reference: Reference) -> Quote:
        """Give what a reference comes to. Raises ReferenceUnclear."""
        if reference.codes is not None:
            return self._codes(reference, reference.codes)
        if reference.plan is not None:
            return self._rows(reference, reference.plan)
        period = self._period(reference)
        reading = self.reading(reference, period)
        line = _line(reference, reading)
        value = _value(reference, reading, line)
        by = reference.by or (AREA if reference.lines else None)
        side = "num" if value.den is None or reference.lines else "den"
        behind = Behind(side, by, line.key) if line else Behind(side)
        none_there = reference.part is not None and line is None
        count = 0 if none_there else self._count(reference.figure, period, behind)
        text = (
            self._changed(reference, value)
            if reference.change
            else printed_as(reference, value, reading.figure)
        )
        return Quote(
            reference, period, value, text, _label(reading, line), reading.words,
            _unit(reading), count, digest_of_figure(reading.figure),
            by if line else None, line.key if line else None,
        )  # fmt: skip

    def record_marks(self, quote: Quote) -> tuple[str, ...]:
        """Give a mark for each record behind a quote: its side, number, step and amount; sorted."""
        figure = quote.reference.figure
        if quote.reference.plan is not None:
            return tuple(sorted(_row_mark(one) for one in self._counted(quote.reference)))
        if not figure or not quote.records:
            return ()
        sides = ("num",) if quote.value.den is None or quote.reference.lines else ("num", "den")
        marks = []
        for side in sides:
            behind = Behind(side, quote.by, quote.part)
            page = records(
                figure, quote.period, place=self.place, behind=behind, size=ALL, book=self.book
            )
            is_stock = any(record.action is None for record in page.records)
            marks += [
                f"{side} {one.number}{'' if is_stock else f'#{one.seq}'}"
                f"{'' if one.amount is None else f' {one.amount}'}"
                for one in page.records
            ]
        return tuple(sorted(marks))

    def standings(self, text: str, key: str) -> tuple[Standing, ...]:
        """Give the rows of a plan as they stand at the end of the period's year. Raises ReferenceUnclear."""
        plan, year = self.book.plans.get(key), self.period.end.astimezone(ZONE) - A_DAY
        if plan is None or not plan.first_year <= year.year <= plan.last_year:
            raise ReferenceUnclear(
                text, f"没有这一年的规划“{key}”", f"no plan {key!r} for this year"
            )
        if key not in self.stood_already:
            found = standings(plan, year.year, place=self.place, book=self.book)
            self.stood_already[key] = found
        return self.stood_already[key]

    def _rows(self, reference: Reference, key: str) -> Quote:
        counted = self._counted(reference)
        title = self.book.plans[key].title
        value = Value(Decimal(len(counted)))
        if reference.part is not None and reference.part not in WORDS:
            known = "、".join(WORDS)
            raise ReferenceUnclear(
                reference.text, f"没有这个状态；可用 {known}", f"no such status; there are {known}"
            )
        words = Label(zh=f"{title.zh}：状态相符的项数", en=f"{title.en}: rows that stand so")
        printed = printed_as(reference, value)
        return Quote(
            reference, self.period, value, printed, title, words, "项", int(value.num),
            sha256(repr(self.book.plans[key]).encode()).hexdigest(),
        )  # fmt: skip

    def _counted(self, reference: Reference) -> list[Standing]:
        assert reference.plan is not None
        return [
            one
            for one in self.standings(reference.text, reference.plan)
            if reference.by in ("all", one.row.attribute) and reference.part in (None, one.status)
        ]

    def _period(self, reference: Reference) -> Period:
        if reference.last:
            return a_year_before(self.period)
        if reference.since is None:
            return self.period
        end = self.period.end.astimezone(ZONE)
        return period_named(f"{reference.since}-01-01..{end:%Y-%m-%d}")

    def _count(self, figure: str, period: Period, behind: Behind) -> int:
        return records(
            figure, period, place=self.place, behind=behind, size=1, book=self.book
        ).total

    def reading(self, reference: Reference, period: Period) -> Reading:
        """Give the reading a reference is taken from; read once. Raises ReferenceUnclear."""
        by = reference.by or (AREA if reference.lines else None)
        key = (reference.figure, period.text, by)
        if key not in self.read_already:
            try:
                found = read(reference.figure, period, place=self.place, by=by, book=self.book)
            except FigureUnknown:
                raise ReferenceUnclear(
                    reference.text,
                    f"没有“{reference.figure}”这个数",
                    f"no figure {reference.figure!r}",
                ) from None
            except LookupError as unknown:
                raise ReferenceUnclear(reference.text, f"不能按“{by}”分列", str(unknown)) from None
            self.read_already[key] = found
        return self.read_already[key]

    def _codes(self, reference: Reference, key: str) -> Quote:
        owner, _, name = key.partition(".")
        known = self.book.mechanisms
        if name and owner in known and name in known[owner].fields:
            codes = code_list(known[owner].fields[name], self.book)
        elif key in self.book.codes:
            codes = self.book.codes[key]
        else:
            raise ReferenceUnclear(reference.text, f"没有代码表“{key}”", f"no code list {key!r}")
        value = Value(Decimal(len(codes.choices())))
        words = Label(
            zh=f"代码表“{codes.title.zh}”中的条目数",
            en=f"entries of the code list {codes.title.en!r}",
        )
        printed = printed_as(reference, value)
        return Quote(reference, self.period, value, printed, codes.title, words, "", int(value.num))

    def _changed(self, reference: Reference, value: Value) -> str:
        before = self.quote(replace(reference, change=False, last=True)).value
        return change_in_words(before, value, reference.places)


def a_year_before(period: Period) -> Period:
    """Give the period of the same name a year before."""

    def earlier(text: str) -> str:
        return (
            f"{int(text[:4]) - 1}{text[4:]}"
            if not text.endswith("02-29")
            else f"{int(text[:4]) - 1}-02-28"
        )

    return period_named("..".join(earlier(part) for part in period.text.split("..")))


def change_in_words(before: Value, now: Value, places: int | None) -> str:
    """Give how a value changed: in per cent, or for a rate in percentage points; rounded half up."""
    old, new = before.exact, now.exact
    if old is None or new is None or (not now.is_rate and not old):
        return NO_DATA.zh
    is_rate = now.is_rate
    moved = (new - old) * 100 if is_rate else (new - old) / old * 100
    if not moved:
        return "持平"
    size = rounded(abs(moved), 1 if places is None else places)
    verb = ("提高" if is_rate else "增长") if moved > 0 else "下降"
    return f"{verb}{size}{'个百分点' if is_rate else '%'}"


def printed_as(reference: Reference, value: Value, figure: FigureTree | None = None) -> str:
    """Give the printed form: a number in its unit, ungrouped, 余 and 约 in whole units; all else as its figure prints it."""
    exact = value.exact
    if exact is None:
        return NO_DATA.zh if figure is None else printed(value, figure).zh
    if figure is not None and (value.den is not None or value.before is not None):
        places = figure.decimals if reference.places is None else reference.places
        return value.printed(places, figure.rounding, figure.small).zh
    exact /= reference.times
    if reference.form is not None:
        return _inexact(exact, reference)
    decimals = None if figure is None else figure.decimals
    return rounded(exact, _places(reference, value, decimals))


def rounded(exact: Fraction, places: int) -> str:
    """Give a number with so many places, rounded half up."""
    units = floor(exact * 10**places + Fraction(1, 2))
    return f"{Decimal(units).scaleb(-places):f}"


def digest_of_figure(figure: FigureTree) -> str:
    """Give the digest of a figure's definition as it is executed."""
    return sha256(repr(figure).encode()).hexdigest()


def digest_of_records(marks: Iterable[str]) -> str:
    """Give the digest of a set of records: the sum of their hashes, so that it adds up over places and months."""
    total = sum(
        int.from_bytes(blake2b(mark.encode(), digest_size=DIGEST_BYTES).digest()) for mark in marks
    )
    return f"{total % 2 ** (8 * DIGEST_BYTES):032x}"


def _inexact(exact: Fraction, reference: Reference) -> str:
    assert reference.form
    unit = reference.unit
    whole = floor(exact / unit + (Fraction(1, 2) if reference.form == "about" else 0)) * unit
    if reference.form == "about":
        return str(whole) if whole == exact else f"{FORMS['about']}{whole}"
    return f"{whole}{FORMS['over']}" if exact > whole else str(whole)


def _places(reference: Reference, value: Value, decimals: int | None) -> int:
    if reference.places is not None:
        return reference.places
    if decimals is not None:
        return decimals
    if reference.times > 1:
        return 2
    text = f"{value.num:f}"
    return len(text.rstrip("0").partition(".")[2]) if "." in text else 0


def _value(reference: Reference, reading: Reading, line: Slice | None) -> Value:
    if reference.lines:
        found = Decimal(sum(1 for one in reading.slices if one.key and one.value.num))
        return Value(found, _neighbourhoods() if reference.share else None)
    if reference.part is None:
        return reading.value
    if line is not None:
        return line.value
    return NOTHING if reading.value.den is None else Value(Decimal(0), Decimal(0))


def _row_mark(standing: Standing) -> str:
    return f"{standing.row.number} {standing.status}"


def _line(reference: Reference, reading: Reading) -> Slice | None:
    if reference.part is None:
        return None
    named = (one for one in reading.slices if reference.part in (one.key, one.label.zh))
    return next(named, None)


def _label(reading: Reading, line: Slice | None) -> Label:
    label = reading.figure.label
    if line is None:
        return label
    return Label(zh=f"{label.zh}：{line.label.zh}", en=f"{label.en}: {line.label.en}")


def _unit(reading: Reading) -> str:
    return reading.figure.unit.zh if reading.figure.unit else ""


def _neighbourhoods() -> Decimal:
    return Decimal(sum(area.path != this_office().path for area in areas_of_office()))
