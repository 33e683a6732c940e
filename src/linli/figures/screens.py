"""Screens: what stands on a wall, as data: tiles that count cases or read a figure, tables, a map, what is hot."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

import linli.book
from linli.rulebook.labels import Label, Rule, Wrong
from linli.rulebook.ownbook import own_folder
from linli.rulebook.reading import read_yaml

FOLDER = Path(linli.book.__path__[0]) / "screens"
Span = Literal["today", "week", "month", "year"]
WEEK = timedelta(days=6)


class CasesWanted(Rule):
    """Which cases a tile counts. `week`: the last seven days, today among them; `month`, `year`: since their first day."""

    opened: Span | None = None
    due: Span | None = None
    closed: Span | None = None
    open: bool | None = None
    late: bool = False
    mechanism: str = ""
    category: str = ""
    source: str = ""

    def address(self, today: date) -> dict[str, str]:
        """Give the address line of the list of these cases; entries of registers are none."""
        query = {
            "kind": "case",
            "mechanism": self.mechanism,
            "category": self.category,
            "source": self.source,
        }
        for name, span in (("", self.opened), ("due_", self.due), ("closed_", self.closed)):
            if span is not None:
                query |= {f"{name}from": f"{begun(span, today)}", f"{name}to": f"{today}"}
        if self.open is not None:
            query["open"] = "1" if self.open else "0"
        if self.late:
            query["late"] = "1"
        return {name: text for name, text in query.items() if text}


class Tile(Label):
    """One number: of cases, or a figure `mechanism.figure` over the month or the year so far."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    cases: CasesWanted | None = None
    figure: str = Field("", pattern=r"^([a-z0-9-]+\.[a-z0-9_]+)?$")
    period: Literal["today", "month", "year"] = "month"
    tone: Literal["", "red", "green"] = ""

    @model_validator(mode="after")
    def _counts_one_thing(self) -> Self:
        if (self.cases is None) is (self.figure == ""):
            raise Wrong("一格要么数案件，要么读一个指标", "a tile has either cases or a figure")
        return self


class Breakdown(Label):
    """A table of tiles that count cases, a line for each neighbourhood or body; the first `rows` stand open."""

    by: Literal["area", "holder"]
    tiles: list[str] = Field(min_length=1)
    rows: int = Field(10, ge=1, le=100)


class CaseMap(Label):
    """A map of the neighbourhoods with cases as dots."""

    cases: CasesWanted


class Hot(Label):
    """Where at least `least` cases of one category have come together in one neighbourhood."""

    cases: CasesWanted
    least: int = Field(3, ge=2)
    rows: int = Field(5, ge=1, le=50)


class Screen(Rule):
    """One screen as its file lays it."""

    screen: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Label
    tiles: list[Tile] = Field(min_length=1, max_length=12)
    map: CaseMap | None = None
    tables: list[Breakdown] = Field([], max_length=4)
    hot: Hot | None = None

    @model_validator(mode="after")
    def _names_hold(self) -> Self:
        twice = [
            key for key, count in Counter(tile.key for tile in self.tiles).items() if count > 1
        ]
        if twice:
            said = ", ".join(twice)
            raise Wrong(f"格子重名：{said}", f"tiles named twice: {said}")
        counted = {tile.key for tile in self.tiles if tile.cases is not None}
        unknown = [key for table in self.tables for key in table.tiles if key not in counted]
        if unknown:
            said = ", ".join(unknown)
            raise Wrong(
                f"表中的“{said}”不是数案件的格子", f"tables name tiles that count no cases: {said}"
            )
        return self


def begun(span: str, today: date) -> date:
    """Give the first day of a span that ends today."""
    starts = {
        "week": today - WEEK,
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }
    return starts.get(span, today)


def screens() -> dict[str, Screen]:
    """Give the screens at hand by name, the office's own first; one of a shipped name takes its place.

    Raises MechanismRefused for a file that cannot be taken.
    """
    return _read(own_folder())


@lru_cache(maxsize=4)
def _read(own: Path | None) -> dict[str, Screen]:
    mine = screens_in(own / "screens") if own else {}
    return mine | {key: one for key, one in screens_in(FOLDER).items() if key not in mine}


def screens_in(folder: Path) -> dict[str, Screen]:
    """Give the screens of a folder by name. Raises MechanismRefused."""
    files = sorted(folder.glob("*.yaml"))
    read = [read_yaml(file.read_text(encoding="utf-8"), file.name, Screen)[0] for file in files]
    return {one.screen: one for one in read}
