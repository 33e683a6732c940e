"""How a row of a plan stands: fixed formulas over the exact value, no judgement by eye."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

from linli.rulebook.labels import Label
from linli.rulebook.planning import Plan, PlanRow

Status = Literal["met", "on_track", "behind", "at_risk", "no_data"]
Light = Literal["green", "amber", "red", "grey"]
WORDS: dict[Status, Label] = {
    "met": Label(zh="已完成", en="Met"),
    "on_track": Label(zh="达到进度", en="On track"),
    "behind": Label(zh="滞后", en="Behind"),
    "at_risk": Label(zh="风险", en="At risk"),
    "no_data": Label(zh="无数据", en="No data"),
}
ATTRIBUTES = {
    "binding": Label(zh="约束性", en="Binding"),
    "expected": Label(zh="预期性", en="Expected"),
}


def expected(plan: Plan, row: PlanRow, year: int) -> Fraction:
    """Give what the path asks for at the end of a year."""
    target = Fraction(row.target(year))
    gone = Fraction(year - plan.first_year + 1, plan.last_year - plan.first_year + 1)
    if row.path == "cumulative":
        return target * gone
    if row.path == "linear":
        base = Fraction(row.base or Decimal(0))
        return base + (target - base) * gone
    if row.path == "end" and year < plan.last_year:
        return Fraction(0)
    return target


def status(
    plan: Plan, row: PlanRow, year: int, value: Fraction | None, before: Fraction | None
) -> Status:
    """Give how a row stands at the end of a year, from the exact value and that of the year before.

    Met: the value meets the target. On track: it is where the path asks for. Behind: it is not, but goes on as since
    the year before it reaches the target in the last year, or nothing is known of the year before. At risk: it will not.
    """
    if value is None:
        return "no_data"
    target = Fraction(row.target(year))
    if _meets(row, value, target):
        return "met"
    if row.path != "end" or year >= plan.last_year:
        is_there = _meets(row, value, expected(plan, row, year))
    else:
        is_there = True
    if is_there:
        return "on_track"
    if before is None and year < plan.last_year:
        return "behind"
    reached = value + (value - (before or value)) * (plan.last_year - year)
    return "behind" if _meets(row, reached, target) else "at_risk"


def light(row: PlanRow, status: Status) -> Light:
    """Give the light: binding rows are red as soon as they are behind, expected ones amber."""
    if status in ("met", "on_track"):
        return "green"
    if status == "no_data":
        return "grey"
    return "red" if status == "at_risk" or row.attribute == "binding" else "amber"


def _meets(row: PlanRow, value: Fraction, target: Fraction) -> bool:
    return value >= target if row.comparator == ">=" else value <= target
