"""Bringing a ledger in: planned rows become historic cases, and what was done is put on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from linli.casework.history import Command, HistoricCase, append_history
from linli.casework.queries import numbers_present
from linli.ledgers.mapping import LedgerMap
from linli.ledgers.models import LedgerImport
from linli.ledgers.planning import Plan, PlannedRow, RowNote, plan_import
from linli.ledgers.sheets import read_sheet
from linli.registry.importing import local_area
from linli.registry.queries import this_office
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label

BATCH = 2_000


class LedgerRefused(Exception):
    """The ledger as a whole cannot be taken; nothing was changed."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class LedgerFile:
    """A ledger as it came: its name and its bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Give the digest that the file is known by."""
        return sha256(self.content).hexdigest()


def bring_in(*, file: LedgerFile, rules: LedgerMap, book: Book, by: Actor, at: datetime) -> int:
    """Bring a ledger in and give the id of its `LedgerImport`, inside an open office transaction.

    Good rows enter as historic cases with their own times; rows that are in already are passed over, so
    that the same file may come twice; bad rows are reported with line and reason. Areas that only the
    ledger knows are added below the office's own. Raises SheetRefused and LedgerRefused.
    """
    plan = plan_import(read_sheet(file.name, file.content), rules, book)
    if plan.report.columns_absent:
        names = "、".join(plan.report.columns_absent)
        raise LedgerRefused(
            Label(
                zh=f"文件缺少映射需要的列：{names}。请补上这些列，或在映射中改用别的列",
                en=f"The file lacks columns the map needs: {names}. Add them or change the map",
            )
        )
    added = _write(plan, rules, book, by, at)
    return _record(file, rules, plan, added, by, at)


def _write(plan: Plan, rules: LedgerMap, book: Book, by: Actor, at: datetime) -> int:
    grounds = _Grounds(by, at)
    added = 0
    for batch in _batches(plan.rows):
        present = numbers_present([row.number for row in batch])
        fresh = [row for row in batch if row.number not in present]
        cases = [_historic(row, rules, by, grounds.path(row.areas)) for row in fresh]
        append_history(office=by.office, cases=cases, book=book, until=at)
        added += len(fresh)
    return added


def _record(
    file: LedgerFile, rules: LedgerMap, plan: Plan, added: int, by: Actor, at: datetime
) -> int:
    report = plan.report
    done = LedgerImport.objects.create(
        office_id=by.office,
        map_name=rules.ledger,
        file_name=file.name,
        sha256=file.sha256,
        by=by.id,
        at=at,
        rows=report.rows,
        added=added,
        repeated=len(plan.rows) - added,
        rejected=report.rows - len(plan.rows),
        notes={
            "rejected": [_note(note) for note in report.rejected],
            "kept": [_note(note) for note in report.kept],
            "unmapped": report.columns_unknown,
        },
    )
    return done.pk


def _note(note: RowNote) -> dict[str, object]:
    return {
        "line": note.line,
        "column": note.column,
        "zh": note.message.zh,
        "en": note.message.en,
    }


def _historic(row: PlannedRow, rules: LedgerMap, by: Actor, area: str) -> HistoricCase:
    first, *later = row.moments
    steps = [Command(action=first[0], by=by, at=first[1], form=row.form)]
    steps += [Command(action=action, by=by, at=moment, form={}) for action, moment in later]
    return HistoricCase(
        mechanism=rules.mechanism,
        steps=tuple(steps),
        area=area,
        source=rules.source,
        number=row.number,
    )


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
