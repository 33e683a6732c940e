"""Tables of votes: the frozen roll, numbered forms, two keyings, ballots that are only added to, objections."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.registry.models import Office

STATES = (
    "draft", "roll", "open", "closed", "reconciled", "counted", "notice", "reopened", "effective",
    "failed",
)  # fmt: skip
SECRECY = ("signed", "household", "secret")
MARKS = ("yes", "no", "abstain", "void", "split")
CHANNELS = ("paper", "door", "counter", "phone", "meeting")


class Vote(models.Model):
    """One question put to everybody on a frozen roll. `rules` is the rule set's text as it was at opening."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    title = models.TextField()
    question = models.TextField(blank=True)
    rules = models.JSONField()
    secrecy = models.TextField()
    state = models.TextField()
    roll_on = models.DateField()
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    notice_until = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="vote_state_known"),
            models.CheckConstraint(condition=Q(secrecy__in=SECRECY), name="vote_secrecy_known"),
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="vote_closes_after_it_opens",
            ),
        ]
        indexes = [models.Index(F("office"), F("at").desc(), name="vote_latest")]


class RollUnit(models.Model):
    """One unit on a vote's roll; `owner` names its owner group, `owners` is how many own it. No person is named here."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    vote = models.ForeignKey(Vote, models.PROTECT, db_index=False, related_name="units")
    place = models.PositiveIntegerField()
    unit = models.TextField()
    owner = models.TextField()
    area = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    source = models.TextField(blank=True)
    owners = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(owners__gt=0), name="roll_unit_owned"),
            models.UniqueConstraint(F("vote"), F("unit"), name="roll_unit_once"),
            models.CheckConstraint(
                condition=Q(area=None) | Q(area__gt=0), name="roll_unit_area_above_nought"
            ),
        ]


class Concern(models.Model):
    """What a vote is about beside its question: the case whose next step rests on it, the seats it fills.

    Of a vote on projects: those on the ballot as they were printed (`key`, `name`, `cost`), and the fund they share.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    vote = models.OneToOneField(Vote, models.PROTECT, related_name="concern")
    case = models.ForeignKey("casework.Case", models.PROTECT, null=True, related_name="+")
    seats = models.PositiveSmallIntegerField(null=True)
    candidates = models.JSONField(default=list)
    projects = models.JSONField(default=list)
    fund = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(projects=[], fund=None) | ~Q(projects=[]) & Q(fund__gt=0),
                name="concern_projects_share_a_fund",
            ),
            models.CheckConstraint(
                condition=Q(seats=None) | Q(seats__gt=0), name="concern_seats_above_nought"
            ),
        ]


class Handing(models.Model):
    """That a paper of a secret vote was handed out for a unit. There is no moment, and no row for any paper."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    vote = models.ForeignKey(Vote, models.PROTECT, db_index=False, related_name="handings")
    unit = models.OneToOneField(RollUnit, models.PROTECT)
    by = models.TextField()


class BoxSheet(models.Model):
    """What one person read out of the box of a secret vote: sorted sums of papers alike, after the close.

    Turn 1 and 2 are two people's; later ones settle a difference, or count anew after an objection.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    vote = models.ForeignKey(Vote, models.PROTECT, db_index=False, related_name="sheets")
    turn = models.PositiveSmallIntegerField()
    papers = models.JSONField()
    reason = models.TextField(blank=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(F("vote"), F("turn"), name="box_sheet_turn_once"),
            models.UniqueConstraint(
                F("vote"), F("by"), condition=Q(turn__lt=3), name="box_sheet_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(turn__in=(1, 2), reason="") | Q(turn__gt=2) & ~Q(reason=""),
                name="box_sheet_settled_with_reason",
            ),
        ]


class PaperForm(models.Model):
    """One numbered form for one unit, or for one co-owner of it, by the mark that stands for a name (甲, 乙).

    A spoiled one is replaced by another number, never used again.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    unit = models.ForeignKey(RollUnit, models.PROTECT, related_name="forms")
    vote = models.ForeignKey(Vote, models.PROTECT, db_index=False, related_name="forms")
    number = models.TextField()
    signer = models.TextField(blank=True)
    spoiled_at = models.DateTimeField(null=True)
    spoiled_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("vote"), F("number"), name="paper_form_number_once"),
            models.CheckConstraint(
                condition=Q(spoiled_at=None, spoiled_why="")
                | Q(spoiled_at__isnull=False) & ~Q(spoiled_why=""),
                name="paper_form_spoiled_with_reason",
            ),
        ]


class Attempt(models.Model):
    """One try to bring a form to its household."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    form = models.ForeignKey(PaperForm, models.PROTECT, related_name="attempts")
    outcome = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()


class Mandate(models.Model):
    """A written mandate to vote for an owner: for which units, what it prescribes, until when.

    The holder's name is sealed; `holder` is a keyed hash of it, so that several mandates of one holder are known as such.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    vote = models.ForeignKey(Vote, models.PROTECT, db_index=False, related_name="mandates")
    number = models.PositiveSmallIntegerField()
    units = models.JSONField()
    holder = models.TextField()
    sealed_name = models.BinaryField()
    wrapped_key = models.BinaryField()
    choice = models.TextField(blank=True)
    given_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(F("vote"), F("number"), name="mandate_number_once"),
            models.CheckConstraint(
                condition=Q(choice__in=("", "yes", "no", "abstain")), name="mandate_choice_known"
            ),
            models.CheckConstraint(condition=~Q(units=[]), name="mandate_for_units"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("given_at")), name="mandate_ends_later"
            ),
        ]


class Revocation(models.Model):
    """That an owner took a mandate back, from the moment on at which the office was told."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    mandate = models.OneToOneField(Mandate, models.PROTECT)
    received_at = models.DateTimeField()
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="revocation_with_reason")
        ]


class Keying(models.Model):
    """What one person read on a returned form. Round 1 and 2 are two people's, 3 settles a difference.

    `picks`: the numbers of the projects ticked, in a vote on projects; its mark is then yes, or abstain without any.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    form = models.ForeignKey(PaperForm, models.PROTECT, db_index=False, related_name="keyings")
    turn = models.PositiveSmallIntegerField()
    mark = models.TextField()
    picks = models.JSONField(default=list)
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(F("form"), F("turn"), name="keying_turn_once"),
            models.UniqueConstraint(
                F("form"), F("by"), condition=Q(turn__lt=3), name="keying_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(turn__in=(1, 2), reason="") | Q(turn=3) & ~Q(reason=""),
                name="keying_settled_with_reason",
            ),
            models.CheckConstraint(condition=Q(mark__in=MARKS), name="keying_mark_known"),
            models.CheckConstraint(condition=Q(picks=[]) | Q(mark="yes"), name="keying_picks_said"),
        ]


class Scan(models.Model):
    """A returned form, or a written mandate, as scanned: encrypted under a key of its own, wrapped by the office's key."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    form = models.ForeignKey(PaperForm, models.PROTECT, null=True, related_name="scans")
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="scans")
    sealed = models.BinaryField()
    wrapped_key = models.BinaryField()
    sha256 = models.TextField()
    media_type = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="scan_digest"
            ),
            models.CheckConstraint(
                condition=Q(form=None) ^ Q(mandate=None), name="scan_of_form_or_mandate"
            ),
        ]


class ScanReading(models.Model):
    """Somebody looked at a scan, and when."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    scan = models.ForeignKey(Scan, models.PROTECT, related_name="readings")
    by = models.TextField()
    at = models.DateTimeField()


class Ballot(models.Model):
    """One ballot as it counts. Rows are only added; `salt` keeps a leaf of the proof from being guessed.

    `signer`: the co-owner whose form it came on. `mandate`: the one that its proxy showed.
    """

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    vote = models.ForeignKey(Vote, models.PROTECT, db_index=False, related_name="ballots")
    seq = models.PositiveIntegerField()
    unit = models.ForeignKey(RollUnit, models.PROTECT, related_name="ballots")
    form = models.TextField()
    mark = models.TextField()
    picks = models.JSONField(default=list)
    signer = models.TextField(blank=True)
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="ballots")
    channel = models.TextField()
    received_at = models.DateTimeField()
    salt = models.BinaryField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(F("vote"), F("seq"), name="ballot_seq_once"),
            models.CheckConstraint(condition=Q(mark__in=MARKS), name="ballot_mark_known"),
            models.CheckConstraint(condition=Q(picks=[]) | Q(mark="yes"), name="ballot_picks_said"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="ballot_channel_known"),
        ]


class Annulment(models.Model):
    """A ballot that no longer counts, with the reason and who found so; the ballot itself stays."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    ballot = models.OneToOneField(Ballot, models.PROTECT)
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="annulment_with_reason")
        ]


class Objection(models.Model):
    """An objection to the roll or to the result, and its ruling."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    vote = models.ForeignKey(Vote, models.PROTECT, related_name="objections")
    text = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    state = models.TextField()
    is_upheld = models.BooleanField(null=True)
    ruling = models.TextField(blank=True)
    ruled_by = models.TextField(blank=True)
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_upheld=None, ruling="", ruled_by="", ruled_at=None)
                | Q(is_upheld__isnull=False, ruled_at__isnull=False)
                & ~Q(ruling="")
                & ~Q(ruled_by=""),
                name="objection_ruled_whole",
            )
        ]


class VoteStep(models.Model):
    """What was done to a vote, by whom and when. Rows are only added."""

    office = models.ForeignKey(Office, models.PROTECT, db_index=False)
    vote = models.ForeignKey(Vote, models.PROTECT, related_name="steps")
    action = models.TextField()
    state = models.TextField()
    said = models.JSONField(default=dict)
    by = models.TextField()
    at = models.DateTimeField()
