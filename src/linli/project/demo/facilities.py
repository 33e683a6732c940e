"""The demo's facilities and dwellings: entries of registers at places of the synthetic map, and how far it is to them."""

from __future__ import annotations

from datetime import datetime
from random import Random

import yaml

from linli.casework.actions import open_case
from linli.project.demo.script import FOLDER
from linli.project.demo.settling import Settled
from linli.reach.actions import measure
from linli.reach.standards import standards_at_hand
from linli.registry.dwellings.entering import DwellingRow, enter_dwellings
from linli.registry.dwellings.queries import EstateRow, housing_estates
from linli.registry.isolation import office_transaction

FLOORS, DOORS = 6, 4
APART = 0.0006  # degrees: facilities stand beside the middle of their estate


def furnish(settled: Settled, *, at: datetime, seed: int) -> int:
    """Enter dwellings and facilities and measure the way to them; give how many facilities there are."""
    chance = Random(seed)
    keeper = settled.with_duty("operator")[0].actor
    with office_transaction(settled.office):
        estates = [one for one in housing_estates(on=at.date()) if one.middle is not None]
        enter_dwellings(rows=_dwellings(estates, chance), by=keeper, at=at)
        number = 0
        for kind in yaml.safe_load((FOLDER / "facilities.yaml").read_text(encoding="utf-8")):
            for estate in chance.sample(estates, min(kind["count"], len(estates))):
                number += 1
                lon, lat = estate.middle or (0.0, 0.0)
                place = {
                    "lon": round(lon + chance.uniform(-APART, APART), 6),
                    "lat": round(lat + chance.uniform(-APART, APART), 6),
                }
                name = kind["name"].format(estate=estate.name)
                open_case(
                    mechanism=kind["of"], action=kind["action"], by=keeper, at=at,
                    form={**kind["form"], "name": name, "address": estate.name, "place": place},
                    key=f"demo-facility-{number}", area=estate.area, source="demo",
                )  # fmt: skip
        for standard in standards_at_hand().values():
            measure(standard=standard, by=keeper, at=at)
    return number


def _dwellings(estates: list[EstateRow], chance: Random) -> list[DwellingRow]:
    rows = []
    for estate in estates:
        doors = chance.randint(2, DOORS)
        rows += [
            DwellingRow(0, estate.code, building.number, f"{floor}0{door}")
            for building in estate.buildings
            for floor in range(1, FLOORS + 1)
            for door in range(1, doors + 1)
        ]
    return rows
