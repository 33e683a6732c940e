"""Ledger maps: how the columns of a ledger become the fields of a mechanism, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from linli.rulebook.mechanism import Label, Mechanism, Rule
from linli.rulebook.ownbook.remarks import Remark
from linli.rulebook.reading import MechanismRefused, read_yaml, text_of

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_YEAR = 1949
NUMBER = Label(zh="编号", en="Number")


class MapRefused(Exception):
    """The map cannot be used; `message` says where and why."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


class MomentColumn(Rule):
    """A column that holds a moment, in Asia/Shanghai unless the text says otherwise."""

    column: str
    formats: list[str] = Field(["%Y-%m-%d %H:%M:%S"], min_length=1)

    def moment(self, text: str) -> datetime | None:
        """Give the moment a cell says, in UTC; nothing for a text that is none or lies before 1949."""
        for form in (*self.formats, None):
            try:
                found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 (given a zone below)
            except ValueError:
                continue
            if found.year < FIRST_YEAR:
                return None
            return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(UTC)
        return None


class NumberColumn(Rule):
    """The column that names a row for ever, so that a second import of it changes nothing."""

    column: str
    prefix: str = ""


class AreaColumns(Rule):
    """One level of place: the columns of its code and name, and what to put before the code.

    A code that the office knows is that division; another one is added below the level above it.
    """

    level: str = Field(pattern="^(street|committee)$")
    code: str
    name: str
    prefix: str = ""


class FieldColumn(Rule):
    """One field: its column, and, where the ledger has words of its own, what each of them means.

    Rows that leave a `wanted` field empty are kept and listed in the report.
    """

    column: str
    codes: dict[str, Any] | None = None
    wanted: bool = False


class StepColumns(Rule):
    """One step of each case: the action and the column of its moment. An empty moment skips the step."""

    action: str
    at: MomentColumn


@dataclass(frozen=True)
class Slot:
    """One place in a map that a column fills; `key` names it on a form. A `needed` one may not stay empty."""

    key: str
    label: Label
    column: str
    needed: bool = False


class LedgerMap(Rule):
    """How one kind of ledger enters the office. Every column is used, expected or left out with a reason."""

    ledger: str = Field(pattern=r"^[a-z0-9-]+$")
    title: Label
    mechanism: str
    source: str = "ledger"
    steps: list[StepColumns] = Field(min_length=1)
    number: NumberColumn
    missing: list[str] = ["", "-"]
    areas: list[AreaColumns] = []
    fields: dict[str, FieldColumn] = {}
    expect: dict[str, list[str]] = {}
    unused: dict[str, str] = {}

    def needed(self) -> list[str]:
        """Give the columns that a ledger must have, in the order of the map."""
        areas = [name for area in self.areas for name in (area.code, area.name)]
        moments = [step.at.column for step in self.steps]
        fields = [rule.column for rule in self.fields.values()]
        return list(dict.fromkeys([self.number.column, *moments, *areas, *fields, *self.expect]))

    def slots(self, mechanism: Mechanism) -> Iterator[Slot]:
        """Give every place that a column can fill: the map's own, and each question of the first action."""
        yield Slot("number", NUMBER, self.number.column, needed=True)
        for nth, step in enumerate(self.steps):
            action = mechanism.actions[step.action]
            label = Label(zh=f"“{action.zh}”的时间", en=f"When: {action.en}")
            yield Slot(f"at.{nth}", label, step.at.column, needed=nth == 0)
        for nth, area in enumerate(self.areas, start=1):
            code = Label(zh=f"第 {nth} 级地点代码", en=f"Place, level {nth}: code")
            name = Label(zh=f"第 {nth} 级地点名称", en=f"Place, level {nth}: name")
            yield Slot(f"area.{nth - 1}.code", code, area.code)
            yield Slot(f"area.{nth - 1}.name", name, area.name)
        first = mechanism.actions[self.steps[0].action]
        for field in first.fields:
            rule, used = mechanism.fields[field], self.fields.get(field)
            label = Label(zh=rule.zh, en=rule.en)
            yield Slot(
                f"field.{field}", label, used.column if used else "", field in first.required
            )

    def filled(self, mechanism: Mechanism, chosen: Mapping[str, str]) -> LedgerMap:
        """Give the map with other columns in its slots; one that is emptied is left out.

        Raises MapRefused when a needed slot is left empty. Columns that nothing uses any more are unused.
        """
        slots = list(self.slots(mechanism))
        columns = {slot.key: chosen.get(slot.key, slot.column) for slot in slots}
        for slot in slots:
            if slot.needed and not columns[slot.key]:
                raise MapRefused(
                    Label(
                        zh=f"请为“{slot.label.zh}”选一列",
                        en=f"Choose a column for: {slot.label.en}",
                    )
                )
        return self.model_copy(
            update={
                "number": self.number.model_copy(update={"column": columns["number"]}),
                "steps": list(self._steps(columns)),
                "areas": list(self._areas(columns)),
                "fields": dict(self._fields(columns)),
            }
        )

    def _steps(self, columns: Mapping[str, str]) -> Iterator[StepColumns]:
        for nth, step in enumerate(self.steps):
            if column := columns[f"at.{nth}"]:
                yield step.model_copy(update={"at": step.at.model_copy(update={"column": column})})

    def _areas(self, columns: Mapping[str, str]) -> Iterator[AreaColumns]:
        for nth, area in enumerate(self.areas):
            code, name = columns[f"area.{nth}.code"], columns[f"area.{nth}.name"]
            if not (code and name):
                return
            yield area.model_copy(update={"code": code, "name": name})

    def _fields(self, columns: Mapping[str, str]) -> Iterator[tuple[str, FieldColumn]]:
        for key, column in columns.items():
            kind, _, field = key.partition(".")
            if kind == "field" and column:
                known = self.fields.get(field) or FieldColumn(column=column)
                yield field, known.model_copy(update={"column": column})


def read_map(text: str, source: str) -> LedgerMap:
    """Give the map in a YAML text. Raises MapRefused with the file and the line in it."""
    try:
        return read_yaml(text, source, LedgerMap)[0]
    except MechanismRefused as refused:
        zh = f"{source}:{refused.line}：{refused.message.zh}{refused.cure.zh}"
        en = f"{source}:{refused.line}: {refused.message.en} {refused.cure.en}"
        raise MapRefused(Label(zh=zh, en=en)) from refused


def check_maps(folder: Path) -> list[Remark]:
    """Give what is wrong with the maps in an office's folder."""
    found = []
    for file in sorted((folder / "ledgers").glob("*.yaml")):
        try:
            read_yaml(text_of(file), str(file), LedgerMap)
        except MechanismRefused as refused:
            found.append(Remark.of(refused, str(file)))
    return found


def check_map(rules: LedgerMap, mechanisms: Mapping[str, Mechanism]) -> Mechanism:
    """Give the mechanism that a map fills. Raises MapRefused for a mechanism, action or field it has not."""
    mechanism = mechanisms.get(rules.mechanism)
    if mechanism is None:
        raise _unknown("机制", "mechanism", rules.mechanism, mechanisms)
    for nth, step in enumerate(rules.steps):
        action = mechanism.actions.get(step.action)
        if action is None or action.start is not (nth == 0):
            fit = [key for key, known in mechanism.actions.items() if known.start is (nth == 0)]
            raise _unknown("动作", "action", step.action, fit)
    asked = mechanism.actions[rules.steps[0].action].fields
    for field in rules.fields:
        if field not in asked:
            raise _unknown("字段", "field", field, asked)
    return mechanism


def _unknown(zh: str, en: str, name: str, known: Iterable[str]) -> MapRefused:
    names = list(known)
    return MapRefused(
        Label(
            zh=f"映射里的{zh}“{name}”用不上；可用：{'、'.join(names)}",
            en=f"the map's {en} {name!r} does not fit; there is: {', '.join(names)}",
        )
    )
