"""The tables of what others sent here: orders of platforms, the lists that came and went, devices and their events."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.registry.models import MachineKey, Office


class Batch(models.Model):
    """One list that came in or went out. `whole_from`, `whole_to`: it holds all their orders sent in this time."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    platform = models.TextField(db_collation="C")
    way = models.TextField(db_collation="C")
    file_name = models.TextField(blank=True)
    sha256 = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    opened = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)
    whole_from = models.DateTimeField(null=True)
    whole_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(way__in=["in", "out"]), name="batch_way"),
            models.CheckConstraint(
                condition=Q(rows__gte=F("opened") + F("changed") + F("rejected")),
                name="batch_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(whole_from__isnull=True, whole_to__isnull=True)
                | Q(whole_from__lt=F("whole_to")),
                name="batch_whole_in_time",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="batch_digest"
            ),
        ]
        indexes = [models.Index(F("office"), F("platform"), F("at").desc(), name="batch_latest")]


class OutsideOrder(models.Model):
    """An order of another platform under its number there, as it was last seen, and the case it is here.

    No case: it is known from their list and is missing here. `told_seq`, `told_digest`: the case's last step and
    the row as they were last told.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    platform = models.TextField(db_collation="C")
    number = models.TextField(db_collation="C")
    case = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    their_status = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    seen_in = models.ForeignKey(Batch, models.PROTECT, db_index=False)
    told_seq = models.PositiveIntegerField(default=0)
    told_digest = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "platform", "number", name="outside_number"),
            models.UniqueConstraint(
                "case", "platform", name="outside_case_once", condition=Q(case__isnull=False)
            ),
            models.CheckConstraint(condition=~Q(number=""), name="outside_has_number"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_seq=0, told_digest="")
                | Q(told_at__isnull=False, told_seq__gt=0, case__isnull=False) & ~Q(told_digest=""),
                name="outside_told_whole",
            ),
        ]


class Device(models.Model):
    """A thing that reports of itself: known by its code, standing at a place. `dropped`: events beyond the limit."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    code = models.TextField(db_collation="C")
    name = models.TextField()
    kind = models.TextField(db_collation="C")
    lon = models.FloatField()
    lat = models.FloatField()
    area = models.TextField(db_collation="C")
    entered_by = models.TextField()
    entered_at = models.DateTimeField()
    dropped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "code", name="device_code"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="device_named"),
        ]
        indexes = [models.Index("office", "kind", "area", name="device_group")]


class DeviceEvent(models.Model):
    """One event as a device told it; `key` is its own name for it, so that it counts once. Only added to."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    device = models.ForeignKey(Device, models.PROTECT, db_index=False)
    key = models.TextField(db_collation="C")
    machine = models.ForeignKey(MachineKey, models.PROTECT, db_index=False)
    value = models.DecimalField(max_digits=12, decimal_places=3)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    opens = models.TextField(blank=True, db_collation="C")
    case = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    is_first = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("device", "key", name="device_event_once"),
            models.CheckConstraint(
                condition=Q(case__isnull=True, is_first=False)
                | Q(case__isnull=False) & ~Q(opens=""),
                name="device_event_case_meant",
            ),
        ]
        indexes = [
            models.Index("device", F("received_at").desc(), name="device_event_latest"),
            models.Index("case", name="device_event_case", condition=Q(case__isnull=False)),
        ]


class InboundLetter(models.Model):
    """An e-mail that came, known by the keyed hash of its Message-ID, and what became of it: opened, added or kept.

    `notes` say what was not taken and why; then the letter itself is kept, sealed, for a time. `sender` is a keyed hash.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    digest = models.BinaryField()
    sender = models.BinaryField()
    at = models.DateTimeField()
    became = models.TextField(db_collation="C")
    case = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    notes = models.JSONField(default=list)
    wrapped_key = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "digest", name="letter_once"),
            models.CheckConstraint(
                condition=Q(became="kept", case__isnull=True)
                | Q(became__in=["opened", "added"], case__isnull=False),
                name="letter_became",
            ),
            models.CheckConstraint(
                condition=Q(wrapped_key__isnull=True, sealed__isnull=True)
                | Q(wrapped_key__isnull=False, sealed__isnull=False),
                name="letter_kept_whole",
            ),
        ]
        indexes = [
            models.Index("office", F("at").desc(), name="letter_latest"),
            models.Index("office", "sender", "at", name="letter_sender"),
        ]
