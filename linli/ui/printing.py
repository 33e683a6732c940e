"""Numbers as they are printed: grouped by thousands, rounded half up, and never 100 % unless it is all."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction


def counted(number: float | Decimal | str) -> str:
    """Give a number grouped by thousands, with the places it came with."""
    return f"{Decimal(str(number)):,f}"


def percent(num: int, den: int, decimals: int = 2) -> str | None:
    """Give num of den in per cent, half up; 100 only when num = den; None when there is nothing to count."""
    if den == 0:
        return None
    exact = Fraction(num * 100, den)
    step = Decimal(1).scaleb(-decimals)
    digits = Decimal(exact.numerator) / Decimal(exact.denominator)
    rounded = digits.quantize(step, ROUND_HALF_UP)
    if num != den and rounded == Decimal(100):
        rounded = digits.quantize(step, ROUND_DOWN) if num < den else rounded + step
    return f"{rounded:,f}%"
