"""A case in motion: the pure interpreter moved along a clock, and what must be kept of every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from linli.casework.journal.casefiles import Held, Place, with_area
from linli.rulebook.casefile import Actor, Casefile, Exhibit, Outcome, StepDraft, revised
from linli.rulebook.deciding import Waiting, decide, elapse, waiting
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism

ELAPSED_MOST = 200
CLOSED = ("done", "void")


@dataclass(frozen=True)
class Command:
    """An action somebody takes: who, when, with which answers and exhibits, about which participant."""

    action: str
    by: Actor
    at: datetime
    form: Mapping[str, Any] = field(default_factory=dict)
    exhibits: Sequence[Exhibit] = ()
    member: tuple[str, str] | None = None


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
    parent: int | None = None

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

    def open(self, command: Command, key: str | None) -> None:
        """Take the opening action; what the case begins with is kept among its values, as '@area' and such.

        Raises StepRefused.
        """
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
        begins = {"@source": self.source, "@parent": self.parent}
        facts = {name: value for name, value in begins.items() if value}
        self.keep(outcome, command.at, key, {**_ground(self.place), **facts})

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
            self.keep(outcome, command.at, key, {})
            return
        self.place = place
        moved = Outcome(with_area(outcome.case, place.area), outcome.steps)
        self.keep(moved, command.at, key, _ground(place))

    def catch_up(self, until: datetime, *, inclusive: bool = False) -> int:
        """Let every clock that fell due before a moment (or at it) elapse at its own due moment, in order.

        A step taken at the due moment itself is in time, so an action catches up to before its moment.
        """
        for count in range(ELAPSED_MOST):
            due = self._next_due()
            if due is None or due[0] > until or (due[0] == until and not inclusive):
                return count
            moment, clock = due
            outcome = elapse(self.mechanism, self.file, clock, moment, self.book)
            self.note_breach(clock)
            self.keep(outcome, moment, None, {})
        raise ClocksRestless(f"{self.held.number}: more than {ELAPSED_MOST} due moments")

    def _next_due(self) -> tuple[datetime, str] | None:
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
        for clock in () if self.breached else main_clocks(self.mechanism):
            reading = outcome.case.clocks.get(clock)
            self.breached = self.breached or bool(reading and reading.breached_at)
        before = self.waits
        self.waits = {wait: before.get(wait, at) for wait in waiting(self.mechanism, outcome.case)}

    def note_breach(self, clock: str) -> None:
        """Remember that a clock was breached, also when it starts anew at once."""
        self.breached = self.breached or clock in main_clocks(self.mechanism)


@lru_cache(maxsize=512)
def main_clocks(mechanism: Mechanism) -> frozenset[str]:
    """Give the clocks that a case is late by: those called main, or all where none is."""
    mains = frozenset(key for key, clock in mechanism.clocks.items() if clock.main)
    return mains or frozenset(mechanism.clocks)


def _ground(place: Place) -> dict[str, Any]:
    ground: dict[str, Any] = {"@area": place.area}
    return ground if place.cell is None else {**ground, "@cell": place.cell}
