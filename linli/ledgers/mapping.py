"""Ledger maps: how the columns of a ledger become the fields of a mechanism, as data."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import Field, ValidationError

from linli.rulebook.mechanism import Label, Rule


class MapRefused(Exception):
    """The map cannot be used; `message` says where and why."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


class MomentColumn(Rule):
    """A column that holds a moment, in Asia/Shanghai unless the text says otherwise."""

    column: str
    formats: list[str] = ["%Y-%m-%d %H:%M:%S"]


class NumberColumn(Rule):
    """The column that names a row for ever, so that a second import of it changes nothing."""

    column: str
    prefix: str = ""


class AreaColumns(Rule):
    """One level of place: the columns of its code and name, and what to put before the code."""

    level: str
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

    def columns(self) -> dict[str, str]:
        """Give, for each column that the map knows, what it is used for."""
        used: dict[str, str] = {self.number.column: "number"}
        used |= {step.at.column: f"at {step.action}" for step in self.steps}
        for area in self.areas:
            used |= {area.code: f"area {area.level}", area.name: f"area {area.level}"}
        used |= {rule.column: name for name, rule in self.fields.items()}
        used |= dict.fromkeys(self.expect, "expect")
        return used | dict.fromkeys(self.unused, "unused")


def read_map(text: str, source: str) -> LedgerMap:
    """Give the map in a YAML text. Raises MapRefused with the file and the place in it."""
    try:
        return LedgerMap.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise MapRefused(
            Label(
                zh=f"{source} 不是有效的 YAML：{error}", en=f"{source} is not valid YAML: {error}"
            )
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or source
        raise MapRefused(
            Label(
                zh=f"{source} 的 {place}：{first['msg']}", en=f"{source}, {place}: {first['msg']}"
            )
        ) from error
