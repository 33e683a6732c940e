"""A batch as it stands: its window, its applications with their places, and the lot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from linli.budget.batches.ranking import Applicant
from linli.budget.models import Lot
from linli.budget.window import window_of
from linli.casework.definitions import in_force
from linli.casework.queries import CaseRow, Sought, case_view, published_cases
from linli.casework.queries.standing import Standing, naming, standing_numbered
from linli.rulebook.casefile import Actor, Opening
from linli.rulebook.labels import Label
from linli.rulebook.lasting.money import Ranks


class NoBatch(LookupError):
    """The case is no entry of a register that ranks applications."""


@dataclass(frozen=True)
class Application:
    """An application that names the batch: where it stands, and its place in the ranking."""

    case: int
    number: str
    state: Label
    stands_in: str
    points: int | None
    place: int | None
    shown_as: str
    notice_ends: datetime | None


@dataclass(frozen=True)
class Batch:
    """One batch with its applications, those with a place first."""

    entry: Standing
    ranks: Ranks
    applications: tuple[Application, ...]
    ready: tuple[Applicant, ...]
    lot: Lot | None

    @property
    def title(self) -> str:
        """Give what the batch is called."""
        return self.entry.title

    @property
    def opens_on(self) -> date:
        """Give the first day of intake."""
        return window_of(self.entry, self.ranks).opens_on

    @property
    def closes_on(self) -> date:
        """Give the last day of intake."""
        return window_of(self.entry, self.ranks).closes_on

    @property
    def places(self) -> int:
        """Give how many places there are."""
        return int(self.entry.values[self.ranks.places])

    @property
    def pending(self) -> int:
        """Give how many applications must be settled before a ranking."""
        return sum(one.stands_in in self.ranks.pending for one in self.applications)

    @property
    def taken(self) -> int:
        """Give how many places are held by those already decided for."""
        return sum(one.stands_in in self.ranks.holds for one in self.applications)

    @property
    def published(self) -> tuple[Application, ...]:
        """Give the applications on the public notice: ranked, and not struck since."""
        return tuple(
            one
            for one in self.applications
            if one.place and one.shown_as and one.stands_in in self.ranks.ready
        )

    @property
    def ties(self) -> tuple[Label, ...]:
        """Give the names of the fields by which equal points are told apart, in order."""
        fields = in_force()[self.ranks.application].fields
        return tuple(Label(zh=fields[key].zh, en=fields[key].en) for key in self.ranks.then)


def batch_numbered(number: str) -> Batch:
    """Give a batch by the number of its entry. Raises CaseUnknown and NoBatch."""
    entry = standing_numbered(number)
    ranks = entry.mechanism.ranks
    if ranks is None:
        raise NoBatch(number)
    found = naming(ranks.application, number)
    applications = sorted(
        (_application(ranks, one) for one in found), key=lambda one: (one.place or 10**9, one.case)
    )
    ready = tuple(_applicant(ranks, one) for one in found if one.state in ranks.ready)
    lot = Lot.objects.filter(round_id=entry.case).first()
    return Batch(entry, ranks, tuple(applications), ready, lot)


def notice_ends(batch: Batch) -> datetime | None:
    """Give when the last notice of those on the list ends or ended; nothing before the first ranking."""
    return max((one.notice_ends for one in batch.published if one.notice_ends), default=None)


def batches(at: datetime, most: int = 60) -> tuple[CaseRow, ...]:
    """Give the batches of the open office as everybody may see them, latest first."""
    keys = [key for key, one in in_force().items() if one.ranks is not None]
    starts = {(key, start) for key in keys for start in in_force()[key].starts()}
    return tuple(one.row for one in published_cases(Sought(starts), at=at, most=most))


def may_rank(batch: Batch, by: Actor, at: datetime) -> bool:
    """Say whether somebody may take the action that closes the ranking, now."""
    view = case_view(number=batch.entry.number, actor=by, at=at)
    return Opening(batch.ranks.closing, None) in view.openings


def _application(ranks: Ranks, one: Standing) -> Application:
    state, values = one.mechanism.states[one.state], one.values
    points, place = values.get(ranks.points), values.get(ranks.place)
    return Application(
        one.case, one.number, Label(zh=state.zh, en=state.en), one.state,
        None if points is None else int(points), None if place is None else int(place),
        str(values.get(ranks.masked) or ""), one.ends.get(ranks.notice),
    )  # fmt: skip


def _applicant(ranks: Ranks, one: Standing) -> Applicant:
    ties = tuple(Fraction(str(one.values.get(key) or 0)) for key in ranks.then)
    return Applicant(one.number, int(one.values.get(ranks.points) or 0), ties)
