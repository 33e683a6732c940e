"""Questions about votes. Answers are frozen rows; no model leaves the room."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from linli.casework.queries.standing import standing as case_standing
from linli.deliberation.counting.ballots import SAID
from linli.deliberation.counting.explaining import shown
from linli.deliberation.counting.projects import Listed, Slate
from linli.deliberation.counting.rules import RuleSet
from linli.deliberation.models import Ballot, PaperForm, Vote
from linli.deliberation.voting.boxes import seats_of
from linli.deliberation.voting.casting import code_of
from linli.deliberation.voting.proving import Inclusion, inclusion, leaves_of
from linli.deliberation.voting.slates import slate_of
from linli.deliberation.voting.standing import ACTION, STATE, case_of, leads
from linli.deliberation.voting.tallying import (
    FormTold,
    Reconciled,
    approved,
    forms_told,
    reconciled,
    rules_of,
)
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label

CHANNEL: dict[str, Label] = {
    "paper": Label(zh="纸票", en="Paper"),
    "door": Label(zh="上门", en="At the door"),
    "counter": Label(zh="窗口", en="Counter"),
    "phone": Label(zh="手机", en="Phone"),
    "meeting": Label(zh="会场", en="Meeting"),
}
BLANK = Label(zh="空白票", en="Blank")
NAMES = Label(zh="选了这些项目", en="These projects")
UNSEEN = "draft"
HAS_RESULT = ("counted", "notice", "effective", "failed")
MOST = 200


class VoteUnknown(LookupError):
    """There is no such vote for whoever asks."""


@dataclass(frozen=True)
class VoteRow:
    """One vote as lists show it."""

    id: int
    title: str
    state: str
    units: int
    closes_at: datetime | None

    @property
    def state_label(self) -> Label:
        """Give its state in words."""
        return STATE[self.state]


@dataclass(frozen=True)
class ObjectionRow:
    """An objection with its ruling."""

    id: int
    text: str
    at: datetime
    is_upheld: bool | None
    ruling: str


@dataclass(frozen=True)
class StepRow:
    """What was done to a vote."""

    action: Label
    state: Label
    by: str
    at: datetime


@dataclass(frozen=True)
class BallotRow:
    """A ballot as the office sees it; `mark` is None where only the household may know it."""

    seq: int
    unit: str
    form: str
    mark: Label | None
    channel: Label
    received_at: datetime
    is_annulled: bool
    signer: str = ""
    mandate: int | None = None


@dataclass(frozen=True)
class VoteView:
    """One vote with what all may know of it: rule, roll, forms, channels, and the result once there is one."""

    row: VoteRow
    question: str
    rules: RuleSet
    area: str
    opens_at: datetime | None
    notice_until: datetime | None
    forms: Reconciled
    channels: tuple[tuple[Label, int], ...]
    secrecy: str
    seats: int | None
    slate: Slate | None
    case: str
    result: tuple[Label, ...]
    uncounted: tuple[Label, ...]
    is_passed: bool | None
    root: str
    objections: tuple[ObjectionRow, ...]
    steps: tuple[StepRow, ...]

    @property
    def asked(self) -> Label | None:
        """Give how many projects a ballot may name; nothing where it names none."""
        picks = self.rules.picks
        return self.slate.asked(picks) if self.slate is not None and picks is not None else None


@dataclass(frozen=True)
class FormRow:
    """A numbered form as it is printed; with `signer` it is for one of the unit's co-owners."""

    number: str
    unit: str
    code: str
    signer: str = ""
    owners: int = 1

    @property
    def code_in_groups(self) -> str:
        """Give the code as people can read it out: four letters at a time."""
        return "-".join(re.findall(".{1,4}", self.code))


@dataclass(frozen=True)
class OwnBallot:
    """A household's own ballot on record, with the proof that it is among those counted."""

    mark: Label
    channel: Label
    received_at: datetime
    proof: Inclusion
    named: tuple[Listed, ...] = ()


@dataclass(frozen=True)
class Brought:
    """The ballots of a vote on projects whose result is final: what each names by key, sorted, and the root over all."""

    vote: int
    title: str
    root: str
    ballots: tuple[tuple[str, ...], ...]


def votes(*, public: bool = False) -> tuple[VoteRow, ...]:
    """Give the latest votes; `public` leaves out those not yet published."""
    found = Vote.objects.order_by("-at").prefetch_related("units")
    if public:
        found = found.exclude(state=UNSEEN)
    return tuple(_row(vote, len(vote.units.all())) for vote in found[:MOST])


def vote_view(vote: int, *, public: bool = False) -> VoteView:
    """Give one vote. Raises VoteUnknown."""
    found = _found(vote, public=public)
    units = list(found.units.all())
    result = found.result if found.result and found.state in HAS_RESULT else {}
    area = sum((Fraction(one.area) for one in units if one.area is not None), Fraction(0))
    channels = Counter(found.ballots.values_list("channel", flat=True))
    return VoteView(
        _row(found, len(units)), found.question, rules_of(found), shown(area, area=True),
        found.opens_at, found.notice_until, reconciled(found),
        tuple((CHANNEL[key], channels[key]) for key in CHANNEL if channels[key]),
        found.secrecy, seats_of(found), slate_of(found), _case_number(found),
        tuple(Label.model_validate(line) for line in result.get("lines", ())),
        tuple(Label.model_validate(line) for line in result.get("uncounted", ())),
        result.get("passed"), result.get("root", ""), _objections(found), _steps(found),
    )  # fmt: skip


def votes_about(case: int) -> tuple[VoteRow, ...]:
    """Give the votes about a case, the latest first."""
    found = Vote.objects.filter(concern__case_id=case).order_by("-at").prefetch_related("units")
    return tuple(_row(vote, len(vote.units.all())) for vote in found)


def may_lead(actor: Actor, vote: int) -> bool:
    """Say whether somebody leads a vote. Raises VoteUnknown."""
    return leads(actor, case_of(_found(vote, public=False)))


def ballots_of(vote: int) -> tuple[BallotRow, ...]:
    """Give every ballot of a vote, for those who count. By household code, what a household said stays out."""
    found = Ballot.objects.filter(vote_id=vote).select_related(
        "unit", "annulment", "vote", "mandate"
    )
    return tuple(
        BallotRow(
            one.seq, one.unit.unit, one.form,
            _said(one.mark) if one.vote.secrecy == "signed" else None,
            CHANNEL[one.channel], one.received_at, hasattr(one, "annulment"), one.signer,
            one.mandate.number if one.mandate else None,
        )
        for one in found.order_by("seq")
    )  # fmt: skip


def forms_of(vote: int) -> tuple[FormRow, ...]:
    """Give the forms in use with their codes, to be printed."""
    found = PaperForm.objects.filter(vote_id=vote, spoiled_at=None).select_related("unit")
    return tuple(
        FormRow(one.number, one.unit.unit, code_of(vote, one.number), one.signer, one.unit.owners)
        for one in found.order_by("number")
    )


def form_list(vote: int) -> tuple[FormTold, ...]:
    """Give every form by number with what became of it. Raises VoteUnknown."""
    return forms_told(_found(vote, public=False))


def own_ballots(form: PaperForm) -> tuple[OwnBallot, ...]:
    """Give the ballots on record for a form's household, the latest first."""
    found = Ballot.objects.filter(unit_id=form.unit_id).order_by("-seq")
    slate = slate_of(form.vote)
    return tuple(
        OwnBallot(
            BLANK if slate and one.mark == "abstain" else NAMES if one.picks else _said(one.mark),
            CHANNEL[one.channel], one.received_at, inclusion(form.vote, one.seq),
            slate.named(one.picks) if slate else (),
        )
        for one in found
    )  # fmt: skip


def brought(case: int) -> Brought | None:
    """Give the ballots of the latest vote on a case's projects whose result is final; nothing before there is one."""
    found = Vote.objects.filter(concern__case_id=case, state="effective").exclude(
        concern__projects=[]
    )
    vote = found.order_by("-at").first()
    slate = slate_of(vote) if vote is not None else None
    if vote is None or slate is None:
        return None
    counted = approved(vote, slate)
    keys = {one.number: one.key for one in slate.projects}
    ballots = tuple(tuple(keys[number] for number in ballot) for ballot in counted.ballots)
    return Brought(vote.pk, vote.title, (vote.result or {}).get("root", ""), ballots)


def public_leaves(vote: int) -> tuple[str, ...]:
    """Give the leaves over which the root of a counted vote was taken. Raises VoteUnknown."""
    found = _found(vote, public=True)
    return tuple(leaf.hex() for leaf in leaves_of(found)) if found.state in HAS_RESULT else ()


def _found(vote: int, *, public: bool) -> Vote:
    found = Vote.objects.filter(pk=vote).first()
    if found is None or (public and found.state == UNSEEN):
        raise VoteUnknown(vote)
    return found


def _case_number(vote: Vote) -> str:
    case = case_of(vote)
    return case_standing(case).number if case is not None else ""


def _row(vote: Vote, units: int) -> VoteRow:
    return VoteRow(vote.pk, vote.title, vote.state, units, vote.closes_at)


def _said(mark: str) -> Label:
    return next(label for key, label in SAID.items() if key == mark)


def _objections(vote: Vote) -> tuple[ObjectionRow, ...]:
    return tuple(
        ObjectionRow(one.pk, one.text, one.at, one.is_upheld, one.ruling)
        for one in vote.objections.order_by("pk")
    )


def _steps(vote: Vote) -> tuple[StepRow, ...]:
    return tuple(
        StepRow(ACTION[one.action], STATE[one.state], one.by, one.at)
        for one in vote.steps.order_by("pk")
    )
