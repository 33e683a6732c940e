"""What a reading is made of: the exact pair, its printed form, the lines of a breakdown, the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from linli.figures.periods import Period
from linli.rulebook.counting import FigureTree
from linli.rulebook.mechanism import Label, Mechanism
from linli.ui.printing import counted, percent

NO_DATA = Label(zh="无数据", en="no data")


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
        """Give the text to print: a count grouped by thousands, or a percentage rounded half up.

        100 % is printed only when numerator and denominator are equal, and no data is never 0 %.
        """
        if self.den is None:
            text: str | None = counted(self.num)
        else:
            text = percent(self.num, self.den, decimals)
        return NO_DATA if text is None else Label(zh=text, en=text)


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
    mechanism: Mechanism
    words: Label
    period: Period
    place: str
    place_name: Label
    value: Value
    by: str | None = None
    slices: tuple[Slice, ...] = ()

    @property
    def printed(self) -> Label:
        """Give the value as it is printed."""
        return self.value.printed(self.figure.decimals)

    def printed_slice(self, part: Slice) -> Label:
        """Give the value of one line as it is printed."""
        return part.value.printed(self.figure.decimals)


@dataclass(frozen=True)
class Record:
    """One record behind a number: the case, and the step that was counted (none for a stock)."""

    number: str
    seq: int
    at: datetime
    action: Label | None
    category: Label | None
    area: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class RecordPage:
    """A page of the records behind one side of a figure. `total` is how many there are in all.

    `value` is what the records come to: their number, or the sum of their amounts.
    """

    records: tuple[Record, ...]
    total: int
    value: Decimal
    page: int
    pages: int
