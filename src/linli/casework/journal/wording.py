"""Values in words: codes by their labels, bodies and areas by their names, moments in local time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from linli.casework.journal.referring import entry_names
from linli.registry.queries import area_names, body_names
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import FieldRule, Label

ZONE = ZoneInfo("Asia/Shanghai")
YES, NO = Label(zh="是", en="Yes"), Label(zh="否", en="No")
UNKNOWN_BODY = Label(zh="（已撤销的单位）", en="(a body no longer there)")
Worded = str | Label


@dataclass
class Wording:
    """Words for the values of one page. `ask` first for all of them, so that names are read in bulk."""

    book: Book
    bodies: set[int] = field(default_factory=set)
    areas: set[str] = field(default_factory=set)
    entries: dict[str, str | None] = field(default_factory=dict)

    def ask(self, rule: FieldRule, value: Any) -> None:
        """Note which names a value will need."""
        if rule.type == "body":
            self.bodies.add(value)
        elif rule.type == "bodies":
            self.bodies.update(value)
        elif rule.type == "area":
            self.areas.add(value)
        elif rule.type == "entry":
            self.entries.setdefault(value)

    def word(self, rule: FieldRule, value: Any) -> Worded:
        """Give a value as people read it."""
        tell = _TELLERS.get(rule.type)
        return tell(self, rule, value) if tell else str(value)

    def code(self, rule: FieldRule, code: str) -> Label:
        """Give the label of a code; a code of an open list that nobody declared stands for itself."""
        if code in rule.labels:
            return rule.labels[code]
        listed = self.book.codes.get(rule.codes) if isinstance(rule.codes, str) else None
        found = listed.codes.get(code) if listed else None
        return Label(zh=found.zh, en=found.en) if found else Label(zh=code, en=code)

    def body(self, body: int | None) -> Label | None:
        """Give the name of a body."""
        return None if body is None else body_names(self.bodies | {body}).get(body, UNKNOWN_BODY)

    def entry(self, number: str) -> str:
        """Give a register's entry by its title and number."""
        self.entries.setdefault(number)
        unknown = [one for one, name in self.entries.items() if name is None]
        names = entry_names(unknown) if unknown else {}
        self.entries.update({one: names.get(one, one) for one in unknown})
        return self.entries[number] or number

    def area(self, path: str) -> str:
        """Give the name of an area; its code where the registry does not know it."""
        return area_names(self.areas | {path}).get(path) or path.rstrip("/").rpartition("/")[2]


def _bodies(wording: Wording, rule: FieldRule, value: Iterable[int]) -> Label:
    del rule
    names = [wording.body(body) or UNKNOWN_BODY for body in value]
    return Label(
        zh="、".join(name.zh for name in names) or "—",
        en=", ".join(name.en for name in names) or "—",
    )


def _moment(wording: Wording, rule: FieldRule, value: str) -> str:
    del wording, rule
    return f"{datetime.fromisoformat(value).astimezone(ZONE):%Y-%m-%d %H:%M}"


def _place(wording: Wording, rule: FieldRule, value: dict[str, Any]) -> str:
    del wording, rule
    return f"{value['lon']:.5f}, {value['lat']:.5f}"


_TELLERS: dict[str, Callable[[Wording, FieldRule, Any], Worded]] = {
    "bool": lambda _wording, _rule, value: YES if value else NO,
    "code": Wording.code,
    "body": lambda wording, _rule, value: wording.body(value) or UNKNOWN_BODY,
    "bodies": _bodies,
    "area": lambda wording, _rule, value: wording.area(value),
    "entry": lambda wording, _rule, value: wording.entry(value),
    "moment": _moment,
    "place": _place,
}
