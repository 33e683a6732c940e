"""Questions about estates: where they and their buildings stand, and which dwellings there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from linli.registry.models import Building, Estate
from linli.registry.outlines import Point, Ring, middle_of
from linli.registry.queries import in_force


@dataclass(frozen=True)
class BuildingRow:
    """A building: its number, where its middle is, and its dwellings by room number (室)."""

    number: str
    middle: Point | None
    dwellings: tuple[str, ...]


@dataclass(frozen=True)
class EstateRow:
    """A housing estate with its buildings."""

    code: str
    name: str
    area: str
    outline: Ring | None
    buildings: tuple[BuildingRow, ...]

    @property
    def middle(self) -> Point | None:
        """Give where its middle is; None without an outline."""
        return middle_of(self.outline) if self.outline else None

    @property
    def dwellings(self) -> int:
        """Give how many dwellings are known."""
        return sum(len(one.dwellings) for one in self.buildings)


def housing_estates(*, on: date, under: str = "/") -> tuple[EstateRow, ...]:
    """Give the housing estates in force on a day at or under a path, by code. Two statements."""
    estates = Estate.objects.filter(
        in_force(on, "valid_from", "valid_to"), kind=Estate.Kind.HOUSING, area__startswith=under
    ).order_by("code")
    buildings: dict[int, list[BuildingRow]] = defaultdict(list)
    for row in Building.objects.filter(estate__kind=Estate.Kind.HOUSING).order_by("pk"):
        middle = middle_of(row.outline) if row.outline else None
        buildings[row.estate_id].append(BuildingRow(row.number, middle, tuple(row.dwellings)))
    return tuple(
        EstateRow(row.code, row.name, row.area, row.outline, tuple(buildings[row.pk]))
        for row in estates
    )
