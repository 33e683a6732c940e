"""A case in motion: the pure interpreter moved along a clock, and what must be kept of every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from linli.casework.journal.casefiles import Held, Place, with_area
from linli.casework.journal.placing import PLACED
from linli.rulebook.casefile import (
    Actor,
    Birth,
    Casefile,
    Exhibit,
    Outcome,
    StepDraft,
    revised,
)
from linli.rulebook.deciding import Waiting, decide, elapse, waiting
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism

ELAPSED_MOST = 200
CLOSED = ("done", "void")
DONE = "@done"


@dataclass(frozen=True)
class Command:
    """An action somebody takes: who, when, with which answers and exhibits, about which participant.

    `done_at`: when it was done, as a device says that sent it later; kept beside the step, moving nothing.
    `child` is for histories: (2,) takes it on the second case that the case has opened, (2, 1) on that one's first.
    """

    action: str
    by: Actor
    at: datetime
    form: Mapping[str, Any] = field(default_factory=dict)
    exhibits: Sequence[Exhibit] = ()
    member: tuple[str, str] | None = None
    child: tuple[int, ...] = ()
    done_at: datetime | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """Give what is kept beside the values of its step."""
        return {} if self.done_at is None else {DONE: self.done_at.isoformat()}


class ClocksRestless(Exception):
    """The clocks of a case keep setting each other off without time going by."""


@dataclass
class Run:
    """One case moved forward. Both doors move it so, and keep what it yields; nothing here is written.

    `steps` are those taken since the start of the run, each with its idempotency key. `waits` says since
    when each expected action waits; None for one that waited before the run began.
    """

    held: Held
    book: Book
    casefile: Casefile | None
    place: Place
    steps: list[tuple[StepDraft, str | None]] = field(default_factory=list)
    waits: dict[Waiting, datetime | None] = field(default_factory=dict)
    closed_at: datetime | None = None
    breached: bool = False
    source: str = ""
    is_placed_by_words: bool = False
    births: list[Birth] = field(default_factory=list)
    has_moved: bool = False

    @classmethod
    def of(cls, held: Held, book: Book) -> Run:
        """Begin a run from a case as it stands."""
        run = cls(held, book, held.casefile, held.place)
        run.closed_at, run.breached = held.closed_at, held.breached
        if held.casefile is not None:
            run.waits = dict.fromkeys(waiting(held.mechanism, held.casefile))
        return run

    @property
    def is_new(self) -> bool:
        """True for a case that no step has been written of."""
        return self.held.casefile is None

    @property
    def mechanism(self) -> Mechanism:
        """Give the mechanism the case runs under."""
        return self.held.mechanism

    @property
    def file(self) -> Casefile:
        """Give the case file as it stands now."""
        assert self.casefile is not None
        return self.casefile

    @property
    def parent(self) -> int | None:
        """Give the id of the case that opened this one."""
        return self.held.parent

    @property
    def nth(self) -> int | None:
        """Give which child of its parent this is."""
        return None if self.parent is None else int(self.held.number.rpartition("-")[2])

    def open(self, command: Command, key: str | None) -> None:
        """Take the opening action. Raises StepRefused."""
        outcome = decide(
            self.mechanism,
            None,
            command.action,
            actor=command.by,
            at=command.at,
            form=command.form,
            exhibits=command.exhibits,
            book=self.book,
            area=self.place.area,
        )
        self.begin(outcome, command.at, key, facts=command.facts)

    def begin(
        self,
        outcome: Outcome,
        at: datetime,
        key: str | None,
        *,
        parent: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep the opening; what the case begins with is kept among its values, as '@area' and such."""
        begins = {"@source": self.source, "@parent": parent, PLACED: self._read_place}
        more = {name: value for name, value in begins.items() if value} | dict(facts or {})
        here = revised(outcome, case=with_area(outcome.case, self.place.area))
        self.keep(here, at, key, {**_ground(self.place), **more})

    @property
    def _read_place(self) -> dict[str, Any] | None:
        """Give the position that was read off an address, which no answer of the form holds."""
        if not self.is_placed_by_words:
            return None
        return {"lon": self.place.lon, "lat": self.place.lat, "datum": self.place.datum}

    def act(self, command: Command, key: str | None, place: Place | None) -> None:
        """Take an action. `place` is where its form moves the case to, if it does. Raises StepRefused."""
        outcome = decide(
            self.mechanism,
            self.file,
            command.action,
            actor=command.by,
            at=command.at,
            form=command.form,
            exhibits=command.exhibits,
            member=command.member,
            book=self.book,
        )
        if place is None:
            self.keep(outcome, command.at, key, command.facts)
            return
        self.place = place
        moved = revised(outcome, case=with_area(outcome.case, place.area))
        self.keep(moved, command.at, key, {**_ground(place), **command.facts})

    def elapse(self, clock: str, moment: datetime) -> None:
        """Let a clock elapse at its due moment."""
        outcome = elapse(self.mechanism, self.file, clock, moment, self.book)
        self.note_breach(clock)
        self.keep(outcome, moment, None, {})

    def next_due(self) -> tuple[datetime, str] | None:
        """Give the earliest due moment of a clock that runs, and the clock."""
        return min(
            (
                (reading.due_at, key)
                for key, reading in self.file.clocks.items()
                if reading.due_at and reading.is_running and not reading.breached_at
            ),
            default=None,
        )

    def keep(
        self, outcome: Outcome, at: datetime, key: str | None, facts: Mapping[str, Any]
    ) -> None:
        """Keep what one decision led to. `facts` go among the values of its first step, which has the key."""
        for nth, step in enumerate(outcome.steps):
            told = step
            if facts and nth == 0:
                told = revised(step, values={**step.values, **facts})
            self.steps.append((told, key if nth == 0 else None))
            if step.from_state != step.to_state:
                is_closed = self.mechanism.states[step.to_state].phase in CLOSED
                self.closed_at = (self.closed_at or step.at) if is_closed else None
        self.casefile = outcome.case
        self.births += outcome.births
        self.has_moved = True
        for clock in () if self.breached else late_by(self.mechanism):
            reading = outcome.case.clocks.get(clock)
            self.breached = self.breached or bool(reading and reading.breached_at)
        before = self.waits
        self.waits = {wait: before.get(wait, at) for wait in waiting(self.mechanism, outcome.case)}

    def note_breach(self, clock: str) -> None:
        """Remember that a clock was breached, also when it starts anew at once."""
        self.breached = self.breached or clock in late_by(self.mechanism)


@lru_cache(maxsize=512)
def main_clocks(mechanism: Mechanism) -> frozenset[str]:
    """Give the clocks that a case is late by: those called main, or all where none is."""
    mains = frozenset(key for key, clock in mechanism.clocks.items() if clock.main)
    return mains or frozenset(mechanism.clocks)


@lru_cache(maxsize=512)
def late_by(mechanism: Mechanism) -> frozenset[str]:
    """Give the clocks by which a case was once late: the main ones that are not meant to run out."""
    rules = mechanism.clocks
    return frozenset(key for key in main_clocks(mechanism) if not rules[key].period)


def _ground(place: Place) -> dict[str, Any]:
    ground: dict[str, Any] = {"@area": place.area}
    return ground if place.cell is None else {**ground, "@cell": place.cell}
