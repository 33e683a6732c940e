"""Numbers as they are printed: grouped by thousands, rounded half up, and never 100 % unless it is all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor


def counted(number: float | Decimal | str) -> str:
    """Give a number grouped by thousands, with the places it came with."""
    return f"{Decimal(str(number)):,f}"


def rounded(number: Fraction, decimals: int, rounding: str = "half_up") -> str:
    """Give a number to so many places, grouped by thousands; half up (away from nought), or half to even."""
    units = abs(number) * 10**decimals
    whole = round(units) if rounding == "half_even" else floor(units + Fraction(1, 2))
    return f"{Decimal(-whole if number < 0 else whole).scaleb(-decimals):,f}"


def percent(
    num: int | Decimal, den: int | Decimal, decimals: int = 2, rounding: str = "half_up"
) -> str | None:
    """Give num of den in per cent; 100 only when num = den; None when there is nothing to count."""
    if den == 0:
        return None
    exact = Fraction(num) / Fraction(den) * 100
    text = rounded(exact, decimals, rounding)
    if num != den and text == rounded(Fraction(100), decimals):
        unit = Fraction(1, 10**decimals)
        text = rounded(100 - unit if num < den else 100 + unit, decimals)
    return f"{text}%"
