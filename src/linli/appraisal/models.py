"""The tables of appraisal: rounds over one assessment year, the scores of bodies in them, and objections."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.registry.models import Office

STATES = ["draft", "objection", "final"]


class ScoreRound(models.Model):
    """One scorecard over one period, with the text it was scored by and the moment as of which figures were read."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    card = models.TextField(db_collation="C")
    text = models.TextField()
    period = models.TextField(db_collation="C")
    state = models.TextField(db_collation="C")
    read_at = models.DateTimeField()
    drafted_by = models.TextField()
    opened_at = models.DateTimeField(null=True)
    objections_until = models.DateField(null=True)
    final_by = models.TextField(blank=True)
    final_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "card", "period", name="score_round_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="score_round_state"),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at__isnull=True, objections_until__isnull=True)
                | ~Q(state="draft") & Q(opened_at__isnull=False, objections_until__isnull=False),
                name="score_round_open_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="final", final_at__isnull=False)
                & ~Q(final_by="")
                & ~Q(final_by=F("drafted_by"))
                | ~Q(state="final") & Q(final_at__isnull=True, final_by=""),
                name="score_round_final_by_another",
            ),
        ]


class Score(models.Model):
    """One body's score in a round: every line with its exact pair and points as text of fractions."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    round = models.ForeignKey(ScoreRound, models.PROTECT, db_index=False)
    group = models.TextField(db_collation="C")
    subject = models.TextField(db_collation="C")
    name_zh = models.TextField()
    name_en = models.TextField()
    lines = models.JSONField()
    total = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("round", "group", "subject", name="score_once"),
        ]


class ScoreObjection(models.Model):
    """What a body says against a line of its score, and the answer. Upheld, the line has `points` instead."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    score = models.ForeignKey(Score, models.PROTECT)
    line = models.TextField(db_collation="C")
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    answer = models.TextField(blank=True)
    decided_by = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "score",
                "line",
                name="score_objection_open_once",
                condition=Q(decided_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="", answer="", points__isnull=True)
                | Q(decided_at__isnull=False)
                & ~Q(decided_by="")
                & ~Q(decided_by=F("by"))
                & ~Q(answer=""),
                name="score_objection_decided_by_another",
            ),
        ]
