"""The table of surveys: how each sample was planned, from which seed and frame it was drawn."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.registry.models import Office


class Drawing(models.Model):
    """The sample of one survey: planned with its seed first, then drawn from the frame as it stood at that moment.

    `plan`: what is drawn from, by which strata, how many. `frame`: the units of each stratum. Which unit has which form
    number follows from seed and frame, and is written nowhere else.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    case = models.OneToOneField("casework.Case", models.PROTECT, related_name="+")
    plan = models.JSONField()
    seed = models.TextField()
    seed_source = models.TextField()
    planned_by = models.TextField()
    planned_at = models.DateTimeField()
    frame = models.JSONField(null=True)
    digest = models.TextField(blank=True)
    drawn_by = models.TextField(blank=True)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(frame__isnull=True, drawn_at__isnull=True, digest="", drawn_by="")
                | Q(frame__isnull=False, drawn_at__gt=models.F("planned_at"))
                & ~Q(digest="")
                & ~Q(drawn_by=""),
                name="drawing_seed_before_frame",
            ),
            models.CheckConstraint(
                condition=~Q(seed="") & ~Q(seed_source=""), name="drawing_seeded"
            ),
        ]
