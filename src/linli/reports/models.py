"""The tables of reports: rounds with their sections, frozen numbers, what was waived, and every act in order.

Snapshots, frozen figures, waivers and acts are only added to; triggers forbid the rest.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.registry.models import Body, Office

STATES = ["drafting", "frozen", "signed", "issued"]


class ReportRound(models.Model):
    """One report on one period: the template it was opened with, and how far it is. `corrects`: an issued one."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    template = models.TextField(db_collation="C")
    text = models.TextField()
    heading = models.TextField()
    period = models.TextField(db_collation="C")
    place = models.TextField(db_collation="C")
    state = models.TextField(db_collation="C")
    issue_number = models.TextField(blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    opened_by = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="report_state"),
            models.CheckConstraint(
                condition=(Q(state="issued") & ~Q(issue_number=""))
                | (~Q(state="issued") & Q(issue_number="")),
                name="report_issued_has_number",
            ),
            models.UniqueConstraint(
                "office", "issue_number", condition=~Q(issue_number=""), name="report_issue_once"
            ),
        ]
        indexes = [models.Index(F("office"), F("opened_at").desc(), name="report_latest")]


class ReportSection(models.Model):
    """One section of a round: the body that answers for it, its prose, and who confirmed its numbers."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    round = models.ForeignKey(ReportRound, models.PROTECT, db_index=False)
    key = models.TextField(db_collation="C")
    position = models.PositiveSmallIntegerField()
    body = models.ForeignKey(Body, models.PROTECT, null=True, db_index=False)
    text = models.TextField()
    revision = models.PositiveIntegerField(default=0)
    confirmed_by = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("round", "key", name="report_section_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by="", confirmed_at=None)
                | (~Q(confirmed_by="") & Q(confirmed_at__isnull=False)),
                name="report_section_confirmed",
            ),
        ]


class ReportSnapshot(models.Model):
    """The report as it was printed at a moment, its numbers frozen; the last one of a round counts."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    round = models.ForeignKey(ReportRound, models.PROTECT)
    content = models.JSONField()
    sha256 = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="report_digest"
            )
        ]


class FrozenFigure(models.Model):
    """One number of a snapshot: what it refers to, its definition, exact pair, printed form, and its records."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    snapshot = models.ForeignKey(ReportSnapshot, models.PROTECT, db_index=False)
    mark = models.TextField(db_collation="C")
    reference = models.TextField()
    definition = models.TextField()
    words = models.JSONField()
    period = models.TextField(db_collation="C")
    num = models.DecimalField(max_digits=24, decimal_places=4)
    den = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    printed = models.TextField()
    records = models.PositiveIntegerField()
    digest = models.TextField()
    marks = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("snapshot", "mark", name="frozen_figure_once")]


class ReportWaiver(models.Model):
    """A finding that somebody lets pass by name, with the reason."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    round = models.ForeignKey(ReportRound, models.PROTECT, db_index=False)
    finding = models.TextField(db_collation="C")
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("round", "finding", name="report_waived_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="report_waiver_reason"),
        ]


class ReportAct(models.Model):
    """What somebody did to a round: opened, wrote, confirmed, froze, signed, issued; in order."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    round = models.ForeignKey(ReportRound, models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    act = models.TextField(db_collation="C")
    section = models.TextField(blank=True, db_collation="C")
    note = models.TextField(blank=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("round", "seq", name="report_act_seq")]
