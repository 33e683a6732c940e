"""Reading a platform's list through its profile: every row an order, or a note of what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli.exchange.profiles import Profile, Standing
from linli.ledgers.planning import NO_NUMBER, NUMBER_MOST, RowNote, no_moment
from linli.ledgers.sheets import Sheet, SheetRow
from linli.rulebook.labels import Label

MOST_ROWS = 20_000


@dataclass(frozen=True)
class Order:
    """One order as their list has it. `standing`: what their word for its state means; nothing for an unknown word."""

    line: int
    number: str
    status: str
    standing: Standing | None
    sent_at: datetime | None
    due_at: datetime | None
    form: Mapping[str, Any]
    area: str | None


@dataclass
class Orders:
    """A list as read: its orders in order, and what is wrong with the other rows."""

    rows: int
    good: list[Order] = field(default_factory=list)
    bad: list[RowNote] = field(default_factory=list)


class ListRefused(Exception):
    """The list as a whole cannot be read; `message` says what it lacks."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def read_orders(sheet: Sheet, profile: Profile, areas: Mapping[str, str]) -> Orders:
    """Read every row; `areas` are paths by the names and codes of divisions. Raises ListRefused."""
    absent = [name for name in profile.needed() if name not in sheet.columns]
    if absent:
        raise ListRefused(
            f"清单缺少这些列：{'、'.join(absent)}", f"The list lacks columns: {', '.join(absent)}"
        )
    if len(sheet.rows) > MOST_ROWS:
        raise ListRefused(
            f"清单最多 {MOST_ROWS} 行，请拆分", f"A list has at most {MOST_ROWS} rows: split it"
        )
    read = Orders(len(sheet.rows))
    lines: dict[str, int] = {}
    for row in sheet.rows:
        order = _RowReader(row, profile, areas, read.bad).read()
        if order is None:
            continue
        first = lines.setdefault(order.number, row.line)
        if first != row.line:
            read.bad.append(RowNote(row.line, profile.number.column, _twice(order.number, first)))
        else:
            read.good.append(order)
    return read


@dataclass
class _RowReader:
    row: SheetRow
    profile: Profile
    areas: Mapping[str, str]
    bad: list[RowNote]

    def read(self) -> Order | None:
        """Give the order, or nothing once what is wrong is noted."""
        number, status = self._cell(self.profile.number.column), self._cell(self.profile.status)
        if not number or len(number) > NUMBER_MOST:
            self._note(self.profile.number.column, NO_NUMBER)
            return None
        standing = self.profile.their_words.standing(status)
        sent, due = self._moments()
        area = self.areas.get(self._cell(self.profile.area or ""))
        return Order(self.row.line, number, status, standing, sent, due, self._form(number), area)

    def _cell(self, column: str) -> str:
        text = self.row.cells.get(column, "")
        return "" if text in self.profile.missing else text

    def _note(self, column: str, message: Label) -> None:
        self.bad.append(RowNote(self.row.line, column, message))

    def _moments(self) -> tuple[datetime | None, datetime | None]:
        """Give when it was sent and is due; a text that is no moment is noted, and the row is kept without it."""
        found: list[datetime | None] = []
        for rule in (self.profile.sent, self.profile.due):
            text = self._cell(rule.column) if rule else ""
            moment = rule.moment(text) if rule and text else None
            if rule and text and moment is None:
                self._note(rule.column, no_moment(text, rule.formats))
            found.append(moment)
        return found[0], found[1]

    def _form(self, number: str) -> dict[str, Any]:
        """Give the answers of the opening form; what a word means that nobody declared, the form itself refuses."""
        profile = self.profile
        given: dict[str, Any] = {}
        for name, rule in profile.fields.items():
            text = self._cell(rule.column)
            if text:
                given[name] = (rule.codes or {}).get(text, text)
        if profile.number.field:
            given[profile.number.field] = number
        if profile.place and self._cell(profile.place.lon) and self._cell(profile.place.lat):
            given[profile.place.field] = {
                "lon": self._cell(profile.place.lon),
                "lat": self._cell(profile.place.lat),
                "datum": profile.place.datum,
            }
        return given


def _twice(number: str, line: int) -> Label:
    return Label(
        zh=f"编号 {number} 与第 {line} 行重复", en=f"Number {number} stands in line {line} already"
    )
