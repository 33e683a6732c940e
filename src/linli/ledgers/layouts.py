"""Layouts of ledgers that an office is asked for: which columns, in which order, and what fills each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

import linli.book
from linli.rulebook.labels import KEY, Label, Rule
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.ownbook import own_folder
from linli.rulebook.reading import read_yaml

FOLDER = Path(linli.book.__path__[0]) / "layouts"
Plain = Literal["number", "area", "state", "holder", "category", "opened", "closed", "due"]
PLAIN: tuple[str, ...] = get_args(Plain)
BY_HAND = "hand"
FIELD, COUNT = ".", "count."


class LayoutRefused(Exception):
    """A layout does not fit the mechanism it takes its rows from; `message` says what does not."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


class Layout(Rule):
    """A ledger as it is asked for. `columns`: heading to word, in the order wanted.

    A word is one of PLAIN; `.field` for what the case holds there, or the sum over the entries whose amount it is;
    `count.entry` for how many entries; `hand` for what nobody but the person who fills it in can know. `span`:
    rows of a year by the day they were opened, or what stands now.
    """

    layout: str = Field(pattern=KEY)
    title: Label
    of: str
    span: Literal["year", "standing"] = "year"
    columns: dict[str, str] = Field(min_length=2)

    @property
    def fields(self) -> list[str]:
        """Give the fields the columns name."""
        return [word[1:] for word in self.columns.values() if word.startswith(FIELD)]

    def open_columns(self, mechanism: Mechanism) -> list[str]:
        """Give the headings of the columns that remain: filled in by hand, or personal and not taken out."""
        return [head for head, word in self.columns.items() if not is_known(word, mechanism)]


def is_known(word: str, mechanism: Mechanism) -> bool:
    """Say whether a column is filled in from records."""
    if word == BY_HAND:
        return False
    return not word.startswith(FIELD) or not mechanism.fields[word[1:]].personal


def layouts_at_hand() -> dict[str, Layout]:
    """Give the layouts that Linli brings along and those of the office's own book, which win by name.

    Raises MechanismRefused for a file that is not a layout.
    """
    own = own_folder()
    added = dict(_read(own / "layouts")) if own else {}
    return shipped_layouts() | added


@lru_cache(maxsize=1)
def shipped_layouts() -> dict[str, Layout]:
    """Give the layouts that Linli brings along, by name."""
    return dict(_read(FOLDER))


def _read(folder: Path) -> Iterator[tuple[str, Layout]]:
    for file in sorted(folder.glob("*.yaml")):
        layout, _lines = read_yaml(file.read_text(encoding="utf-8"), file.name, Layout)
        yield layout.layout, layout


def check_layout(layout: Layout, mechanisms: Mapping[str, Mechanism]) -> Mechanism:
    """Give the mechanism whose cases fill a layout. Raises LayoutRefused for what it has not."""
    mechanism = mechanisms.get(layout.of)
    if mechanism is None:
        raise LayoutRefused(f"没有机制“{layout.of}”", f"no mechanism {layout.of!r}")
    for head, word in layout.columns.items():
        for zh, en in _faults(word, mechanism):
            raise LayoutRefused(f"列“{head}”：{zh}", f"column {head!r}: {en}")
    return mechanism


def _faults(word: str, mechanism: Mechanism) -> Iterator[tuple[str, str]]:
    if word.startswith(COUNT):
        if word.removeprefix(COUNT) not in mechanism.entries:
            yield f"没有登记项“{word[6:]}”", f"no entry {word[6:]!r}"
    elif word.startswith(FIELD):
        yield from _field_faults(word[1:], mechanism)
    elif word not in PLAIN and word != BY_HAND:
        known = "、".join((*PLAIN, BY_HAND))
        yield f"不认识“{word}”，可写：{known}、.字段、count.登记项", f"{word!r} is none of {known}"


def _field_faults(name: str, mechanism: Mechanism) -> Iterator[tuple[str, str]]:
    rule = mechanism.fields.get(name)
    if rule is None:
        yield f"没有字段“{name}”", f"no field {name!r}"
        return
    entry = entry_of(name, mechanism)
    if entry and mechanism.entries[entry].amount != name and not rule.is_sealed:
        yield (
            f"“{name}”每次登记各有一个，请写 count.{entry} 或它的合计",
            f"{name!r} differs from entry to entry: take count.{entry} or its sum",
        )


def entry_of(name: str, mechanism: Mechanism) -> str | None:
    """Give the entry that keeps a field to itself; none when the case holds it."""
    return next((key for key, rule in mechanism.entries.items() if name in rule.fields), None)
