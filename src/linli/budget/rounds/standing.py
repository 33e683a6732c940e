"""A round as it stands: its rule, its projects, the lot, the ballots it has and the count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from linli.budget.allocating.elections import Project
from linli.budget.models import BallotBox, Lot, RoundCount
from linli.casework.definitions import in_force
from linli.casework.queries import CaseRow, Sought, case_view, published_cases
from linli.casework.queries.standing import Standing, naming, standing_numbered
from linli.rulebook.casefile import Actor, Opening
from linli.rulebook.labels import Label
from linli.rulebook.lasting.money import Allocates
from linli.rulebook.ownbook import at_hand


class NoRound(LookupError):
    """The case is no entry of a register that divides a fund."""


class NotDrawn(Exception):
    """The ballot cannot be printed: the lot that settles ties is drawn in public first."""

    message = Label(
        zh="请先在轮次页公开抽签，再准备投票",
        en="Draw the lot in public on the round's page before a vote is prepared",
    )


@dataclass(frozen=True)
class Candidate:
    """A project that names the round: what it costs, and whether it stands on the ballot."""

    case: int
    number: str
    name: str
    cost: str
    state: Label
    is_ready: bool

    @property
    def amount(self) -> Decimal | None:
        """Give what it costs in yuan; nothing as long as nobody wrote it down."""
        return Decimal(self.cost) if self.cost else None


@dataclass(frozen=True)
class Round:
    """One round, with all that was done for its count."""

    entry: Standing
    allocates: Allocates
    candidates: tuple[Candidate, ...]
    lot: Lot | None
    box: BallotBox | None
    count: RoundCount | None

    @property
    def ready(self) -> tuple[Candidate, ...]:
        """Give the projects that stand on the ballot."""
        return tuple(one for one in self.candidates if one.is_ready)

    @property
    def projects(self) -> tuple[Project, ...]:
        """Give the projects on the ballot as the count takes them; their numbers are their keys."""
        return tuple(Project(one.number, Fraction(one.cost), one.name) for one in self.ready)

    @property
    def budget(self) -> Fraction:
        """Give the fund that is divided, in yuan."""
        return Fraction(str(self.entry.values[self.allocates.budget]))

    @property
    def fund(self) -> Decimal:
        """Give the same as an amount of money."""
        return Decimal(str(self.entry.values[self.allocates.budget]))

    @property
    def rule(self) -> str:
        """Give the code of the rule."""
        return str(self.entry.values[self.allocates.rule])

    @property
    def rule_label(self) -> Label:
        """Give the rule in words."""
        field = self.entry.mechanism.fields[self.allocates.rule]
        listed = (
            field.own_codes if isinstance(field.codes, list) else at_hand().codes[str(field.codes)]
        )
        code = listed.codes[self.rule]
        return Label(zh=code.zh, en=code.en)

    @property
    def least(self) -> int:
        """Give the least votes that a project needs."""
        name = self.allocates.least
        return int(self.entry.values.get(name) or 0) if name else 0

    @property
    def can_be_counted(self) -> bool:
        """Tell whether the entry's closing action can be taken from where it stands."""
        action = self.entry.mechanism.actions[self.allocates.closing]
        return self.entry.state in self.entry.mechanism.states_named(action.from_)

    @property
    def title(self) -> str:
        """Give what the round is called."""
        return self.entry.title


def round_numbered(number: str) -> Round:
    """Give a round by the number of its entry. Raises CaseUnknown and NoRound."""
    entry = standing_numbered(number)
    allocates = entry.mechanism.allocates
    if allocates is None:
        raise NoRound(number)
    return Round(
        entry=entry,
        allocates=allocates,
        candidates=tuple(_candidates(allocates, naming(allocates.project, number))),
        lot=Lot.objects.filter(round_id=entry.case).first(),
        box=BallotBox.objects.filter(round_id=entry.case).order_by("id").last(),
        count=RoundCount.objects.filter(round_id=entry.case).first(),
    )


def round_to_vote_on(number: str) -> Round | None:
    """Give the round of a number whose projects are voted on; nothing when it is another case. Raises NotDrawn."""
    entry = standing_numbered(number)
    if entry.mechanism.votes is None or not entry.mechanism.votes.projects:
        return None
    round_ = round_numbered(number)
    if round_.lot is None:
        raise NotDrawn
    return round_


def may_count(round_: Round, by: Actor, at: datetime) -> bool:
    """Say whether somebody may take the action that closes the round, now."""
    view = case_view(number=round_.entry.number, actor=by, at=at)
    return Opening(round_.allocates.closing, None) in view.openings


def rounds(at: datetime, most: int = 60) -> tuple[CaseRow, ...]:
    """Give the rounds of the open office as everybody may see them, latest first."""
    starts = {(key, start) for key in dividing() for start in in_force()[key].starts()}
    return tuple(one.row for one in published_cases(Sought(starts), at=at, most=most))


def dividing() -> tuple[str, ...]:
    """Give the registers in force whose entries divide funds."""
    return tuple(key for key, one in in_force().items() if one.allocates is not None)


def _candidates(allocates: Allocates, found: Sequence[Standing]) -> list[Candidate]:
    return [
        Candidate(
            case=one.case,
            number=one.number,
            name=str(one.values.get(allocates.name) or one.number),
            cost=str(one.values.get(allocates.cost) or ""),
            state=Label(
                zh=one.mechanism.states[one.state].zh, en=one.mechanism.states[one.state].en
            ),
            is_ready=one.state in allocates.ready,
        )
        for one in found
    ]
