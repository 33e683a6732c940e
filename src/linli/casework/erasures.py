"""Tables of erasing: what was asked for, and the destruction register (销毁登记)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from linli.registry.models import Office


class ErasureRequest(models.Model):
    """Somebody with the duty asks that what a case holds of a person be erased; somebody else decides."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    case = models.ForeignKey("casework.Case", models.PROTECT)
    with_texts = models.BooleanField()
    reason = models.TextField()
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    decided_by = models.TextField(null=True)  # noqa: DJ001 - nobody yet is not an empty name
    decided_at = models.DateTimeField(null=True)
    is_granted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    decided_by__isnull=True, decided_at__isnull=True, is_granted__isnull=True
                )
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_granted__isnull=False),
                name="erasure_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="erasure_decided_by_another",
            ),
            models.UniqueConstraint(
                "case", name="erasure_asked_once", condition=Q(decided_by__isnull=True)
            ),
        ]


class Destruction(models.Model):
    """One line of the destruction register. Added to, never changed; each is hashed over the one before, and signed.

    `kind`: request or retention. `digest` is over the commitments of what was destroyed, which the
    journal keeps: so it can be recomputed long after the values are gone.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    number = models.PositiveIntegerField()
    case = models.ForeignKey("casework.Case", models.PROTECT)
    kind = models.TextField()
    fields = ArrayField(models.TextField())
    values = models.PositiveIntegerField()
    files = models.PositiveIntegerField()
    basis = models.TextField()
    reason = models.TextField()
    by = models.TextField()
    confirmed_by = models.TextField(blank=True)
    at = models.DateTimeField()
    digest = models.BinaryField()
    hash = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "number", name="destruction_number"),
            models.CheckConstraint(
                condition=Q(kind__in=["request", "retention"]), name="destruction_kind"
            ),
        ]
