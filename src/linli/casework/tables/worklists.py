"""The table of work lists: filters of the list of cases that people keep under a name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.registry.models import Office


class WorkList(models.Model):
    """A filter kept under a name by its owner; with a body, all who have a post there see it too.

    `query` is the address line of the list of cases, without the page.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    owner = models.TextField()
    body = models.BigIntegerField(null=True)
    name = models.TextField()
    query = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "owner", "name", name="worklist_name"),
            models.CheckConstraint(condition=~Q(name=""), name="worklist_is_named"),
        ]
        indexes = [models.Index("office", "body", name="worklist_body")]
