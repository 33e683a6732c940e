"""The tables of what was brought in, and of what waits to be confirmed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.registry.models import Office


class LedgerImport(models.Model):
    """One file brought in through one map: how many rows, and the report of those not taken as they were."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
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
                condition=Q(rows=F("added") + F("repeated") + F("rejected")),
                name="ledger_import_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="ledger_import_digest"
            ),
        ]
        indexes = [models.Index(F("office"), F("at").desc(), name="ledger_import_latest")]


class LedgerUpload(models.Model):
    """A ledger sent in and not yet confirmed: encrypted under the office key, with the map chosen for it."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    by = models.TextField()
    at = models.DateTimeField()
    file_name = models.TextField()
    rules = models.JSONField()
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index("office", "at", name="ledger_upload_waiting")]
