"""The table of covered photos: which parts of one are blacked out, and whether residents see it at all."""

from __future__ import annotations

from django.db import models

from linli.registry.models import Office


class PhotoCover(models.Model):
    """How a photo is shown from a moment on, until the next row says otherwise; only added to.

    `boxes`: rectangles blacked out, each [left, top, width, height] in thousandths of the picture. None of them and not
    hidden: the photo is shown as it came. The file itself is never changed.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    case = models.ForeignKey("casework.Case", models.PROTECT, db_index=False)
    sha256 = models.TextField()
    boxes = models.JSONField()
    is_hidden = models.BooleanField()
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="cover_has_a_reason")
        ]
        indexes = [models.Index("case", "sha256", "id", name="cover_of_photo")]
