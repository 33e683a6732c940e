"""The table of standard texts: what is often written in a form, kept once for the whole office."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.registry.models import Office


class Phrase(models.Model):
    """A standard text under a name, for an action of a mechanism; without these for every text question."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    mechanism = models.TextField(blank=True)
    action = models.TextField(blank=True)
    name = models.TextField()
    text = models.TextField()
    saved_by = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "mechanism", "action", "name", name="phrase_name"),
            models.CheckConstraint(
                condition=Q(action="") | ~Q(mechanism=""), name="phrase_of_a_mechanism"
            ),
        ]
