"""The count in words: for every project of a round, why it is in or out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from linli.budget.allocating.outcomes import WHY
from linli.rulebook.labels import Label


@dataclass(frozen=True)
class Told:
    """One project of a count, as everybody may read it."""

    number: str
    name: str
    cost: Decimal
    votes: int
    turn: int | None
    is_chosen: bool
    reason: Label


def told(lines: list[dict[str, Any]]) -> tuple[Told, ...]:
    """Give the lines of a count in words: the chosen in their turn, then the others by votes."""
    found = [
        Told(
            number=line["project"], name=line["name"], cost=Decimal(line["cost"]), votes=line["votes"],
            turn=line["turn"], is_chosen=line["turn"] is not None, reason=reason(line),
        )
        for line in lines
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.turn is None, one.turn or 0, -one.votes)))


def reason(line: dict[str, Any]) -> Label:
    """Give why a project is in or out, with what was left when its turn came."""
    why, money, counted = WHY[line["fate"]], _number(line["money"]), _number(line["counted"])
    zh, en = [why.zh], [why.en]
    if line["fate"] == "chosen" and money is None:
        zh.append(f"计入 {counted} 票")
        en.append(f"{counted} votes counted")
    elif line["fate"] == "unaffordable" and money is not None:
        zh.append(f"支持者的份额合起来还有 {money} 元")
        en.append(f"its supporters have {money} yuan left together")
    elif money is not None:
        zh.append(f"轮到它时余款 {money} 元")
        en.append(f"{money} yuan were left at its turn")
    if line["by_lot"]:
        zh.append("并列，依抽签次序")
        en.append("tied: by the lot")
    return Label(zh="；".join(zh), en="; ".join(en))


def _number(text: str | None) -> str | None:
    return None if text is None else f"{float(Fraction(text)):,.2f}"
