"""Tables of figures: roll-ups by month, which are recomputed from the records and never added to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from linli.registry.models import Office

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    Column = models.Field[Any, Any]
else:
    Column = models.Field


class ExactField(Column):
    """PostgreSQL's `numeric` without a scale of its own, so that sums keep that of their amounts."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002
        """Give PostgreSQL's name of the type."""
        return "numeric"


class RollupCursor(models.Model):
    """The position in the office's log up to which its cells are right, and when that was last so.

    `area` is the path of the office, by which readers above it find it.
    """

    office = models.OneToOneField(Office, models.PROTECT, primary_key=True)
    area = models.TextField(db_collation="C")
    position = models.BigIntegerField()
    at = models.DateTimeField()


class RollupPart(models.Model):
    """A part of a figure whose cells are kept. `part` names the condition as it is compiled."""

    pk = models.CompositePrimaryKey("office_id", "part")
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    part = models.BigIntegerField()
    mechanism = models.TextField(db_collation="C")
    area = models.TextField(db_collation="C")
    built_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("part", "area", name="rollup_part_area")]


class RollupCell(models.Model):
    """What a part counts in one month, for the whole office (grain 0), an area (1) or a category (2).

    `month` is that of the record, counted from the year 0 (2026-01 is 24312); `told` the month from whose end on it
    counts, which is later where a case came into or out of the state asked for later. `took`: how many full units, where
    durations are counted.
    """

    pk = models.CompositePrimaryKey(
        "office_id", "part", "grain", "area", "month", "told", "category", "took"
    )
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    part = models.BigIntegerField()
    grain = models.PositiveSmallIntegerField()
    area = models.TextField(db_collation="C")
    month = models.PositiveIntegerField()
    told = models.PositiveIntegerField()
    category = models.TextField(db_collation="C")
    took = models.BigIntegerField()
    times = models.BigIntegerField()
    amount = ExactField()

    class Meta:
        indexes = [
            models.Index(
                "part", "grain", "area", "month", name="rollup_cell_above",
                include=["told", "category", "took", "times", "amount"],
            ),
        ]  # fmt: skip


class RollupAudit(models.Model):
    """What an audit found: how many cells were counted anew, and those that differed."""

    office = models.ForeignKey(Office, models.PROTECT)
    at = models.DateTimeField()
    parts = models.PositiveIntegerField()
    cells = models.PositiveIntegerField()
    differing = models.PositiveIntegerField()
    differences = models.JSONField()
