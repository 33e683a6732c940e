"""Reading a ledger through a map: every good row is planned, every bad one becomes a line of the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from linli.ledgers.mapping import ZONE, AreaColumns, FieldColumn, LedgerMap
from linli.ledgers.sheets import Sheet, SheetRow
from linli.registry.importing import LOCAL_CODE
from linli.rulebook.casefile import Actor, Duty, Fault, StepRefused
from linli.rulebook.deciding import decide
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism

NUMBER_MOST = 60
NO_PLACE = Label(
    zh="没有写明地点，按全机构归档", en="No place is given: filed under the office as a whole"
)
ODD_PLACE = Label(
    zh="地点代码含有字母、数字、连字符以外的字符或过长，按上一级地点归档",
    en="The place's code is too long or holds more than letters, digits and hyphens: filed one level up",
)
BACKWARDS = Label(
    zh="时间早于上一步的时间，请核对", en="Earlier than the step before it: check the moments"
)
AHEAD = Label(zh="时间晚于现在，请核对", en="Later than now: check the moment")
NO_NUMBER = Label(zh="没有编号", en="No number")
LONG_NUMBER = Label(
    zh=f"编号超过 {NUMBER_MOST} 个字符", en=f"The number is longer than {NUMBER_MOST} characters"
)


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
    rejected: list[RowNote] = field(default_factory=list)
    kept: list[RowNote] = field(default_factory=list)
    columns_unknown: list[str] = field(default_factory=list)
    columns_absent: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PlannedRow:
    """A row ready to enter: its number, its moments and answers, and its area by code and name."""

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


def plan_import(
    sheet: Sheet, rules: LedgerMap, book: Book, *, at: datetime, importer: Actor | None = None
) -> Plan:
    """Read every row through the map; nothing is written. Bad rows are noted with line, column and reason.

    With an `importer` each row is also taken through its mechanism, so that what a step would refuse is
    told here and not when it enters.
    """
    needed = rules.needed()
    known = {*needed, *rules.unused}
    report = ImportReport(
        rows=len(sheet.rows),
        columns_unknown=[name for name in sheet.columns if name not in known],
        columns_absent=[name for name in needed if name not in sheet.columns],
    )
    if report.columns_absent:
        return Plan([], report)
    mechanism = book.mechanisms[rules.mechanism]
    planned: dict[str, PlannedRow] = {}
    for row in sheet.rows:
        reader = _RowReader(row, rules, mechanism)
        found = reader.read(at)
        if found is not None and importer is not None:
            reader.rejected += refusals(found, rules, mechanism, importer, book)
            found = None if reader.rejected else found
        if found is not None and found.number in planned:
            reader.reject(rules.number.column, _twice(found.number, planned[found.number].line))
            found = None
        report.rejected += reader.rejected
        if found is not None:
            report.kept += reader.kept
            planned[found.number] = found
    return Plan(list(planned.values()), report)


def importer_of(rules: LedgerMap, mechanism: Mechanism, office: int, who: str) -> Actor:
    """Give the actor that stands for all who took the ledger's steps in their time: it holds their duties."""
    roles = [by.role for step in rules.steps for by in mechanism.actions[step.action].by if by.role]
    codes = dict.fromkeys(mechanism.roles[role].duty or role for role in roles)
    return Actor(office, who, tuple(Duty(code, areas=("/",)) for code in codes))


def refusals(
    row: PlannedRow, rules: LedgerMap, mechanism: Mechanism, importer: Actor, book: Book
) -> list[RowNote]:
    """Give what the mechanism refuses of a planned row; nothing when it may enter."""
    case, form = None, row.form
    try:
        for action, moment in row.moments:
            outcome = decide(
                mechanism, case, action, actor=importer, at=moment, form=form, book=book
            )
            case, form = outcome.case, {}
    except StepRefused as refusal:
        faults = refusal.faults or (Fault("", refusal.message),)
        columns = {name: rule.column for name, rule in rules.fields.items()}
        return [RowNote(row.line, columns.get(one.field, ""), one.message) for one in faults]
    return []


def _twice(number: str, line: int) -> Label:
    return Label(
        zh=f"编号 {number} 与第 {line} 行重复",
        en=f"Number {number} stands in line {line} already",
    )


class _RowReader:
    """Reads one row through a map, noting what is wrong or missing."""

    def __init__(self, row: SheetRow, rules: LedgerMap, mechanism: Mechanism) -> None:
        self.row = row
        self.rules = rules
        self.mechanism = mechanism
        self.rejected: list[RowNote] = []
        self.kept: list[RowNote] = []

    def read(self, at: datetime) -> PlannedRow | None:
        """Give the planned row, or None when it is rejected (`rejected` says why)."""
        self._check_expected()
        number = self._number()
        moments = tuple(self._moments(at))
        given = self._answers()
        if self.rejected:
            return None
        areas = tuple(self._areas())
        return PlannedRow(self.row.line, self.rules.number.prefix + number, moments, given, areas)

    def reject(self, column: str, message: Label) -> None:
        """Note why the row does not enter."""
        self.rejected.append(RowNote(self.row.line, column, message))

    def _keep(self, column: str, message: Label) -> None:
        self.kept.append(RowNote(self.row.line, column, message))

    def _check_expected(self) -> None:
        for column, values in self.rules.expect.items():
            found = self.row.cells[column]
            if found not in values:
                zh, en = "、".join(values), ", ".join(values)
                message = Label(
                    zh=f"“{found}”不在预期值 {zh} 之内", en=f"“{found}” is not among {en}"
                )
                self.reject(column, message)

    def _number(self) -> str:
        rule = self.rules.number
        number = self.row.cells[rule.column]
        if number in self.rules.missing:
            self.reject(rule.column, NO_NUMBER)
        elif len(number) > NUMBER_MOST:
            self.reject(rule.column, LONG_NUMBER)
        return number

    def _moments(self, now: datetime) -> Iterator[tuple[str, datetime]]:
        found: list[tuple[str, datetime]] = []
        for nth, step in enumerate(self.rules.steps):
            text = self.row.cells[step.at.column]
            if text in self.rules.missing and nth > 0:
                continue
            moment = step.at.moment(text)
            if moment is None:
                self.reject(step.at.column, no_moment(text, step.at.formats))
            elif moment > now:
                self.reject(step.at.column, AHEAD)
            else:
                found.append((step.action, moment))
        columns = {step.action: step.at.column for step in self.rules.steps}
        for (_, earlier), (action, later) in pairwise(found):
            if later < earlier:
                self.reject(columns[action], BACKWARDS)
        yield from found

    def _answers(self) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, rule in self.rules.fields.items():
            text = self.row.cells[rule.column]
            if rule.codes is not None and text in rule.codes:
                given[name] = rule.codes[text]
            elif text in self.rules.missing:
                if rule.wanted:
                    self._keep(rule.column, self._without(name))
            elif rule.codes is not None:
                self.reject(rule.column, _unknown_code(rule, text))
            else:
                given[name] = text
        return given

    def _areas(self) -> Iterator[tuple[str, str, str]]:
        above = ""
        for nth, level in enumerate(self.rules.areas):
            code, name = self.row.cells[level.code], self.row.cells[level.name]
            if code in self.rules.missing or name in self.rules.missing:
                if nth == 0:
                    self._keep(level.name, NO_PLACE)
                return
            above = _local_code(level, code, above)
            if not LOCAL_CODE.fullmatch(above):
                self._keep(level.code, ODD_PLACE)
                return
            yield above, name, level.level

    def _without(self, name: str) -> Label:
        label = self.mechanism.fields[name]
        return Label(zh=f"没有“{label.zh}”，按缺项保留", en=f"No “{label.en}”: kept without it")


def _local_code(level: AreaColumns, code: str, above: str) -> str:
    """Give the code of a ledger's division; its own word for one place says nothing without the one above."""
    return f"{above}-{code}" if above and level.prefix else f"{level.prefix}{code}"


def no_moment(text: str, formats: list[str]) -> Label:
    """Say that a text is no moment, and how one is written."""
    example = datetime(2026, 3, 2, 14, 5, 0, tzinfo=ZONE).strftime(formats[0])
    return Label(
        zh=f"“{text}”不是时间，应写成 {example}", en=f"“{text}” is no moment; write it as {example}"
    )


def _unknown_code(rule: FieldColumn, text: str) -> Label:
    known = list(rule.codes or {})[:8]
    return Label(
        zh=f"不认识的代码“{text}”；映射文件认识：{'、'.join(known)}。请在映射中补上它的含义",
        en=f"Unknown code “{text}”; the map knows {', '.join(known)}. Add its meaning to the map",
    )
