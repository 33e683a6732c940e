"""Tables of what is told: how far the journal is read, each notice, what became of sending it, who has read it, contacts.

A notice holds neither its words nor an address: both are read when they are needed, from what the case's
step said and from sealed values, so that what is erased there is gone here.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.registry.models import Office

IN_APP = "in_app"
OUTWARD = ("mail", "sms", "wecom", "dingtalk")
SHOWN, WAITING, SENDING, SENT, FAILED, REFUSED, UNSURE = (
    "shown", "waiting", "sending", "sent", "failed", "refused", "unsure",
)  # fmt: skip
STATUSES = (SHOWN, WAITING, SENDING, SENT, FAILED, REFUSED, UNSURE)


class Cursor(models.Model):
    """The position in the office's log up to which steps have been told."""

    office = models.OneToOneField(Office, models.PROTECT, primary_key=True)
    position = models.BigIntegerField()


class Notice(models.Model):
    """One recipient told of one step by one channel, never twice. `tell` is the rule of the mechanism.

    `whom`: 'post:3', 'body:7', 'account:5', 'resident:<opaque>' or 'field:<personal field>'.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    case = models.ForeignKey("casework.Case", models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    definition = models.ForeignKey("casework.Definition", models.PROTECT, db_index=False)
    tell = models.TextField()
    whom = models.TextField(db_collation="C")
    channel = models.TextField(db_collation="C")
    status = models.TextField()
    told_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "seq", "whom", "channel", name="notice_once"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="notice_status_known"),
            models.CheckConstraint(
                condition=Q(channel=IN_APP, status=SHOWN)
                | Q(channel__in=OUTWARD) & ~Q(status=SHOWN), name="notice_shown_in_app",
            ),
            models.CheckConstraint(
                condition=Q(next_at__isnull=False, status__in=[WAITING, FAILED])
                | Q(next_at__isnull=True) & ~Q(status__in=[WAITING, FAILED]), name="notice_waits_for_a_moment",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                F("office"), F("whom"), F("told_at").desc(),
                name="notice_whom", condition=Q(channel=IN_APP),
            ),
            models.Index("office", "next_at", name="notice_next", condition=Q(next_at__isnull=False)),
        ]  # fmt: skip


class Delivery(models.Model):
    """What became of one try to send a notice. `by` is 'auto:notices', or whoever sent it again."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    notice = models.ForeignKey(Notice, models.PROTECT)
    at = models.DateTimeField()
    by = models.TextField()
    outcome = models.TextField()
    detail = models.TextField(blank=True)


class ReadMark(models.Model):
    """Somebody has read a notice."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    notice = models.ForeignKey(Notice, models.PROTECT, db_index=False)
    account = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("notice", "account", name="read_once")]


class Link(models.Model):
    """A link by which somebody without an account takes steps of one case for a body. Only its keyed hash is kept.

    `left` is how many steps it is still good for. `nonce` makes its text again, for sending, with the office key
    alone; `origin` is where this house answers.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    case = models.ForeignKey("casework.Case", models.PROTECT)
    body = models.BigIntegerField()
    name = models.TextField()
    actions = ArrayField(models.TextField())
    nonce = models.BinaryField()
    digest = models.BinaryField()
    origin = models.TextField()
    left = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)
    until = models.DateTimeField()
    made_by = models.TextField()
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "digest", name="link_digest"),
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="link_ends_later"),
            models.CheckConstraint(
                condition=Q(left__gt=0) | Q(used_at__isnull=False), name="link_used_at_a_moment"
            ),
        ]


class Passcode(models.Model):
    """A code sent to a telephone number or an e-mail address, to learn whether somebody reads there.

    There is one for every address that was asked about, known here or not. Neither code nor address stands in the
    clear: `lookup` is the keyed hash of the address, the code is made from `nonce` with the office key. `purpose` says
    what it opens.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    purpose = models.TextField()
    channel = models.TextField(db_collation="C")
    lookup = models.BinaryField()
    nonce = models.BinaryField()
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()
    wrong = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=OUTWARD), name="passcode_channel_known"),
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="passcode_ends_later"),
        ]
        indexes = [models.Index("office", "lookup", "made_at", name="passcode_lookup")]


class Contact(models.Model):
    """Where a post, a body or an account is reached by a channel: encrypted, `hint` shows the end of it."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    whom = models.TextField(db_collation="C")
    channel = models.TextField(db_collation="C")
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()
    hint = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "whom", "channel", name="contact_once"),
            models.CheckConstraint(condition=Q(channel__in=OUTWARD), name="contact_channel_known"),
        ]
