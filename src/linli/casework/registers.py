"""Tables that registers and schedules add: references to entries, and where a schedule stands."""

from __future__ import annotations

from django.db import models

from linli.registry.models import Office


class Recurrence(models.Model):
    """Where a schedule stands: its next occurrence, when that happens, and the last subject done of it.

    `rule` is the schedule as it was read: another text begins anew. Without `next_at` nothing comes any more.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    mechanism = models.TextField(db_collation="C")
    name = models.TextField(db_collation="C")
    rule = models.TextField()
    occurrence = models.TextField(blank=True)
    next_at = models.DateTimeField(null=True)
    reached = models.TextField(blank=True, db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "mechanism", "name", name="recurrence_once")
        ]
        indexes = [models.Index("office", "next_at", name="recurrence_next")]


class Reference(models.Model):
    """A step of a case named an entry of a register, by its number."""

    pk = models.CompositePrimaryKey("case_id", "seq", "field")
    case = models.ForeignKey("casework.Case", models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    field = models.TextField(db_collation="C")
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    entry = models.TextField()

    class Meta:
        indexes = [models.Index("office", "entry", "case", name="reference_entry")]
