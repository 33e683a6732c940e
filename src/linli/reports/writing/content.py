"""The text of a report with its numbers set in: headings and paragraphs of runs, as they are frozen and printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from unicodedata import normalize

from linli.reports.checking.texts import Text

DATES = re.compile(
    r"\d{4}\s*[—–-]\s*\d{4}年|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?"
)
DIGITS = re.compile(r"\d+(?:[.,]\d+)*%?")


@dataclass(frozen=True)
class Run:
    """A stretch of a paragraph. `mark` names the figure it prints, `is_stated` a number the writer answers for."""

    text: str
    mark: str = ""
    is_stated: bool = False


@dataclass(frozen=True)
class Table:
    """How the runs of a block stand as cells, row by row, under `columns`; the `numbers` last columns hold numbers.

    `chart` (bar, column or line) draws the `values` of the rows above the table; None is no data.
    """

    title: str
    columns: tuple[str, ...]
    shares: tuple[int, ...]
    numbers: int = 1
    unit: str = ""
    chart: str = ""
    values: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Block:
    """A heading (`level` 1 to 3), a paragraph (`level` 0), or a table of a section."""

    section: str
    level: int
    runs: tuple[Run, ...]
    table: Table | None = None

    @property
    def text(self) -> str:
        """Give the block as it is printed; of a table its title, for the rest of it is no prose."""
        return self.table.title if self.table else "".join(run.text for run in self.runs)

    @property
    def rows(self) -> list[tuple[Run, ...]]:
        """Give the rows of a table."""
        assert self.table
        wide = len(self.table.columns)
        return [self.runs[at : at + wide] for at in range(0, len(self.runs), wide)]


@dataclass(frozen=True)
class Content:
    """A report as it is printed: its heading, and the blocks of its sections in order."""

    heading: str
    blocks: tuple[Block, ...]

    @property
    def checked_text(self) -> Text:
        """Give the report as the checker reads it."""
        return Text.of([self.heading, *(block.text for block in self.blocks)])

    def plain(self) -> dict[str, Any]:
        """Give the content for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Content:
        """Give the content back from JSON."""
        return cls(
            plain["heading"],
            tuple(
                Block(
                    one["section"],
                    one["level"],
                    tuple(Run(**run) for run in one["runs"]),
                    _table(one.get("table")),
                )
                for one in plain["blocks"]
            ),
        )


def unbound_in(text: str) -> list[str]:
    """Give the digits in free text that no record and nobody answers for; dates are let pass."""
    return DIGITS.findall(DATES.sub("", normalize("NFKC", text)))


def caption(table: Table) -> str:
    """Give what stands with a table: its title, and the unit of its numbers."""
    return f"{table.title}（单位：{table.unit}）" if table.unit else table.title


def _table(plain: Mapping[str, Any] | None) -> Table | None:
    if plain is None:
        return None
    lists = {name: tuple(plain[name]) for name in ("columns", "shares", "values")}
    return Table(**{**plain, **lists})
