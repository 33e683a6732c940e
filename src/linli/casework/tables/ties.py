"""Tables of cases about one thing: which case goes with which, and who else reported one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.registry.models import Office


class Tie(models.Model):
    """A case goes with another one, its primary, until the tie is undone. Nothing is moved: both keep their history."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    primary = models.ForeignKey("casework.Case", models.PROTECT, related_name="+", db_index=False)
    secondary = models.ForeignKey("casework.Case", models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField(blank=True)
    by = models.TextField()
    at = models.DateTimeField()
    undone_by = models.TextField(null=True)  # noqa: DJ001 - nobody has undone it
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "secondary", name="tie_once", condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(condition=~Q(primary=F("secondary")), name="tie_of_two"),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="tie_undone_whole",
            ),
        ]
        indexes = [models.Index("office", "primary", name="tie_primary")]


class Follower(models.Model):
    """Somebody else who reported the same: follows the case with a code of their own.

    `access` is the keyed hash of the code, `lookup` that of the telephone, which is not kept itself.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    case = models.ForeignKey("casework.Case", models.PROTECT, db_index=False)
    key = models.TextField()
    access = models.BinaryField()
    lookup = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("office", "key", name="follower_key")]
        indexes = [models.Index("office", "case", name="follower_case")]
