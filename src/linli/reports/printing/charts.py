"""A report's chart and table as paper takes them: its marks, its rows folded, what it shows in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from linli.reports.writing.content import Block, Content, Run, caption
from linli.ui.drawing import Mark
from linli.ui.texts import Grid, Inline

KINDS = {"bar": "条形图", "column": "柱形图", "line": "折线图"}

FOLDED_FROM = 8
YEAR = re.compile(r"(\d{4}年)(?=\d)")
BLANK = Run("")


@dataclass(frozen=True)
class Captions:
    """What stands with a table and with its chart, numbered through the report; the chart's is '' without one."""

    table: str
    chart: str


@dataclass(frozen=True)
class Laid:
    """A table as it is set: its columns, their shares of the width, its rows, which columns hold numbers."""

    columns: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[Run, ...], ...]
    numbers: frozenset[int]


def captioned(content: Content) -> Iterator[tuple[Block, Captions | None]]:
    """Give the blocks of a report, tables with their captions: 表1, 图1 and so on; prose with none."""
    tables = charts = 0
    for block in content.blocks:
        if block.table is None:
            yield block, None
            continue
        tables += 1
        charts += bool(block.table.chart)
        said = caption(block.table)
        drawn = f"图{charts}　{said}" if block.table.chart else ""
        yield block, Captions(f"表{tables}　{said}", drawn)


def laid(block: Block) -> Laid:
    """Give a table as it is set: a narrow one of many rows stands in two halves beside each other."""
    assert block.table
    table, rows = block.table, block.rows
    wide = len(table.columns)
    numbers = frozenset(range(wide - table.numbers, wide))
    if wide > 2 or len(rows) < FOLDED_FROM:  # noqa: PLR2004 - a name and its number
        return Laid(table.columns, table.shares, tuple(rows), numbers)
    half = -(-len(rows) // 2)
    others = [*rows[half:], (BLANK,) * wide]
    return Laid(
        table.columns * 2,
        table.shares * 2,
        tuple(left + right for left, right in zip(rows[:half], others, strict=False)),
        numbers | {at + wide for at in numbers},
    )


def marks_of(block: Block) -> list[Mark]:
    """Give the marks of a table with a chart: the first cell of each row names it, the last prints its number."""
    assert block.table
    return [
        Mark(row[0].text, value, row[-1].text)
        for row, value in zip(block.rows, block.table.values, strict=True)
    ]


def told_of(block: Block) -> str:
    """Give a chart in words: what is drawn, its highest and lowest; the table gives the rest."""
    assert block.table
    known = [mark for mark in marks_of(block) if mark.value is not None]
    head = f"{KINDS[block.table.chart]}：{caption(block.table)}，共{len(block.rows)}项"
    if not known:
        return f"{head}，都没有数据。"
    high = max(known, key=lambda mark: mark.value or 0)
    low = min(known, key=lambda mark: mark.value or 0)
    return f"{head}，最高{high.label}{high.said}，最低{low.label}{low.said}；各项的数见下表。"


def drawn_marks(block: Block) -> list[Mark]:
    """Give the marks as they are drawn: months of one year without the year."""
    marks = marks_of(block)
    years = {match[1] if (match := YEAR.match(mark.label)) else "" for mark in marks}
    if len(years) > 1:
        return marks
    return [replace(mark, label=mark.label.removeprefix(next(iter(years)))) for mark in marks]


def grid_of(block: Block, cells: Sequence[Inline]) -> Grid:
    """Give how a table stands on a page, with the marks of its chart leading where its numbers do."""
    assert block.table
    table, wide = block.table, len(block.table.columns)
    marks = [
        replace(mark, href=cells[nth * wide + wide - 1].href)
        for nth, mark in enumerate(marks_of(block) if table.chart else ())
    ]
    return Grid(table.title, table.columns, table.numbers, table.unit, table.chart, marks)
