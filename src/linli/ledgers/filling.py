"""Filling a register from a sheet: the columns are the labels of its fields, the unique key tells rows apart."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from linli.budget.actions import open_case, perform
from linli.casework.definitions import current
from linli.casework.queries.entries import entry_key_of, entry_there
from linli.ledgers.layouts import FIELD, layouts_at_hand
from linli.ledgers.sheets import Sheet, SheetRow
from linli.registry.queries import areas_of_office, bodies
from linli.rulebook import forms
from linli.rulebook.casefile import Actor, StepRefused
from linli.rulebook.deciding import decide
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import AMEND, ENROL, FieldRule, Label, Mechanism

Became = Literal["new", "changed", "same", "bad"]
UNASKED = ("photo", "file", "place", "bodies")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
YES, NO = ("是", "有", "yes", "true", "1", "√"), ("否", "无", "no", "false", "0", "×")


class ColumnsUnfit(Exception):
    """The sheet's columns are not those of the register; `message` names what is wrong."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class FilledRow:
    """What became, or would become, of one row: enrolled, amended, left as it is, or not taken and why."""

    line: int
    became: Became
    number: str = ""
    reason: Label | None = None


@dataclass(frozen=True)
class Filled:
    """All rows of a sheet, in order."""

    rows: tuple[FilledRow, ...]

    def count(self, became: Became) -> int:
        """Give how many rows became that."""
        return sum(row.became == became for row in self.rows)

    @property
    def bad(self) -> tuple[FilledRow, ...]:
        """Give the rows that are not taken."""
        return tuple(row for row in self.rows if row.became == "bad")


@dataclass
class Filling:
    """A sheet being taken into a register by somebody. `writes` False only looks what would become of it."""

    register: str
    by: Actor
    at: datetime
    book: Book
    ground: str | None = None
    writes: bool = False
    lines: dict[str, int] = field(default_factory=dict)

    def fill(self, sheet: Sheet) -> Filled:
        """Take every good row, one by one, and say what became of each. Raises ColumnsUnfit."""
        columns = self._columns(sheet)
        return Filled(tuple(self._row(row, columns) for row in sheet.rows))

    @cached_property
    def mechanism(self) -> Mechanism:
        """Give the register's mechanism in force."""
        return current(self.register)

    def _columns(self, sheet: Sheet) -> dict[str, str]:
        known = {
            name: key
            for key, rule in columns_of(self.mechanism)
            for name in (rule.zh, rule.en, key)
        }
        laid = self._headings
        known = {head: word for head, word in laid.items() if word} | known
        unknown = [column for column in sheet.columns if column not in {*known, *laid}]
        found = {column: known[column] for column in sheet.columns if column in known}
        required = self.mechanism.actions[ENROL].required
        missing = [self.mechanism.fields[n].zh for n in sorted(required - set(found.values()))]
        if unknown or missing:
            zh = [f"不认识的列：{'、'.join(unknown)}"] if unknown else []
            zh += [f"缺少的列：{'、'.join(missing)}"] if missing else []
            raise ColumnsUnfit(
                Label(
                    zh=f"{'；'.join(zh)}。请下载模板，照它的列名填写。",
                    en=f"Unknown columns: {', '.join(unknown) or '—'}; missing: {', '.join(missing) or '—'}. "
                    "Download the template and keep its columns.",
                )
            )
        return found

    @cached_property
    def _headings(self) -> dict[str, str]:
        """Give the headings of the ledgers laid out for the register: the field each is read into, '' where none is.

        What a ledger counts, or takes from the case itself, is let pass: it came from here.
        """
        asked = {name for name, _ in columns_of(self.mechanism)}
        laid = (one for one in layouts_at_hand().values() if one.of == self.register)
        return {
            head: word.removeprefix(FIELD) if word.removeprefix(FIELD) in asked else ""
            for one in laid
            for head, word in one.columns.items()
        }

    def _row(self, row: SheetRow, columns: Mapping[str, str]) -> FilledRow:
        try:
            answers = {
                key: self._answer(self.mechanism.fields[key], row.cells[column])
                for column, key in columns.items()
                if row.cells[column]
            }
            values = forms.clean(self.mechanism, ENROL, answers, self.book)
            self._check_once(row.line, values)
            there = entry_there(self.mechanism, values)
            if there is None:
                return FilledRow(row.line, "new", self._enrol(row.line, answers))
            asked = self.mechanism.actions[AMEND].fields
            changed = {name: answers[name] for name in there.changed if name in asked}
            if not changed:
                return FilledRow(row.line, "same", there.number)
            if self.writes:
                self._amend(row.line, there.case, changed)
            return FilledRow(row.line, "changed", there.number)
        except StepRefused as refused:
            return FilledRow(row.line, "bad", "", self._said(refused))

    def _enrol(self, line: int, answers: Mapping[str, Any]) -> str:
        if not self.writes:
            area = next(iter(self._named_areas(answers)), self.ground or "")
            decide(
                self.mechanism, None, ENROL, actor=self.by, at=self.at, form=answers, book=self.book,
                area=area,
            )  # fmt: skip
            return ""
        return open_case(
            mechanism=self.register, action=ENROL, by=self.by, at=self.at, form=answers,
            key=self._key(line, answers), area=self.ground, source="import",
        ).number  # fmt: skip

    def _amend(self, line: int, case: int, changed: Mapping[str, Any]) -> None:
        perform(
            case=case, action=AMEND, by=self.by, at=self.at, form=changed,
            key=self._key(line, changed), revision=None,
        )  # fmt: skip

    def _named_areas(self, answers: Mapping[str, Any]) -> Iterator[str]:
        fields = self.mechanism.fields
        return (str(value) for name, value in answers.items() if fields[name].type == "area")

    def _check_once(self, line: int, values: Mapping[str, Any]) -> None:
        """Refuse a second row of the same key: which of the two is right, nobody can know."""
        key = json.dumps(entry_key_of(self.mechanism, values), sort_keys=True)
        first = self.lines.setdefault(key, line)
        if first != line:
            raise StepRefused(
                "unique",
                Label(zh=f"与第 {first} 行重复。", en=f"The same entry as on line {first}."),
            )

    def _answer(self, rule: FieldRule, text: str) -> Any:
        """Give a cell as the form takes it; what is not understood is left to the form's own check."""
        if rule.type == "code":
            return self._code(rule, text)
        if rule.type == "area":
            return self._areas.get(text, text)
        if rule.type == "body":
            return self._bodies.get(text, text)
        if rule.type == "bool":
            word = text.casefold()
            return True if word in YES else False if word in NO else text
        day = DAY.fullmatch(text) if rule.type == "date" else None
        return "{:04d}-{:02d}-{:02d}".format(*map(int, day.groups())) if day else text

    def _code(self, rule: FieldRule, text: str) -> str:
        codes = forms.code_list(rule, self.book).codes
        for key, code in codes.items():
            if text in (key, code.zh, code.en, *code.aliases):
                return key
        return text

    @cached_property
    def _areas(self) -> dict[str, str]:
        return {
            name: area.path
            for area in areas_of_office()
            for name in (*area.aliases, area.stat_name, area.official_name, area.name, area.code)
            if name
        }

    @cached_property
    def _bodies(self) -> dict[str, int]:
        return {name: body.id for body in bodies() for name in (body.name.en, body.name.zh)}

    def _said(self, refused: StepRefused) -> Label:
        """Give why a row is refused: each field with its fault, or the refusal itself."""
        faults = refused.faults if refused.code == "form" else ()
        if not faults:
            return refused.message
        fields = self.mechanism.fields
        return Label(
            zh="".join(f"{fields[f.field].zh}：{f.message.zh}" for f in faults),
            en=" ".join(f"{fields[f.field].en}: {f.message.en}" for f in faults),
        )

    def _key(self, line: int, answers: Mapping[str, Any]) -> str:
        told = json.dumps(answers, ensure_ascii=False, sort_keys=True, default=str)
        digest = hashlib.sha256(told.encode()).hexdigest()[:16]
        return f"fill/{self.register}/{self.at.isoformat()}/{line}/{digest}"


def columns_of(mechanism: Mechanism) -> list[tuple[str, FieldRule]]:
    """Give the fields that are columns of a register's sheet, in the order of its enrolment form."""
    asked = ((name, mechanism.fields[name]) for name in mechanism.actions[ENROL].fields)
    return [(name, rule) for name, rule in asked if rule.type not in UNASKED]
