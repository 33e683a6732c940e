"""Cases that hang together, moved forward together: what befalls a child, its parent hears at once.

Whoever moves a case holds its family: all its ancestors, and every relative with a clock that fell due. Rows are
locked parents first (a child's id is always the greater one), so nobody waits for one another in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from linli.casework import keys, sealing
from linli.casework.definitions import current_definition
from linli.casework.journal.casefiles import Held, Place
from linli.casework.journal.numbering import access_hash, receipt_code
from linli.casework.journal.placing import moved_by, placed
from linli.casework.journal.reading import new_serials
from linli.casework.journal.rows import Row, Scribe, bears_person, case_row, opening_row
from linli.casework.journal.runs import ELAPSED_MOST, ClocksRestless, Command, Run
from linli.casework.journal.writing import written
from linli.rulebook.casefile import Birth, Outcome
from linli.rulebook.deciding import child_of, hear
from linli.rulebook.loading import Book


@dataclass
class Family:
    """Runs by the id of their case, parents before children. Nothing here is written."""

    book: Book
    runs: dict[int, Run] = field(default_factory=dict)

    @classmethod
    def of(cls, members: Iterable[Held], book: Book) -> Family:
        """Begin with cases as they stand."""
        family = cls(book)
        for held in sorted(members, key=lambda held: held.id):
            family.runs[held.id] = Run.of(held, book)
        return family

    @property
    def moved(self) -> list[Run]:
        """Give the cases that something has befallen, parents first."""
        return [run for run in self.runs.values() if run.has_moved]

    def open(self, run: Run, command: Command, key: str | None) -> None:
        """Take the opening action of a new case. Raises StepRefused."""
        run.open(command, key)
        self._follow(run, command.at)

    def act(self, run: Run, command: Command, key: str | None, place: Place | None) -> None:
        """Take an action on one of the cases. Raises StepRefused."""
        run.act(command, key, place)
        self._follow(run, command.at)

    def catch_up(self, until: datetime, *, inclusive: bool = False) -> int:
        """Let every clock that fell due before a moment (or at it) elapse at its own due moment, in order.

        Whichever case it belongs to. A step taken at the due moment itself is in time, so an action catches up to
        before its moment.
        """
        for count in range(ELAPSED_MOST * max(1, len(self.runs))):
            due = self._next_due()
            if due is None or due[0] > until or (due[0] == until and not inclusive):
                return count
            moment, case, clock = due
            run = self.runs[case]
            run.elapse(clock, moment)
            self._follow(run, moment)
        numbers = ", ".join(run.held.number for run in self.runs.values())
        raise ClocksRestless(f"{numbers}: more than {ELAPSED_MOST} due moments each")

    def keep(self, run: Run, outcome: Outcome, at: datetime) -> None:
        """Keep what befell one of the cases otherwise than by an action or a clock."""
        run.keep(outcome, at, None, {})
        self._follow(run, at)

    def child(self, run: Run, path: Sequence[int]) -> Run:
        """Give a child by its number among its parent's, or a child's child and so on."""
        for nth in path:
            number = child_number(run.held.number, nth)
            run = next(one for one in self.runs.values() if one.held.number == number)
        return run

    def _next_due(self) -> tuple[datetime, int, str] | None:
        found = [
            (due[0], case, due[1])
            for case, run in self.runs.items()
            if (due := run.next_due()) is not None
        ]
        return min(found, default=None)

    def _follow(self, run: Run, at: datetime) -> None:
        """Bring in the children a case has opened, and let its parent hear where it stands now."""
        births, run.births = run.births, []
        for birth in births:
            self._bring_in(run, birth)
        parent = self.runs.get(run.parent or 0)
        if parent is None or run.nth is None or parent.casefile is None:
            return
        child = child_of(run.mechanism, run.nth, run.file.state)
        outcome = hear(parent.mechanism, parent.file, child, at, self.book)
        if outcome.case is not parent.file:
            parent.keep(outcome, at, None, {})
            self._follow(parent, at)

    def _bring_in(self, parent: Run, birth: Birth) -> None:
        definition = current_definition(birth.mechanism.mechanism)
        (serial,) = new_serials(1)
        held = Held(
            id=serial,
            office=parent.held.office,
            office_code=parent.held.office_code,
            number=child_number(parent.held.number, birth.nth),
            definition=definition.id,
            mechanism=definition.mechanism,
            casefile=None,
            last_hash=bytes(32),
            place=_place_of(parent, birth),
            parent=parent.held.id,
        )
        run = self.runs[serial] = Run.of(held, self.book)
        run.begin(birth.outcome, birth.at, None, parent=parent.held.number)
        for grandchild in run.births:
            self._bring_in(run, grandchild)
        run.births = []


def child_number(parent: str, nth: int) -> str:
    """Give the number of a parent's nth child: 'GM26-0004217-2'."""
    return f"{parent}-{nth}"


def _place_of(parent: Run, birth: Birth) -> Place:
    """Give where a child lies: at the point it was given, else where its parent lies."""
    point = moved_by(birth.mechanism, birth.action, birth.form, birth.at)
    if point is None:
        return parent.place
    position, here = point[0], parent.place
    if (position.lon, position.lat, position.datum) == (here.lon, here.lat, here.datum):
        return here
    return placed([point], parent.held.office_code)[0]


def write(run: Run) -> bool:
    """Write a run in one statement. Gives False, having written nothing, when its key was used before."""
    data_key, wrapped = _data_key(run) if bears_person(run) else (None, None)
    rows = Scribe(run, data_key).rows()
    case = {**(begun_row(run) if run.is_new else {}), **case_row(run, rows.last_hash)}
    return written(run, rows, case=case, wrapped=wrapped)


def begun_row(run: Run) -> Row:
    """Give the columns of a new case that stay as they are."""
    held = run.held
    code = receipt_code(held.office, held.number)
    return opening_row(run, access=access_hash(held.office, held.number, code))


def _data_key(run: Run) -> tuple[bytes, bytes | None]:
    """Give the data key of a case, and wrapped for keeping when it is new."""
    held = run.held
    found = None if run.is_new else sealing.data_key_of(held.office, held.id)
    if found is not None:
        return found, None
    made = keys.new_data_key()
    return made, keys.wrap(held.office, made)
