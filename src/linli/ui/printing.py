"""Numbers as they are printed: grouped by thousands, rounded half up, and never 100 % unless it is all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor


def counted(number: float | Decimal | str) -> str:
    """Give a number grouped by thousands, with the places it came with."""
    return f"{Decimal(str(number)):,f}"


def percent(num: int | Decimal, den: int | Decimal, decimals: int = 2) -> str | None:
    """Give num of den in per cent, half up; 100 only when num = den; None when there is nothing to count."""
    if den == 0:
        return None
    units = Fraction(num) / Fraction(den) * 100 * 10**decimals
    whole = 100 * 10**decimals
    rounded = floor(units + Fraction(1, 2))
    if num != den and rounded == whole:
        rounded += -1 if num < den else 1
    return f"{Decimal(rounded).scaleb(-decimals):,f}%"
