"""The tables of what was learned: one row for each learning, and how sure a hint must be to be shown."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.registry.models import Office


class Lesson(models.Model):
    """What was learned for one field of a mechanism, how well held-out cases were told, and how well later ones.

    `later`, `later_right`: cases closed since, told by this lesson before the next one was learned. Only the
    latest lesson keeps its `model`.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    mechanism = models.TextField(db_collation="C")
    field = models.TextField(db_collation="C")
    at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    three = models.PositiveIntegerField()
    macro_f1 = models.FloatField()
    later = models.PositiveIntegerField(default=0)
    later_right = models.PositiveIntegerField(default=0)
    model = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lte=F("three"), three__lte=F("cases")), name="lesson_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(later_right__lte=F("later")), name="lesson_later_adds_up"
            ),
        ]
        indexes = [
            models.Index(
                F("office"), F("mechanism"), F("field"), F("at").desc(), name="lesson_latest"
            )
        ]


class Caution(models.Model):
    """How sure a hint must be in this office before it is shown: 0.5 is one in two."""

    office = models.OneToOneField(Office, models.PROTECT, primary_key=True)
    least = models.FloatField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(least__gte=0.3, least__lte=0.99), name="caution_sane"
            )
        ]


class RuleSet(models.Model):
    """A routing table as it was put in force for one field of a mechanism. Only added to: the latest counts."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    mechanism = models.TextField(db_collation="C")
    field = models.TextField(db_collation="C")
    table = models.JSONField()
    note = models.TextField(blank=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                F("office"), F("mechanism"), F("field"), F("id").desc(), name="rule_set_latest"
            )
        ]
