# ruff: noqa: DJ001 - in the journal and in sealed values, nothing and an empty text are two things
"""Tables of what happens: cases and their journal, what waits, what is sealed, and the log of all steps.

The journal (Step, Position, Checkpoint, Definition) is only added to; triggers forbid the rest. Case,
Participant, Entry, InboxRow and Timer are projections of it that `rebuilding.rebuild_case` can give again.
Rows that belong to a case carry the office for row-level security, but check only the case.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.casework.erasures import Destruction, ErasureRequest
from linli.casework.registers import Recurrence, Reference
from linli.casework.tables.covers import PhotoCover
from linli.casework.tables.phrases import Phrase
from linli.casework.tables.ties import Follower, Tie
from linli.casework.tables.worklists import WorkList
from linli.registry.models import GridCell, Office

__all__ = [
    "Destruction", "ErasureRequest", "Follower", "PhotoCover", "Phrase", "Recurrence", "Reference", "Tie", "WorkList",
]  # fmt: skip

SORTED = ("mechanism", "state", "phase", "area", "category", "holder_id")  # what lists narrow by


class Definition(models.Model):
    """A published version of a mechanism: its text, never changed. Without an office it is for all.

    `edition` counts what the street set in it, kept in `overlay`: params and texts; `sha256` is of the form with them.
    """

    office = models.ForeignKey(Office, models.PROTECT, null=True)
    key = models.TextField()
    version = models.PositiveIntegerField()
    edition = models.PositiveIntegerField(db_default=1)
    sha256 = models.TextField()
    text = models.TextField()
    overlay = models.JSONField(default=dict)
    effective_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "office", "key", "version", "edition", name="definition_edition", nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="definition_digest"
            ),
        ]  # fmt: skip


class Case(models.Model):
    """One run of a mechanism. A projection of its steps, with the columns that lists and figures need.

    `seq`: its last step, the revision that people answer to. `access`: the keyed hash of the receipt code.
    `due_at`: when the first of its running main clocks is due (of all, while no main one runs). `breached`: a
    main one was once missed. `entry_key`: what no other current entry may have. `children`: as it knows them.
    """

    id = models.BigAutoField(primary_key=True)
    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    number = models.TextField()
    mechanism = models.TextField(db_collation="C")
    definition = models.ForeignKey(Definition, models.PROTECT, db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, db_index=False)
    opened_by = models.TextField()
    access = models.BinaryField()
    source = models.TextField(blank=True)
    state = models.TextField(db_collation="C")
    phase = models.TextField()
    seq = models.PositiveIntegerField()
    tracks = models.JSONField()
    values = models.JSONField()
    clocks = models.JSONField()
    actors = models.JSONField()
    members = models.JSONField()
    totals = models.JSONField()
    parties = models.JSONField()
    children = models.JSONField(default=list, db_default=[])
    category = models.TextField(db_collation="C", blank=True)
    area = models.TextField(db_collation="C")
    cell = models.ForeignKey(GridCell, models.PROTECT, null=True, db_index=False)
    holder_id = models.BigIntegerField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    datum = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    breached = models.BooleanField()
    entry_key = models.JSONField(null=True)
    last_hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "number", name="case_number"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True, datum="")
                | (Q(lon__isnull=False, lat__isnull=False) & ~Q(datum="")), name="case_place_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False, phase__in=["done", "void"])
                | Q(closed_at__isnull=True, phase__in=["intake", "open"]), name="case_closed_in_its_phase",
            ),
            models.CheckConstraint(condition=Q(seq__gt=0), name="case_has_steps"),
            models.UniqueConstraint(
                "office", "mechanism", "entry_key", name="case_entry_once", condition=Q(entry_key__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index("office", *SORTED, name="case_counted"),
            models.Index("office", "opened_at", name="case_opened", include=SORTED),
            models.Index(
                F("office"), F("mechanism"), F("state"), F("opened_at").desc(), name="case_state",
            ),
            models.Index("office", "closed_at", name="case_closed"),
            models.Index("office", "mechanism", "opened_at", name="case_mechanism_opened"),
            models.Index(
                "office", "mechanism", "closed_at",
                name="case_mechanism_closed", condition=Q(closed_at__isnull=False),
            ),
            models.Index("office", "area", "opened_at", name="case_area"),
            models.Index("office", "holder_id", "opened_at", name="case_holder"),
            models.Index("office", "category", "lat", name="case_category_near"),
            models.Index(
                "office", "due_at", name="case_open", condition=Q(closed_at__isnull=True),
                include=(*SORTED, "opened_at", "id"),
            ),
            models.Index("office", "opened_by", name="case_opener"),
            models.Index("parent", name="case_parent", condition=Q(parent__isnull=False)),
        ]  # fmt: skip


class Step(models.Model):
    """One action taken on a case: the journal. `key` makes it idempotent; automatic steps have none.

    `values` are the open values it set ('@area', '@cell', '@source', '@parent' tell of the opening, '@children' of them);
    `commitments` stand for free text, personal fields and files. `mechanism` is repeated for figures.
    """

    pk = models.CompositePrimaryKey("case_id", "seq")
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    key = models.TextField(null=True)
    mechanism = models.TextField(db_collation="C")
    action = models.TextField(db_collation="C")
    actor = models.TextField()
    role = models.TextField(null=True)
    body = models.BigIntegerField(null=True)
    holder = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    from_state = models.TextField(db_collation="C", blank=True)
    to_state = models.TextField(db_collation="C")
    tracks = models.JSONField()
    member_kind = models.TextField(null=True)
    member_key = models.TextField(null=True)
    entry = models.TextField(null=True)
    values = models.JSONField()
    commitments = models.JSONField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint("office", "key", name="step_key", condition=Q(key__isnull=False)),
            models.CheckConstraint(
                condition=Q(member_kind__isnull=True, member_key__isnull=True)
                | Q(member_kind__isnull=False, member_key__isnull=False), name="step_member_whole",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                "office", "mechanism", "action", "at",
                name="step_action_at", include=["case_id", "seq"],
            ),
            models.Index(
                "office", "mechanism", "to_state", "at",
                name="step_entered_at", include=["case_id", "seq"],
                condition=~Q(from_state=F("to_state")),
            ),
            models.Index(
                "office", "mechanism", "from_state", "at",
                name="step_left_at", include=["case_id", "seq"],
                condition=~Q(from_state=F("to_state")),
            ),
        ]  # fmt: skip


class Participant(models.Model):
    """One participant of a case, with a small state of its own."""

    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    kind = models.TextField()
    key = models.TextField()
    state = models.TextField()
    weight = models.TextField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("case", "kind", "key", name="participant_once")]
        indexes = [models.Index("office", "key", "case", name="participant_key")]


class Entry(models.Model):
    """An append-only note under a case: a patrol round, a payment."""

    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    seq = models.PositiveIntegerField()
    kind = models.TextField()
    at = models.DateTimeField()
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    values = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint("case", "seq", name="entry_of_step")]
        indexes = [models.Index("office", "kind", "at", name="entry_kind_at")]


class Timer(models.Model):
    """A moment at which a clock of a case must be looked at. The case's clocks are the truth."""

    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    clock = models.TextField()
    kind = models.TextField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "clock", "kind", "due_at", name="timer_once")
        ]
        indexes = [models.Index("office", "due_at", name="timer_due")]


class InboxRow(models.Model):
    """Somebody is expected to take an action on a case. `barred` are kept out by separation of duties."""

    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    action = models.TextField()
    duty = models.TextField(db_collation="C")
    scope = models.TextField(db_collation="C")
    area = models.TextField(db_collation="C")
    body = models.BigIntegerField(null=True)
    person = models.TextField(null=True)
    member_kind = models.TextField(null=True)
    member_key = models.TextField(null=True)
    barred = ArrayField(models.TextField())
    wait = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("case", "wait", name="inbox_wait")]
        indexes = [
            models.Index("office", "duty", "scope", "area", name="inbox_duty_area"),
            models.Index("office", "body", name="inbox_body", condition=Q(body__isnull=False)),
            models.Index(
                "office", "person", name="inbox_person", condition=Q(person__isnull=False)
            ),
        ]


class Sealed(models.Model):
    """A value the journal only commits to: readable (free text, a file's name) or encrypted (personal).

    Erased by deleting the row, or, for all personal ones of a case at once, by deleting its CaseKey.
    The salt of an encrypted value is encrypted with it. `lookup` is a keyed hash that finds a phone.
    """

    pk = models.CompositePrimaryKey("case_id", "seq", "field")
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    field = models.TextField(db_collation="C")
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    salt = models.BinaryField(null=True)
    text = models.TextField(null=True)
    ciphertext = models.BinaryField(null=True)
    lookup = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(text__isnull=False, salt__isnull=False, ciphertext__isnull=True)
                | Q(text__isnull=True, salt__isnull=True, ciphertext__isnull=False),
                name="sealed_text_or_ciphertext",
            ),
        ]
        indexes = [
            models.Index(
                "office", "lookup", name="sealed_lookup", condition=Q(lookup__isnull=False)
            )
        ]


class CaseKey(models.Model):
    """The data key of a case that holds personal fields, wrapped by the office key."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True)
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    wrapped = models.BinaryField()


class Attachment(models.Model):
    """A file kept encrypted under the SHA-256 of its ciphertext; without a case until an action brings it."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, db_index=False)
    sha256 = models.TextField()
    thumbnail = models.TextField(null=True)
    wrapped_key = models.BinaryField()
    kind = models.TextField()
    tag = models.TextField()
    name = models.TextField(blank=True)
    media_type = models.TextField()
    size = models.PositiveIntegerField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("office", "sha256", "case", name="attachment_once", nulls_distinct=False)]  # fmt: skip
        indexes = [models.Index("case", name="attachment_case", condition=Q(case__isnull=False))]


class Reading(models.Model):
    """Somebody read a personal value: who, when and why."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    case = models.ForeignKey(Case, models.PROTECT)
    seq = models.PositiveIntegerField()
    field = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    reason = models.TextField()


class Erasure(models.Model):
    """Values of a field were erased from a case: who, when and why. The journal's chain still holds."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    case = models.ForeignKey(Case, models.PROTECT)
    field = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    reason = models.TextField()


class Pending(models.Model):
    """A step committed and not yet given its position."""

    case = models.ForeignKey(Case, models.PROTECT, db_index=False, db_constraint=False)
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    seq = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index("office", "id", name="pending_next")]


class Position(models.Model):
    """A step's place in the office's one log: gapless from 1. `leaf` is the step's hash."""

    pk = models.CompositePrimaryKey("office_id", "position")
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    position = models.BigIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    leaf = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("case", "seq", name="position_of_step")]


class Checkpoint(models.Model):
    """The signed Merkle root over the first `size` positions, with the frontier to go on from."""

    pk = models.CompositePrimaryKey("office_id", "size")
    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    size = models.BigIntegerField()
    root = models.BinaryField()
    peaks = models.BinaryField()
    at = models.DateTimeField()
    public_key = models.BinaryField()
    signature = models.BinaryField()


class Subtree(models.Model):
    """The root over 2^height positions of the log, the `nth` such from the left: spares proofs the leaves."""

    pk = models.CompositePrimaryKey("office_id", "height", "nth")
    office = models.ForeignKey(Office, models.PROTECT, db_index=False, db_constraint=False)
    height = models.PositiveSmallIntegerField()
    nth = models.BigIntegerField()
    root = models.BinaryField()
