"""Rolls as they are pasted from a spreadsheet: a unit a line, with its area, its owner group, the source."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from linli.deliberation.counting.electorate import Dwelling, Roll
from linli.deliberation.voting.standing import VoteRefused

COLUMNS = 4
SPLIT = re.compile(r"\t|,|，|\s{2,}| ")


def pasted_roll(text: str) -> Roll:
    """Give the roll of pasted lines such as `101 58.40 张 产证`. Raises VoteRefused and RollRefused."""
    units = [
        _unit(number, line.strip())
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]
    return Roll(tuple(units))


def _unit(number: int, line: str) -> Dwelling:
    cells = [cell.strip() for cell in SPLIT.split(line)]
    if len(cells) > COLUMNS:
        raise VoteRefused(
            f"名册第 {number} 行多于四列：室号、面积、产权组、面积来源",
            f"line {number} of the roll has more than four columns: unit, area, owner, source",
        )
    cells += [""] * (COLUMNS - len(cells))
    unit, area, owner, source = cells
    return Dwelling(unit, owner or unit, _area(number, area), (), source)


def _area(number: int, text: str) -> Fraction | None:
    if not text:
        return None
    try:
        found = Decimal(text.removesuffix("㎡"))
    except InvalidOperation as wrong:
        raise VoteRefused(
            f"名册第 {number} 行的面积不是数字：{text}", f"line {number}: {text!r} is no area"
        ) from wrong
    if not found.is_finite():
        raise VoteRefused(f"名册第 {number} 行的面积不是数字", f"line {number}: no area")
    return Fraction(found)
