"""Keeping a routing table: only one whose test cases all come out; the earlier ones stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from linli.hints.models import RuleSet
from linli.hints.routing.deciding import Failure, Table
from linli.hints.routing.queries import faults_of
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor


class TableFaulty(Exception):
    """The table may not be kept: test cases that fail, rows never reached, rows whose body is not there."""

    def __init__(
        self, failed: Sequence[Failure], unreached: Sequence[int], bodiless: Sequence[int]
    ) -> None:
        super().__init__(
            f"trials {failed}, rows never reached {unreached}, without body {bodiless}"
        )
        self.failed, self.unreached, self.bodiless = failed, unreached, bodiless


def keep_table(
    *, mechanism: str, field: str, table: Table, by: Actor, at: datetime, note: str = ""
) -> None:
    """Put a table in force for a field. Raises TableFaulty; then nothing has changed."""
    with office_transaction(by.office):
        faulty = faults_of(table, at)
        if any(faulty):
            raise TableFaulty(*faulty)
        RuleSet.objects.create(
            office_id=by.office, mechanism=mechanism, field=field, table=table.plain(), note=note,
            by=by.id, at=at,
        )  # fmt: skip
