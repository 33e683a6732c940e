"""The second door: cases of the past, taken through the same interpreter on a virtual clock, in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import connection

from linli.casework import keys
from linli.casework.definitions import Published, current_definition, of_office
from linli.casework.journal.casefiles import Held, Place
from linli.casework.journal.families import Family, begun_row
from linli.casework.journal.numbering import number_of
from linli.casework.journal.placing import ground_named, ground_of, moved_by, place_at, placed
from linli.casework.journal.reading import begun, new_serials
from linli.casework.journal.referring import Claims, check_entries
from linli.casework.journal.rows import (
    Row,
    Salter,
    Scribe,
    bears_person,
    case_row,
    random_salt,
)
from linli.casework.journal.runs import Command, Run
from linli.casework.journal.writing import attach, exhibit_rows, insert, new_rows
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Casefile, StepRefused
from linli.rulebook.loading import Book

__all__ = ["Appended", "Command", "HistoricCase", "HistoryRefused", "append_history"]

BATCH = 250
MANY = 500  # when the tables grow by so many cases, and by a share of them,
GREW = 4  # of one in so many, the database must look anew at how they are filled, or it plans badly
COUNT_ANEW = """
    SELECT casework_count_anew() FROM pg_class
    WHERE oid = 'casework_case'::regclass AND reltuples < %s
"""


@dataclass(frozen=True)
class HistoricCase:
    """A case of the past: what was done to it, in order. `area` is used when no form names a point.

    `keys` are idempotency keys of the steps, by their place in `steps`. `then`, for simulations, is asked
    after the last of them for the next action on the case as it stands since a moment, until it gives None.
    Steps on cases that the case has opened stand among its own, each with its `child`.
    """

    mechanism: str
    steps: Sequence[Command]
    area: str | None = None
    source: str = ""
    number: str | None = None
    keys: Mapping[int, str] = field(default_factory=dict)
    then: Callable[[Casefile, datetime], Command | None] | None = None


@dataclass(frozen=True)
class Appended:
    """How many cases and steps were written; automatic steps count."""

    cases: int
    steps: int


class HistoryRefused(Exception):
    """An action of a historic case may not be taken: `nth` case of the call, `action`, and the refusal."""

    def __init__(self, nth: int, action: str, refused: StepRefused) -> None:
        super().__init__(f"case {nth}, {action}: {refused}")
        self.nth = nth
        self.action = action
        self.refused = refused


@dataclass
class _Bulk:
    """Rows of many cases, to be written together. `log` orders all steps of the call by their moments."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    exhibits: list[Row] = field(default_factory=list)
    log: list[tuple[datetime, int, int]] = field(default_factory=list)
    claims: Claims = field(default_factory=dict)
    cases: int = 0
    nth: int = 0

    def add(self, table: str, rows: Sequence[Row]) -> None:
        self.rows.setdefault(table, []).extend(rows)

    def write(self, office: int) -> None:
        """Write what was gathered, cases first, and begin anew; the log is kept for the end."""
        for table, rows in self.rows.items():
            insert(table, rows)
        if self.exhibits:
            attach(office, self.exhibits)
        self.rows, self.exhibits = {}, []


def append_history(
    *,
    office: int,
    cases: Iterable[HistoricCase],
    book: Book,
    until: datetime,
    salts: Salter = random_salt,
) -> Appended:
    """Write cases of the past as perform() would have, clocks elapsing at their moments up to `until`.

    One transaction: all or nothing. The steps enter the log in the order of their moments, whichever case
    they belong to. Raises HistoryRefused.
    """
    bulk = _Bulk()
    with office_transaction(office):
        for batch in _batches(cases):
            for family in _families(batch, bulk.nth, of_office(book), until):
                for run in family.moved:
                    _claim(run, bulk)
                    _gather(run, bulk, salts)
                bulk.nth += 1
            bulk.write(office)
        bulk.log.sort()
        insert(
            "casework_pending",
            [{"case_id": case, "office_id": office, "seq": seq} for _, case, seq in bulk.log],
        )
        if bulk.cases >= MANY:
            with connection.cursor() as cursor:
                cursor.execute(COUNT_ANEW, [bulk.cases * GREW])
    return Appended(bulk.cases, len(bulk.log))


def _families(
    batch: Sequence[HistoricCase], so_far: int, book: Book, until: datetime
) -> Iterator[Family]:
    """Give the cases of a batch with those they open, each taken through its steps and its clocks."""
    office = begun()
    definitions = [current_definition(case.mechanism) for case in batch]
    moves = {
        (nth, step): point
        for nth, case in enumerate(batch)
        for step, command in enumerate(case.steps)
        if not command.child
        and (
            point := moved_by(definitions[nth].mechanism, command.action, command.form, command.at)
        )
    }
    places = dict(zip(moves, placed(list(moves.values()), office.code), strict=True))
    places = {**_grounds(batch, definitions, office.code), **places}
    for nth, (case, serial) in enumerate(zip(batch, new_serials(len(batch)), strict=True)):
        at = case.steps[0].at
        held = Held(
            id=serial,
            office=office.id,
            office_code=office.code,
            number=case.number or number_of(serial, at, office.letters),
            definition=definitions[nth].id,
            mechanism=definitions[nth].mechanism,
            casefile=None,
            last_hash=bytes(32),
            place=places.get((nth, 0)) or ground_of(office.code, case.area),
        )
        family = Family.of([held], book)
        head = family.runs[serial]
        head.source = case.source
        for step, command in enumerate(case.steps):
            _take(family, head, command, case.keys.get(step), places.get((nth, step)), so_far + nth)
        _go_on(family, head, case, so_far + nth)
        family.catch_up(until, inclusive=True)
        yield family


def _grounds(
    batch: Sequence[HistoricCase], definitions: Sequence[Published], office_code: str
) -> dict[tuple[int, int], Place]:
    """Give the areas that forms name, by case and step."""
    return {
        (nth, step): ground_of(office_code, area)
        for nth, case in enumerate(batch)
        for step, command in enumerate(case.steps)
        if not command.child
        and (
            area := ground_named(
                definitions[nth].mechanism, command.action, command.form, office_code
            )
        )
    }


def _take(
    family: Family, head: Run, command: Command, key: str | None, place: Place | None, nth: int
) -> None:
    try:
        if head.casefile is None:
            family.open(head, command, key)
            return
        family.catch_up(command.at)
        run = family.child(head, command.child)
        family.act(run, command, key, place if run is head else _place_below(run, command))
    except StepRefused as refused:
        raise HistoryRefused(nth, command.action, refused) from refused


def _claim(run: Run, bulk: _Bulk) -> None:
    """Refuse a case that shares its unique key with an entry there, or with one of the same call."""
    try:
        check_entries(run, bulk.claims)
    except StepRefused as refused:
        raise HistoryRefused(bulk.nth, run.steps[0][0].action, refused) from refused


def _place_below(run: Run, command: Command) -> Place | None:
    point = moved_by(run.mechanism, command.action, command.form, command.at)
    if point:
        return place_at(point, run.held.office_code)
    area = ground_named(run.mechanism, command.action, command.form, run.held.office_code)
    return ground_of(run.held.office_code, area) if area else None


def _go_on(family: Family, head: Run, case: HistoricCase, nth: int) -> None:
    since = case.steps[-1].at
    while case.then and (command := case.then(head.file, since)):
        _take(family, head, command, None, None, nth)
        since = command.at


def _gather(run: Run, bulk: _Bulk, salts: Salter) -> None:
    held = run.held
    data_key = keys.new_data_key() if bears_person(run) else None
    rows = Scribe(run, data_key, salts).rows()
    bulk.add("casework_case", [{**begun_row(run), **case_row(run, rows.last_hash)}])
    wrapped = None if data_key is None else keys.wrap(held.office, data_key)
    for table, added in new_rows(run, rows, wrapped).items():
        bulk.add(table, added)
    bulk.exhibits += exhibit_rows(held.id, rows)
    bulk.log += [(step.at, held.id, step.seq) for step, _ in run.steps]
    bulk.cases += 1


def _batches(cases: Iterable[HistoricCase]) -> Iterator[list[HistoricCase]]:
    rest = iter(cases)
    while batch := list(islice(rest, BATCH)):
        yield batch
