"""What a reading is made of: the exact pair, its printed form, the lines of a breakdown, the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from linli.figures.periods import Period
from linli.rulebook.counting import FigureTree
from linli.rulebook.mechanism import Label, Mechanism
from linli.ui.printing import counted, percent, rounded

NO_DATA = Label(zh="无数据", en="no data")


@dataclass(frozen=True)
class Value:
    """The exact pair behind a figure. `den` is None for a count, a sum, a stock or a percentile.

    `is_mean` says that the pair is a mean or another quotient and no share; `before` is the same a year before, where the figure is
    the change since; `is_blank` that nothing was there to take a percentile of, or no period to compare with.
    """

    num: Decimal
    den: Decimal | None = None
    is_mean: bool = False
    before: Value | None = None
    is_blank: bool = False

    @property
    def is_rate(self) -> bool:
        """True for a share, which is printed in per cent."""
        return self.den is not None and not self.is_mean

    @property
    def level(self) -> Fraction | None:
        """Give the exact value of the period itself; None when there is nothing to divide by (no data)."""
        if self.is_blank:
            return None
        if self.den is None:
            return Fraction(self.num)
        return Fraction(self.num) / Fraction(self.den) if self.den else None

    @property
    def exact(self) -> Fraction | None:
        """Give the exact value: the level, or the change of it; a share changes by its difference, all else by the growth rate."""
        now = self.level
        if self.before is None or now is None:
            return now
        then = self.before.level
        if then is None or (not self.is_rate and then == 0):
            return None
        return now - then if self.is_rate else now / then - 1

    def printed(
        self, decimals: int | None = None, rounding: str = "half_up", small: int = 0
    ) -> Label:
        """Give the text to print: a count grouped by thousands, a percentage, or a change with its sign.

        100 % is printed only when numerator and denominator are equal, and no data is never 0 %. A share of fewer
        than `small` is told as its pair only.
        """
        exact = self.exact
        if exact is None:
            return NO_DATA
        places = 2 if decimals is None else decimals
        if self.before is not None:
            return self._changed(exact, places, rounding)
        if self.den is not None and self.den < small:
            pair = f"{counted(self.num)}/{counted(self.den)}"
            return Label(zh=f"{pair}（基数不足{small}）", en=f"{pair} (fewer than {small})")
        if self.is_rate and self.den is not None:
            text = percent(self.num, self.den, places, rounding) or ""
        elif self.den is None and decimals is None:
            text = counted(self.num)
        else:
            text = rounded(exact, places, rounding)
        return Label(zh=text, en=text)

    def _changed(self, exact: Fraction, places: int, rounding: str) -> Label:
        text = ("+" if exact > 0 else "") + rounded(exact * 100, places, rounding)
        if self.is_rate:
            return Label(zh=f"{text}个百分点", en=f"{text} percentage points")
        return Label(zh=f"{text}%", en=f"{text}%")


def printed(value: Value, figure: FigureTree) -> Label:
    """Give a value as its figure prints it."""
    if value.exact is None and figure.missing == "zero" and value.before is None:
        nought = rounded(Fraction(0), 2 if figure.decimals is None else figure.decimals)
        text = f"{nought}%" if value.is_rate else nought
        return Label(zh=text, en=text)
    return value.printed(figure.decimals, figure.rounding, figure.small)


@dataclass(frozen=True)
class Slice:
    """One line of a breakdown: what it is for, and its value."""

    key: str
    label: Label
    value: Value


@dataclass(frozen=True)
class Reading:
    """A figure read over a period and a place, with its breakdown if one was asked for.

    `taken_from` is the earlier period whose value stands in for one that is missing; `answered` is, for a rate of
    those who answered, who did over who might have.
    """

    figure: FigureTree
    mechanisms: tuple[Mechanism, ...]
    words: Label
    period: Period
    place: str
    place_name: Label
    value: Value
    by: str | None = None
    slices: tuple[Slice, ...] = ()
    taken_from: Period | None = None
    answered: Value | None = None

    @property
    def printed(self) -> Label:
        """Give the value as it is printed."""
        return printed(self.value, self.figure)

    def printed_slice(self, part: Slice) -> Label:
        """Give the value of one line as it is printed."""
        return printed(part.value, self.figure)


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
