"""What a rule gives: the projects paid for in the order chosen, and why each project is in or out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from linli.budget.allocating.elections import Election
from linli.rulebook.labels import Label

Fate = Literal[
    "chosen", "partly", "completed", "too_dear", "below", "stopped", "unsupported", "unaffordable"
]
WHY: dict[Fate, Label] = {
    "chosen": Label(zh="入选", en="chosen"),
    "partly": Label(
        zh="余款够造价的规定比例，用余款资助，到此为止",
        en="paid with what was left, a large enough part of its cost; then the count ends",
    ),
    "completed": Label(zh="余款按票数补选入选", en="chosen with what was left, by votes"),
    "too_dear": Label(zh="余款不足以支付，跳过", en="skipped: dearer than what was left"),
    "below": Label(zh="未达最低票数", en="below the least number of votes"),
    "stopped": Label(zh="排在首个放不下的项目之后", en="after the first that did not fit"),
    "unsupported": Label(zh="无人支持", en="nobody supports it"),
    "unaffordable": Label(zh="支持者的份额合起来不够", en="its supporters' shares do not suffice"),
}


@dataclass(frozen=True)
class Line:
    """One project's fate: its turn, the votes that counted at that moment, and what was left or behind it."""

    place: int
    fate: Fate
    turn: int | None = None
    counted: Fraction | None = None
    money: Fraction | None = None
    by_lot: bool = False


@dataclass(frozen=True)
class Outcome:
    """The projects paid for, in the order chosen, and a line for every project of the election."""

    election: Election
    rule: str
    winners: tuple[int, ...]
    lines: tuple[Line, ...]
    endowment: Fraction | None = None

    @property
    def cost(self) -> Fraction:
        """Give what the winners are paid together: their cost, or what was left for one paid in part."""
        whole = sum((self.election.projects[at].cost for at in self.winners), Fraction(0))
        short = (
            self.election.projects[line.place].cost - (line.money or 0)
            for line in self.lines
            if line.fate == "partly"
        )
        return whole - sum(short, Fraction(0))

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the keys of the winners, in the order chosen."""
        return tuple(self.election.projects[at].key for at in self.winners)
