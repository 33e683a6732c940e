"""Reading a ledger through a map: every good row is planned, every bad one becomes a line of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from linli.ledgers.mapping import AreaColumns, FieldColumn, LedgerMap
from linli.ledgers.sheets import Sheet, SheetRow
from linli.rulebook.casefile import Fault, StepRefused
from linli.rulebook.forms import clean
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class RowNote:
    """What the report says of one row: its line in the file, the column, and why."""

    line: int
    column: str
    message: Label


@dataclass
class ImportReport:
    """What became of a ledger. `kept` rows went in although something in them was missing."""

    rows: int = 0
    added: int = 0
    repeated: int = 0
    rejected: list[RowNote] = field(default_factory=list)
    kept: list[RowNote] = field(default_factory=list)
    columns_unknown: list[str] = field(default_factory=list)
    columns_absent: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PlannedRow:
    """A row ready to enter: its number, its moments and cleaned answers, and its area by code and name."""

    line: int
    number: str
    moments: tuple[tuple[str, datetime], ...]
    form: dict[str, Any]
    areas: tuple[tuple[str, str, str], ...]


@dataclass
class Plan:
    """A ledger read through a map, before anything is written."""

    rows: list[PlannedRow]
    report: ImportReport


def plan_import(sheet: Sheet, rules: LedgerMap, book: Book) -> Plan:
    """Read every row through the map; nothing is written. Bad rows are noted with line, column and reason."""
    known = rules.columns()
    report = ImportReport(
        rows=len(sheet.rows),
        columns_unknown=[name for name in sheet.columns if name not in known],
        columns_absent=[
            name for name, use in known.items() if name not in sheet.columns and use != "unused"
        ],
    )
    if report.columns_absent:
        return Plan([], report)
    reader = _RowReader(rules, book.mechanisms[rules.mechanism], book, report)
    planned = (reader.read(row) for row in sheet.rows)
    return Plan(_first_of_each_number([row for row in planned if row], report), report)


def _first_of_each_number(rows: list[PlannedRow], report: ImportReport) -> list[PlannedRow]:
    seen = Counter[str]()
    kept = []
    for row in rows:
        seen[row.number] += 1
        if seen[row.number] == 1:
            kept.append(row)
        else:
            message = Label(
                zh=f"编号 {row.number} 在文件中重复",
                en=f"Number {row.number} stands twice in the file",
            )
            report.rejected.append(RowNote(row.line, "", message))
    return kept


class _RowReader:
    """Reads rows through one map, noting into one report."""

    def __init__(
        self, rules: LedgerMap, mechanism: Mechanism, book: Book, report: ImportReport
    ) -> None:
        self.rules = rules
        self.mechanism = mechanism
        self.book = book
        self.report = report

    def read(self, row: SheetRow) -> PlannedRow | None:
        """Give the planned row, or None when it was rejected (the report says why)."""
        before = len(self.report.rejected)
        self._check_expected(row)
        moments = tuple(self._moments(row))
        form = self._answers(row)
        number = row.cells[self.rules.number.column]
        if not number:
            self._reject(row, self.rules.number.column, Label(zh="没有编号", en="No number"))
        if len(self.report.rejected) > before:
            return None
        return PlannedRow(
            row.line, self.rules.number.prefix + number, moments, form, tuple(self._areas(row))
        )

    def _check_expected(self, row: SheetRow) -> None:
        for column, values in self.rules.expect.items():
            found = row.cells[column]
            if found not in values:
                wanted = "、".join(values)
                self._reject(
                    row,
                    column,
                    Label(
                        zh=f"“{found}”不在预期值 {wanted} 之内",
                        en=f"“{found}” is not among {wanted}",
                    ),
                )

    def _moments(self, row: SheetRow) -> Iterator[tuple[str, datetime]]:
        for step in self.rules.steps:
            text = row.cells[step.at.column]
            if text in self.rules.missing and step is not self.rules.steps[0]:
                continue
            moment = _moment(text, step.at.formats)
            if moment is None:
                self._reject(
                    row,
                    step.at.column,
                    Label(
                        zh=f"“{text}”不是时间，应写成 {_example(step.at.formats)}",
                        en=f"“{text}” is no moment; write it as {_example(step.at.formats)}",
                    ),
                )
            else:
                yield step.action, moment

    def _answers(self, row: SheetRow) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, rule in self.rules.fields.items():
            text = row.cells[rule.column]
            if text in self.rules.missing and not (rule.codes and text in rule.codes):
                if rule.wanted:
                    self._note_missing(row, name, rule.column)
            elif rule.codes is not None and text not in rule.codes:
                self._reject_code(row, rule, text)
            else:
                given[name] = text if rule.codes is None else rule.codes[text]
        return self._cleaned(row, given)

    def _reject_code(self, row: SheetRow, rule: FieldColumn, text: str) -> None:
        known = "、".join(list(rule.codes or {})[:8])
        self._reject(
            row,
            rule.column,
            Label(
                zh=f"不认识的代码“{text}”；映射文件认识：{known}。请在映射中补上它的含义",
                en=f"Unknown code “{text}”; the map knows {known}. Add its meaning to the map",
            ),
        )

    def _cleaned(self, row: SheetRow, given: dict[str, Any]) -> dict[str, Any]:
        try:
            return clean(self.mechanism, self.rules.steps[0].action, given, self.book)
        except StepRefused as refusal:
            for fault in refusal.faults or (Fault("", refusal.message),):
                rule = self.rules.fields.get(fault.field)
                self._reject(row, rule.column if rule else "", fault.message)
            return {}

    def _areas(self, row: SheetRow) -> Iterator[tuple[str, str, str]]:
        for level in self.rules.areas:
            code, name = row.cells[level.code], row.cells[level.name]
            if code in self.rules.missing or name in self.rules.missing:
                if level is self.rules.areas[0]:
                    self._note_area(row, level)
                return
            yield level.prefix + code, name, level.level

    def _note_area(self, row: SheetRow, level: AreaColumns) -> None:
        message = Label(
            zh="没有写明地点，按全机构归档",
            en="No place is given: filed under the office as a whole",
        )
        self.report.kept.append(RowNote(row.line, level.name, message))

    def _note_missing(self, row: SheetRow, name: str, column: str) -> None:
        label = self.mechanism.fields[name]
        message = Label(zh=f"没有“{label.zh}”，按缺项保留", en=f"No “{label.en}”: kept without it")
        self.report.kept.append(RowNote(row.line, column, message))

    def _reject(self, row: SheetRow, column: str, message: Label) -> None:
        self.report.rejected.append(RowNote(row.line, column, message))


def _moment(text: str, formats: list[str]) -> datetime | None:
    for form in (*formats, None):
        try:
            moment = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 (given a zone below)
        except ValueError:
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)
    return None


def _example(formats: list[str]) -> str:
    return datetime(2026, 3, 2, 14, 5, 0, tzinfo=ZONE).strftime(formats[0])
