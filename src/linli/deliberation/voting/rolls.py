"""Rolls as they are pasted from a spreadsheet: a unit a line, with area, owner group, source, number of co-owners."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from linli.deliberation.counting.electorate import UNSOLD, Dwelling, Roll
from linli.deliberation.voting.standing import VoteRefused

COLUMNS = 5
CO_OWNERS = "甲乙丙丁戊己庚辛壬癸"  # marks for the co-owners of a unit: no name of a person stands on a roll
STILL_HELD = {"未售", "未售出", "未交付", "建设单位", "unsold", UNSOLD}
SPLIT = re.compile(r"\t|,|，|\s{2,}| ")


def pasted_roll(text: str) -> Roll:
    """Give the roll of pasted lines such as `101 58.40 张 产证 2`. Raises VoteRefused and RollRefused.

    Whatever is unsold (`未售` as its owner) is one head together.
    """
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
            f"名册第 {number} 行多于五列：室号、面积、产权组、面积来源、共有人数",
            f"line {number} of the roll has more than five columns: unit, area, owner, source, co-owners",
        )
    cells += [""] * (COLUMNS - len(cells))
    unit, area, owner, source, owners = cells
    group = UNSOLD if owner in STILL_HELD else owner or unit
    return Dwelling(unit, group, _area(number, area), _co_owners(number, owners), source)


def _co_owners(number: int, text: str) -> tuple[str, ...]:
    """Give the marks that stand for the co-owners of a unit; none for a single owner."""
    if text in {"", "1"}:
        return ()
    if not text.isdecimal() or not 1 <= int(text) <= len(CO_OWNERS):
        raise VoteRefused(
            f"名册第 {number} 行的共有人数应是 1 到 {len(CO_OWNERS)} 的数字",
            f"line {number} of the roll: the number of co-owners is 1 to {len(CO_OWNERS)}",
        )
    return tuple(CO_OWNERS[: int(text)])


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
