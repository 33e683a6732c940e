"""Bringing a ledger in: planned rows become historic cases, and what was done is put on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from linli.casework.history import Command, HistoricCase, HistoryRefused, append_history
from linli.casework.queries import numbers_present
from linli.ledgers.mapping import LedgerMap, check_map
from linli.ledgers.models import LedgerImport
from linli.ledgers.planning import (
    ImportReport,
    Plan,
    PlannedRow,
    RowNote,
    importer_of,
    plan_import,
    refusals,
)
from linli.ledgers.sheets import read_sheet
from linli.registry.importing import local_area
from linli.registry.queries import this_office
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism

BATCH = 5_000
CONSOLE = "import:console"
DUTIES = frozenset({"importer", "registrar", "director"})


class LedgerRefused(Exception):
    """The ledger as a whole cannot be taken; nothing was changed."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Label(zh=zh, en=en)
        super().__init__(en)


@dataclass(frozen=True)
class LedgerFile:
    """A ledger as it came: its name and its bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Give the digest that the file is known by."""
        return sha256(self.content).hexdigest()


def may_bring_in(actor: Actor) -> bool:
    """Say whether somebody may bring ledgers in: importer, registrar, director, or who works at the console."""
    return actor.id == CONSOLE or any(duty.code in DUTIES for duty in actor.duties)


def planned(
    *, file: LedgerFile, rules: LedgerMap, book: Book, by: Actor, at: datetime
) -> tuple[Plan, int]:
    """Give what a ledger would become, and how many of its good rows are in already; nothing is written.

    Raises SheetRefused, MapRefused and LedgerRefused.
    """
    importer = importer_of(rules, check_map(rules, book.mechanisms), by.office, by.id)
    plan = _plan(file, rules, book, at, importer)
    return plan, len(numbers_present([row.number for row in plan.rows]))


def bring_in(*, file: LedgerFile, rules: LedgerMap, book: Book, by: Actor, at: datetime) -> int:
    """Bring a ledger in and give the id of its `LedgerImport`, inside an open office transaction.

    Good rows enter as historic cases with their own times; rows that are in already are passed over, so
    that the same file may come twice; bad rows are reported with line and reason. Areas that only the
    ledger knows are added below the office's own. Raises SheetRefused, MapRefused and LedgerRefused.
    """
    if not may_bring_in(by):
        raise LedgerRefused(
            "导入台账需要“台账导入员”“登记员”或“主任”的岗位",
            "Bringing a ledger in needs the post of importer, registrar or director",
        )
    mechanism = check_map(rules, book.mechanisms)
    plan = _plan(file, rules, book, at)
    entry = _Entry(rules, mechanism, book, by, at)
    entry.write(plan)
    return _record(file, rules, entry, plan.report, by, at)


def _plan(
    file: LedgerFile, rules: LedgerMap, book: Book, at: datetime, importer: Actor | None = None
) -> Plan:
    plan = plan_import(read_sheet(file.name, file.content), rules, book, at=at, importer=importer)
    if plan.report.columns_absent:
        names = plan.report.columns_absent
        raise LedgerRefused(
            f"文件缺少映射需要的列：{'、'.join(names)}。请补上这些列，或在映射中改用别的列",
            f"The file lacks columns the map needs: {', '.join(names)}. Add them or change the map",
        )
    return plan


class _Entry:
    """Writes the planned rows of one ledger; what the journal refuses after all joins the rejected."""

    def __init__(
        self, rules: LedgerMap, mechanism: Mechanism, book: Book, by: Actor, at: datetime
    ) -> None:
        self.rules = rules
        self.mechanism = mechanism
        self.book = book
        self.at = at
        self.importer = importer_of(rules, mechanism, by.office, _standing_for(by))
        self.grounds = _Grounds(by, at)
        self.added = 0
        self.repeated = 0

    def write(self, plan: Plan) -> None:
        """Write all rows that are not in yet."""
        for batch in _batches(plan.rows):
            present = numbers_present([row.number for row in batch])
            fresh = [row for row in batch if row.number not in present]
            self.repeated += len(batch) - len(fresh)
            self._write_fresh(fresh, plan.report)

    def _write_fresh(self, rows: Sequence[PlannedRow], report: ImportReport) -> None:
        """Write rows; when one is refused, all that would be are noted and the rest written without them."""
        left = list(rows)
        while left:
            cases = [self._historic(row) for row in left]
            try:
                with transaction.atomic():  # a refusal in the middle must take its batch back
                    append_history(
                        office=self.importer.office, cases=cases, book=self.book, until=self.at
                    )
            except HistoryRefused as refusal:
                left = self._without_refused(left, refusal, report)
            else:
                self.added += len(left)
                return

    def _without_refused(
        self, rows: Sequence[PlannedRow], refusal: HistoryRefused, report: ImportReport
    ) -> list[PlannedRow]:
        notes = {row.line: self._refusals(row) for row in rows}
        first = rows[refusal.nth]
        notes[first.line] = notes[first.line] or [RowNote(first.line, "", refusal.refused.message)]
        report.rejected += [note for found in notes.values() for note in found]
        report.kept = [note for note in report.kept if not notes.get(note.line)]
        return [row for row in rows if not notes[row.line]]

    def _refusals(self, row: PlannedRow) -> list[RowNote]:
        return refusals(row, self.rules, self.mechanism, self.importer, self.book)

    def _historic(self, row: PlannedRow) -> HistoricCase:
        steps = [
            Command(action, self.importer, moment, row.form if nth == 0 else {})
            for nth, (action, moment) in enumerate(row.moments)
        ]
        return HistoricCase(
            mechanism=self.rules.mechanism,
            steps=tuple(steps),
            area=self.grounds.path(row.areas),
            source=self.rules.source,
            number=row.number,
        )


def _standing_for(by: Actor) -> str:
    """Give the id under which the journal keeps what was brought in: 'import:17' for account 17."""
    return by.id.replace("account:", "import:")


def _record(
    file: LedgerFile, rules: LedgerMap, entry: _Entry, report: ImportReport, by: Actor, at: datetime
) -> int:
    done = LedgerImport.objects.create(
        office_id=by.office,
        map_name=rules.ledger,
        file_name=file.name,
        sha256=file.sha256,
        by=by.id,
        at=at,
        rows=report.rows,
        added=entry.added,
        repeated=entry.repeated,
        rejected=report.rows - entry.added - entry.repeated,
        notes={
            "rejected": [_note(note) for note in sorted(report.rejected, key=_line)],
            "kept": [_note(note) for note in sorted(report.kept, key=_line)],
            "unmapped": report.columns_unknown,
        },
    )
    return done.pk


def _line(note: RowNote) -> int:
    return note.line


def _note(note: RowNote) -> dict[str, object]:
    return {
        "line": note.line,
        "column": note.column,
        "zh": note.message.zh,
        "en": note.message.en,
    }


def _batches(rows: list[PlannedRow]) -> Iterator[list[PlannedRow]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


class _Grounds:
    """Gives area paths for codes and names, adding the areas that only the ledger knows."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by = by
        self.at = at
        self.known: dict[tuple[str, ...], str] = {(): this_office().path}

    def path(self, areas: tuple[tuple[str, str, str], ...]) -> str:
        """Give the path of the narrowest area named."""
        codes: tuple[str, ...] = ()
        for code, name, level in areas:
            parent = self.known[codes]
            codes = (*codes, code)
            if codes not in self.known:
                self.known[codes] = local_area(
                    code=code, name=name, level=level, parent=parent, by=self.by, at=self.at
                )
        return self.known[codes]
