"""What events of devices mean, as data: the kinds of device, the decision table, and the cases it may open."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

import linli.book
from linli.rulebook import tables
from linli.rulebook.labels import KEY, Label, Rule
from linli.rulebook.mechanism import Decision, Mechanism
from linli.rulebook.ownbook import own_folder
from linli.rulebook.reading import read_yaml

FOLDER = Path(linli.book.__path__[0]) / "devices"
NOTHING = "nothing"


class DevicesRefused(Exception):
    """A file of devices does not fit; `message` says what does not."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


class DeviceKind(Label):
    """A kind of device and the unit of what it reads."""

    unit: str = ""


class Opens(Rule):
    """A case that an event may open: the action, its answers, and the fields that take the device's place and name.

    Events of one `group` (the device alone, or all of its kind in its area) join the case while it runs, and for
    `hours` after it was opened.
    """

    mechanism: str
    action: str
    place: str | None = None
    device: str | None = None
    group: Literal["device", "area"] = "device"
    hours: int = Field(ge=0, le=24 * 31)
    form: dict[str, str] = {}


class DeviceTable(Rule):
    """What the office makes of events: one decision table over the kind and what was read."""

    key: str = Field(alias="devices", pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    kinds: dict[str, DeviceKind] = Field(min_length=1)
    decision: Decision
    opens: dict[str, Opens]
    most_an_hour: int = Field(ge=1, le=3600)

    def opened_by(self, kind: str, value: Decimal) -> tuple[str, Opens] | None:
        """Give which case an event opens, by name; nothing when it opens none."""
        found = tables.decide(self.decision, {"kind": kind, "value": value}, _KINDS)["opens"]
        name = str(found)
        return None if name == NOTHING else (name, self.opens[name])


_KINDS: Mapping[str, Literal["text", "number"]] = {"kind": "text", "value": "number"}


def device_table() -> DeviceTable:
    """Give the office's own table of devices, or else the one that comes along. Raises MechanismRefused."""
    own = own_folder()
    mine = sorted((own / "devices").glob("*.yaml")) if own else []
    return _read(mine[0]) if mine else shipped_table()


@lru_cache(maxsize=1)
def shipped_table() -> DeviceTable:
    """Give the table that Linli brings along."""
    [file] = sorted(FOLDER.glob("*.yaml"))
    return _read(file)


def _read(file: Path) -> DeviceTable:
    table, _lines = read_yaml(file.read_text(encoding="utf-8"), file.name, DeviceTable)
    return table


def check_table(table: DeviceTable, mechanisms: Mapping[str, Mechanism]) -> None:
    """Look a table over. Raises DevicesRefused where it cannot be read, or names what no mechanism has."""
    faults = tables.check(table.decision)
    if faults:
        raise DevicesRefused(faults[0].message.zh, faults[0].message.en)
    if table.decision.in_ != ["kind", "value"] or table.decision.out != ["opens"]:
        raise DevicesRefused(
            "判定表的列应为 kind、value 和 opens", "the table decides opens from kind and value"
        )
    for name, rule in table.opens.items():
        mechanism = mechanisms.get(rule.mechanism)
        action = mechanism.actions.get(rule.action) if mechanism else None
        if action is None or not action.start:
            raise DevicesRefused(f"“{name}”不能立案", f"{name!r} opens no case")
        filled = {*rule.form, *filter(None, (rule.place, rule.device))}
        odd = sorted((filled - set(action.fields)) | (action.required - filled))
        if odd:
            raise DevicesRefused(
                f"“{name}”的表单不合：{'、'.join(odd)}", f"{name!r}: the form differs in {odd[0]}"
            )
