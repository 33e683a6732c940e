"""The demo's facilities and dwellings: entries of registers at places of the synthetic map, and how far it is to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from random import Random
from typing import Any

import yaml

from linli.casework.actions import open_case, perform
from linli.casework.attachments import Sender, keep_upload
from linli.project.demo.script import FOLDER
from linli.project.demo.settling import Settled
from linli.reach.actions import measure
from linli.reach.standards import standards_at_hand
from linli.registry.dwellings.entering import DwellingRow, enter_dwellings
from linli.registry.dwellings.queries import EstateRow, housing_estates
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor

FLOORS, DOORS = 6, 4
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
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
                _enter(settled, kind, estate, number, chance, by=keeper, at=at)
        for standard in standards_at_hand().values():
            measure(standard=standard, by=keeper, at=at)
    return number


def _enter(
    settled: Settled,
    kind: Mapping[str, Any],
    estate: EstateRow,
    number: int,
    chance: Random,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Enter one facility beside its estate; `then` names actions that follow, each with the file it asks for."""
    lon, lat = estate.middle or (0.0, 0.0)
    place = {
        "lon": round(lon + chance.uniform(-APART, APART), 6),
        "lat": round(lat + chance.uniform(-APART, APART), 6),
    }
    form = {
        **kind["form"], "name": kind["name"].format(estate=estate.name), "address": estate.name, "place": place,
    }  # fmt: skip
    if "unit" in kind:
        form["unit"] = settled.bodies[kind["unit"]]
    receipt = open_case(
        mechanism=kind["of"], action=kind["action"], by=by, at=at, form=form,
        key=f"demo-facility-{number}", area=estate.area, source="demo",
    )  # fmt: skip
    for action, tag in kind.get("then", {}).items():
        kept = keep_upload(
            office=settled.office, case=receipt.case_id, upload=BytesIO(PAPER), name=f"{tag}.pdf",
            sender=Sender("import:demo", at, "file", tag),
        )  # fmt: skip
        perform(
            case=receipt.case_id, action=action, by=by, at=at, form={}, exhibits=[kept.exhibit],
            key=f"demo-facility-{number}-{action}", revision=None,
        )  # fmt: skip


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
