"""The frozen roll of a vote: dwellings with their exact area, and the owners who are its heads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from linli.rulebook.labels import Label

NOTHING = Fraction(0)
UNSOLD = "建设单位（未售出）"  # the one head behind whatever is unsold or not handed over (interpretation, art. 9)


class RollRefused(Exception):
    """A roll cannot be frozen; `message` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


@dataclass(frozen=True)
class Dwelling:
    """One unit on the roll. `owner` names its owner group, which is one head however many units it holds."""

    key: str
    owner: str
    area: Fraction | None = None
    owners: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Roll:
    """Who may vote, as of one day. Units of the same owner group are one head (judicial interpretation 2020, art. 9)."""

    dwellings: tuple[Dwelling, ...]
    attending: int | None = None

    def __post_init__(self) -> None:
        if not self.dwellings:
            raise RollRefused("名册是空的", "the roll is empty")
        twice = [
            key for key, times in Counter(one.key for one in self.dwellings).items() if times > 1
        ]
        if twice:
            raise RollRefused(f"名册里重复：{'、'.join(twice)}", f"twice on the roll: {twice}")
        for one in self.dwellings:
            if one.area is not None and one.area <= 0:
                raise RollRefused(
                    f"{one.key} 的面积应大于 0", f"the area of {one.key} is not above 0"
                )
            if one.key != one.owner and one.key in self.units:
                raise RollRefused(
                    f"“{one.key}”既是单元又是别的业主的名字",
                    f"{one.key!r} is a unit and the name of another's owner",
                )
        if self.attending is not None and not 0 <= self.attending <= self.heads:
            raise RollRefused("出席人数超过名册", "more attend than are on the roll")

    @cached_property
    def units(self) -> dict[str, tuple[Dwelling, ...]]:
        """Give each owner group's units."""
        held: dict[str, list[Dwelling]] = {}
        for one in self.dwellings:
            held.setdefault(one.owner, []).append(one)
        return {owner: tuple(units) for owner, units in held.items()}

    @cached_property
    def owner_of(self) -> dict[str, str]:
        """Give the owner group of every unit."""
        return {one.key: one.owner for one in self.dwellings}

    @property
    def heads(self) -> int:
        """Count the owner groups."""
        return len(self.units)

    @cached_property
    def area(self) -> Fraction:
        """Add up the area of all units; an unknown one counts nothing, see `check_areas`."""
        return sum((one.area or NOTHING for one in self.dwellings), NOTHING)

    def check_areas(self) -> None:
        """Refuse a roll on which an area is unknown: no share of the whole could be told."""
        unknown = [one.key for one in self.dwellings if one.area is None]
        if unknown:
            raise RollRefused(
                f"面积不明，不能计算面积占比：{'、'.join(unknown)}",
                f"area unknown, so shares of area cannot be told: {', '.join(unknown)}",
            )
