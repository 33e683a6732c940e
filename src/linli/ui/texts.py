"""A printed text on a page: headings and paragraphs whose numbers open, or are marked as stated or bound to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.ui.drawing import Mark


@dataclass(frozen=True)
class Inline:
    """A stretch of text. `href` opens it; `tone` marks it: '' plain, number, stated, unbound."""

    text: str
    href: str = ""
    tone: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Grid:
    """How the runs of a paragraph stand as cells under `columns`; `chart` draws `marks` above, or is empty."""

    title: str
    columns: Sequence[str]
    numbers: int
    unit: str = ""
    chart: str = ""
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class Paragraph:
    """A heading (`level` 1 to 3), a paragraph (0), or the cells of a table."""

    level: int
    runs: Sequence[Inline]
    grid: Grid | None = None

    @property
    def rows(self) -> list[list[tuple[str, Inline, bool]]]:
        """Give the rows of a table: of each cell the name of its column, its text, and whether it is a number."""
        assert self.grid
        wide = len(self.grid.columns)
        first = wide - self.grid.numbers
        return [
            [
                (self.grid.columns[nth], run, nth >= first)
                for nth, run in enumerate(self.runs[at : at + wide])
            ]
            for at in range(0, len(self.runs), wide)
        ]
