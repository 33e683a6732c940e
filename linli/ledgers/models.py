"""The table of what was brought in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.registry.models import Office


class LedgerImport(models.Model):
    """One file brought in through one map: how many rows, and the report of those not taken as they were."""

    office = models.ForeignKey(Office, models.PROTECT)
    map_name = models.TextField()
    file_name = models.TextField()
    sha256 = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    repeated = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    notes = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rows=models.F("added") + models.F("repeated") + models.F("rejected")),
                name="ledger_import_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="ledger_import_digest"
            ),
        ]
