"""Questions about routing tables: the one in force, what it decides, how it would have gone, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.casework.queries.past import opened_lately
from linli.hints.models import RuleSet
from linli.hints.routing.deciding import (
    AREA,
    Failure,
    Table,
    columns_of,
    decided,
    failures,
    never_reached,
)
from linli.registry.queries import actor_names, bodies
from linli.rulebook.mechanism import Label, Mechanism

A_MONTH = timedelta(days=30)
MOST = 5_000
NOTHING = Table()


@dataclass(frozen=True)
class Kept:
    """One table as it was put in force, in words."""

    version: int
    by: Label
    at: datetime
    note: str
    rows: int
    trials: int


@dataclass(frozen=True)
class Differing:
    """A case that a table would have sent elsewhere than it went: by which row, and both bodies."""

    number: str
    row: int
    decided: int
    went: int


@dataclass(frozen=True)
class DryRun:
    """How a table would have decided the cases opened in the last month."""

    cases: int
    same: int
    undecided: int
    undispatched: int
    differing: tuple[Differing, ...]


def table_in_force(mechanism: str, field: str) -> Table:
    """Give the table in force for a field; an empty one where there is none."""
    latest = RuleSet.objects.filter(mechanism=mechanism, field=field).order_by("-id")
    stored = latest.values_list("table", flat=True).first()
    return NOTHING if stored is None else Table.read(stored)


def history(mechanism: str, field: str) -> list[Kept]:
    """Give all tables that were put in force for a field, the latest first."""
    rows = list(RuleSet.objects.filter(mechanism=mechanism, field=field).order_by("-id"))
    names = actor_names({row.by for row in rows})
    return [
        Kept(
            len(rows) - nth, names[row.by], row.at, row.note,
            len(row.table["rows"]), len(row.table["trials"]),
        )
        for nth, row in enumerate(rows)
    ]  # fmt: skip


def faults_of(table: Table, at: datetime) -> tuple[list[Failure], list[int], list[int]]:
    """Give what is wrong with a table as things stand: failing test cases, rows never reached, bodies gone."""
    there = {row.id for row in bodies(on=at.date())}
    gone = [nth for nth, row in enumerate(table.rows, start=1) if row.body not in there]
    return failures(table), never_reached(table.rows), gone


def dry_run(table: Table, mechanism: Mechanism, field: str, at: datetime) -> DryRun:
    """Give how a table would have decided the cases opened in the last month, beside where they went."""
    cases = opened_lately(mechanism.mechanism, since=at - A_MONTH, until=at, most=MOST)
    same = undecided = undispatched = 0
    differing = []
    for case in cases:
        found = decided(table, case_given(mechanism, case.area, case.values))
        went = case.values.get(field)
        if found is None:
            undecided += 1
        elif went is None:
            undispatched += 1
        elif found.body == went:
            same += 1
        else:
            differing.append(Differing(case.number, found.row, found.body, int(went)))
    return DryRun(len(cases), same, undecided, undispatched, tuple(differing))


def case_given(mechanism: Mechanism, area: str, values: Mapping[str, object]) -> dict[str, str]:
    """Give what a table may ask of a case, by column."""
    known = {name: str(values.get(name) or "") for name in columns_of(mechanism)}
    return {**known, AREA: area}
