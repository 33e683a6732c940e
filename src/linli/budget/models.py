"""The tables of the ledger 账本: accounts of funds, documents, and postings that sum to nothing.

Documents and postings are only added to; triggers forbid the rest. A balance is the sum of an account's postings:
the database adds each posting to it and lets no balance but that of a source fall below nothing.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.budget.moves import FLOWS, KINDS
from linli.registry.models import Office

VOUCHED = ["payment", "refund"]


class FundAccount(models.Model):
    """Money of a fund in one standing. `fund`: the case that is the fund; `project`: the case it is for, or the fund."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    fund = models.ForeignKey("casework.Case", models.PROTECT, db_index=False, related_name="+")
    project = models.ForeignKey("casework.Case", models.PROTECT, db_index=False, related_name="+")
    kind = models.TextField(db_collation="C")
    balance = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint("fund", "project", "kind", name="account_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="account_kind"),
            models.CheckConstraint(
                condition=Q(balance__gte=0) | Q(kind="source"), name="account_not_overdrawn"
            ),
        ]
        indexes = [models.Index("project", name="account_project")]


class Document(models.Model):
    """Why money moved: the step of a case that moved it, with the voucher."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    fund = models.ForeignKey("casework.Case", models.PROTECT, db_index=False, related_name="+")
    case = models.ForeignKey("casework.Case", models.PROTECT, db_index=False, related_name="+")
    seq = models.PositiveIntegerField()
    move = models.TextField(db_collation="C")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    voucher = models.TextField(blank=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "seq", "move", name="document_of_step"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="document_amount"),
            models.CheckConstraint(condition=Q(move__in=list(FLOWS)), name="document_move"),
            models.CheckConstraint(
                condition=~Q(move__in=VOUCHED) | ~Q(voucher=""), name="document_vouched"
            ),
        ]
        indexes = [models.Index(F("fund"), F("at").desc(), name="document_latest")]


class Posting(models.Model):
    """One line of a document: an amount added to an account, or taken from it."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    document = models.ForeignKey(Document, models.PROTECT, db_index=False)
    account = models.ForeignKey(FundAccount, models.PROTECT)
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint("document", "account", name="posting_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="posting_amount"),
        ]


class Lot(models.Model):
    """The order in which ties of a round fall, drawn from words spoken in public, before any ballot was counted."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    round = models.OneToOneField("casework.Case", models.PROTECT, related_name="+")
    words = models.TextField()
    order = models.JSONField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="lot_has_words")]


class BallotBox(models.Model):
    """The ballots of a round as a `.pb` text, keyed totals or a vote's ballots; the last one brought is counted."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    round = models.ForeignKey("casework.Case", models.PROTECT, related_name="+")
    source = models.TextField(db_collation="C")
    file_name = models.TextField(blank=True)
    text = models.TextField()
    sha256 = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=["totals", "pb", "votes"]), name="box_source"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="box_digest"),
        ]


class RoundCount(models.Model):
    """The count of a round: the box, the rule, and the `.pb` text with what was selected, from which all recount."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    round = models.OneToOneField("casework.Case", models.PROTECT, related_name="+")
    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="+")
    rule = models.TextField(db_collation="C")
    text = models.TextField()
    lines = models.JSONField()
    by = models.TextField()
    at = models.DateTimeField()
