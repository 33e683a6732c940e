"""Entries of registers: what is there under a key, and what of it would change."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from linli.casework.journal.referring import key_part
from linli.casework.models import Case, Sealed
from linli.casework.sealing import Spot, data_key_of, open_sealed, stored
from linli.registry.isolation import current_office
from linli.rulebook.mechanism import Mechanism

KEYED = """
    SELECT c.id, c.number, c.values FROM casework_case c
    WHERE c.office_id = %s AND c.mechanism = %s AND c.entry_key = %s::jsonb
"""


@dataclass(frozen=True)
class EntryThere:
    """The current entry of a key, and those of the values asked about that it does not have."""

    case: int
    number: str
    changed: Mapping[str, Any]


def entry_there(mechanism: Mechanism, values: Mapping[str, Any]) -> EntryThere | None:
    """Give the current entry that has the key of these typed values; None when there is none.

    Sealed values are compared here and do not leave: nobody reads them.
    """
    office, key = current_office(), entry_key_of(mechanism, values)
    with connection.cursor() as cursor:
        cursor.execute(KEYED, [office, mechanism.mechanism, json.dumps(key)])
        found = cursor.fetchone()
    if found is None:
        return None
    case, number, stands = found[0], found[1], json.loads(found[2])
    sealed = {name for name in values if mechanism.fields[name].is_sealed}
    stands |= _unsealed(office, case, sealed) if sealed else {}
    changed = {name: value for name, value in values.items() if stands.get(name) != value}
    return EntryThere(case, number, changed)


def entry_key_of(mechanism: Mechanism, values: Mapping[str, Any]) -> dict[str, str]:
    """Give the key that an entry of these typed values has; all of `unique` must be among them."""
    office = current_office()
    return {name: key_part(office, mechanism, name, values[name]) for name in mechanism.unique}


@dataclass(frozen=True)
class PlacedEntry:
    """A current entry of a register with a position; `values` are its open values, `shown` those all may see."""

    number: str
    mechanism: Mechanism
    area: str
    lon: float
    lat: float
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Give what the entry is called; its number when nothing else names it."""
        return str(self.values.get(self.mechanism.shows.title or "") or self.number)

    @property
    def public(self) -> dict[str, Any]:
        """Give the values that all may see."""
        fields = self.mechanism.fields
        shown = self.mechanism.shows.resident
        return {
            name: self.values[name] for name in shown if name in self.values and fields[name].public
        }


def entries_placed(registers: Mapping[str, Mechanism]) -> tuple[PlacedEntry, ...]:
    """Give the open entries of registers that have a position, oldest first. One statement; sealed values stay shut."""
    rows = Case.objects.filter(
        office_id=current_office(),
        mechanism__in=list(registers),
        closed_at__isnull=True,
        phase="open",
    )
    named = rows.order_by("pk").values_list("number", "mechanism", "area", "lon", "lat", "values")
    return tuple(
        PlacedEntry(number, registers[key], area, lon, lat, values)
        for number, key, area, lon, lat, values in named
        if lon is not None and lat is not None
    )


@dataclass(frozen=True)
class CurrentEntry:
    """A case that is not closed: its number, where it is, its open values."""

    case: int
    number: str
    area: str
    values: Mapping[str, Any]


def current_entries(mechanism: str) -> tuple[CurrentEntry, ...]:
    """Give the cases of a mechanism that are not closed, oldest first. One statement."""
    rows = Case.objects.filter(
        office_id=current_office(), mechanism=mechanism, closed_at__isnull=True
    ).order_by("pk")
    return tuple(
        CurrentEntry(*found) for found in rows.values_list("pk", "number", "area", "values")
    )


def _unsealed(office: int, case: int, names: set[str]) -> dict[str, Any]:
    rows = Sealed.objects.filter(office_id=office, case_id=case, field__in=names).order_by("seq")
    data_key = data_key_of(office, case)
    return {
        row.field: open_sealed(Spot(office, case, row.seq, row.field), stored(row), data_key)[0]
        for row in rows
    }


@dataclass(frozen=True)
class EntryTotals:
    """How many entries of each kind a case has, and the sums of their amounts as exact texts."""

    counts: Mapping[str, int]
    sums: Mapping[str, str]


def entry_totals(cases: Collection[int]) -> dict[int, EntryTotals]:
    """Give the totals of the cases' entries, by case. One statement."""
    rows = Case.objects.filter(office_id=current_office(), pk__in=cases)
    return {
        pk: EntryTotals(totals["counts"], totals["sums"])
        for pk, totals in rows.values_list("pk", "totals")
    }
