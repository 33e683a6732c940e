"""Where a plan stands at the end of a year: every row's figure read, held against its path."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from linli.figures.periods import Period, period_named
from linli.figures.queries import read
from linli.figures.readings import Reading, Value
from linli.rulebook.loading import Book
from linli.rulebook.planning import Plan, PlanRow
from linli.rulebook.planning.standing import Light, Status, expected, light, status
from linli.ui.printing import rounded

SIGNS = {">=": "≥", "<=": "≤"}


@dataclass(frozen=True)
class Standing:
    """One row at the end of a year: what was read, what the path asks for, and how it stands.

    `value` and `before` (the year before) are in the unit of the target.
    """

    row: PlanRow
    year: int
    reading: Reading
    value: Fraction | None
    before: Fraction | None
    expected: Fraction
    status: Status
    light: Light


@dataclass(frozen=True)
class Tallied:
    """How many rows of an attribute stand how."""

    attribute: str
    statuses: dict[Status, int]


def standings(
    plan: Plan, year: int, *, place: str | None = None, book: Book
) -> tuple[Standing, ...]:
    """Give every row of a plan as it stands at the end of a year of the plan."""
    return tuple(_standing(plan, row, year, place, book) for row in plan.rows)


def period_of(plan: Plan, row: PlanRow, year: int) -> Period:
    """Give what a row's figure is read over: the year, or, where it adds up, from the plan's first day to the year's last."""
    if row.path == "cumulative":
        return period_named(f"{plan.first_year}-01-01..{year + 1}-01-01")
    return period_named(str(year))


def tallied(standings: tuple[Standing, ...]) -> tuple[Tallied, ...]:
    """Give the evaluation: of each attribute, how many rows stand how."""
    found = []
    for attribute in ("binding", "expected"):
        counts: dict[Status, int] = dict.fromkeys(
            ("met", "on_track", "behind", "at_risk", "no_data"), 0
        )
        for one in standings:
            if one.row.attribute == attribute:
                counts[one.status] += 1
        found.append(Tallied(attribute, counts))
    return tuple(found)


def late(standings: tuple[Standing, ...]) -> dict[str, tuple[str, ...]]:
    """Give who has yet to give a number for the year: the responsible bodies, each with its rows."""
    found: dict[str, list[str]] = {}
    for one in standings:
        if one.status == "no_data":
            found.setdefault(one.row.responsible, []).append(one.row.number)
    return {body: tuple(numbers) for body, numbers in found.items()}


def _standing(plan: Plan, row: PlanRow, year: int, place: str | None, book: Book) -> Standing:
    reading = read(row.figure, period_of(plan, row, year), place=place, book=book)
    value, before = in_unit(reading.value), None
    if year > plan.first_year:
        earlier = read(row.figure, period_of(plan, row, year - 1), place=place, book=book)
        before = in_unit(earlier.value)
    stands = status(plan, row, year, value, before)
    return Standing(
        row, year, reading, value, before, expected(plan, row, year), stands, light(row, stands)
    )


def in_unit(value: Value) -> Fraction | None:
    """Give a value in the unit of a target: shares and changes in per cent."""
    exact = value.exact
    if exact is None:
        return None
    return exact * 100 if value.is_rate or value.before is not None else exact


def told(number: Fraction | Decimal, unit: str) -> str:
    """Give a number of a plan with its unit, without noughts behind the point."""
    whole = rounded(Fraction(number), 2).removesuffix(".00")
    return f"{whole}{unit}" if unit == "%" else f"{whole} {unit}".rstrip()


def target_told(row: PlanRow, year: int) -> str:
    """Give the target in force at the end of a year, with its comparator."""
    return f"{SIGNS[row.comparator]} {told(row.target(year), row.unit)}"
