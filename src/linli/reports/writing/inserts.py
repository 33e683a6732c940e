"""What stands in a paragraph of its own: a figure's breakdown with its chart, a part of a plan's evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from linli.figures.dimensions import dimensions
from linli.figures.planning import Standing, in_unit, late, target_told, told
from linli.figures.readings import Reading, Slice
from linli.reports.writing.content import Block, Run, Table
from linli.reports.writing.quoting import Quoter
from linli.reports.writing.references import Chart, Insert, Reference, ReferenceUnclear
from linli.rulebook.planning import Plan
from linli.rulebook.planning.standing import ATTRIBUTES, WORDS

Numbered = Callable[[Reference], Run]
MOST_ROWS = 60
ROW_COLUMNS = ("序号", "指标", "属性", "责任单位", "目标", "应到", "数值", "状态")
ROW_SHARES = (3, 8, 4, 5, 5, 4, 4, 4)
REVISION_COLUMNS = ("日期", "项", "原目标", "新目标", "理由", "决定单位", "文件")
REVISION_SHARES = (4, 2, 3, 3, 6, 4, 5)


def inserted(asked: Insert, section: str, quoter: Quoter, number: Numbered) -> list[Block]:
    """Give the blocks of an insert; `number` quotes a reference and marks it. Raises ReferenceUnclear."""
    if isinstance(asked, Chart):
        return [_chart(asked, section, quoter, number)]
    standings = quoter.standings(asked.text, asked.plan)
    plan = quoter.book.plans[asked.plan]
    return list(PARTS[asked.part](_Evaluation(section, asked.plan, plan, standings, number)))


def _chart(asked: Chart, section: str, quoter: Quoter, number: Numbered) -> Block:
    whole = Reference(asked.text, asked.figure, by=asked.by)
    reading = quoter.reading(whole, quoter.period)
    lines = _lines(asked, reading)
    if not lines:
        return _note(section, f"{asked.title or reading.figure.label.zh}：没有记录可分列。")
    if len(lines) > MOST_ROWS:
        raise ReferenceUnclear(
            asked.text,
            f"分列出 {len(lines)} 行，图表最多 {MOST_ROWS} 行",
            f"{len(lines)} lines: a chart takes up to {MOST_ROWS}",
        )
    if len(lines) == 1:
        return _alone(asked, section, reading, lines[0], number)
    label = reading.figure.label
    unit = _unit(reading)
    cells: list[Run] = []
    for line in lines:
        cells += [_said(line.label.zh), number(_line_reference(asked, line))]
    table = Table(
        asked.title or label.zh, (_dimension(reading, asked.by), label.zh), (3, 2), 1, unit, asked.kind,
        tuple(_height(line) for line in lines),
    )  # fmt: skip
    return Block(section, 0, tuple(cells), table)


def _lines(asked: Chart, reading: Reading) -> list[Slice]:
    """Give the lines that are drawn: counts of nought are left out of bars, as they are in flows."""
    is_count = asked.kind == "bar" and not reading.value.is_rate
    return [line for line in reading.slices if line.value.num or (line.key and not is_count)]


def _alone(asked: Chart, section: str, reading: Reading, line: Slice, number: Numbered) -> Block:
    """Give a breakdown of one line as a sentence: one bar compares nothing."""
    begin = f"{asked.title or reading.figure.label.zh}：只有{line.label.zh}一项，"
    runs = (_said(begin), number(_line_reference(asked, line)), _said(f"{_unit(reading)}。"))
    return Block(section, 0, runs)


def _line_reference(asked: Chart, line: Slice) -> Reference:
    part = line.key or line.label.zh
    text = f"{asked.figure}|{asked.by}={part}"
    return Reference(text, asked.figure, by=asked.by, part=part)


def _height(line: Slice) -> float | None:
    exact = in_unit(line.value)
    return None if exact is None else float(exact)


def _unit(reading: Reading) -> str:
    if reading.value.is_rate:
        return ""
    return reading.figure.unit.zh if reading.figure.unit else ""


def _dimension(reading: Reading, by: str) -> str:
    known = dimensions(reading.mechanisms)
    field = reading.mechanisms[0].fields.get(by)
    return known[by].zh if by in known else (field.zh if field else by)


@dataclass(frozen=True)
class _Evaluation:
    """A plan at the end of a year, part by part as blocks of a section."""

    section: str
    key: str
    plan: Plan
    standings: tuple[Standing, ...]
    number: Numbered

    def rows(self) -> Iterator[Block]:
        """Give every row with its value and status, a table for each heading of the plan."""
        for heading, group in groupby(self.standings, key=lambda one: one.row.heading):
            cells = tuple(cell for one in group for cell in self._row(one))
            yield Block(self.section, 0, cells, Table(heading.zh, ROW_COLUMNS, ROW_SHARES, 0))

    def _row(self, one: Standing) -> Iterator[Run]:
        row = one.row
        told_of = (
            row.number, row.name.zh, ATTRIBUTES[row.attribute].zh, row.responsible,
            _ungrouped(target_told(row, one.year)), _ungrouped(told(one.expected, row.unit)),
        )  # fmt: skip
        yield from map(_said, told_of)
        since = self.plan.first_year if row.path == "cumulative" else None
        text = row.figure if since is None else f"{row.figure}|since={since}"
        yield self.number(Reference(text, row.figure, since=since))
        yield _said(WORDS[one.status].zh)

    def tally(self) -> Iterator[Block]:
        """Give how many rows of each attribute stand how."""
        cells: list[Run] = []
        for attribute, label in ATTRIBUTES.items():
            cells.append(_said(label.zh))
            for status in WORDS:
                text = f"plan:{self.key}|{attribute}={status}"
                counted = Reference(text, plan=self.key, by=attribute, part=status)
                cells.append(self.number(counted))
        columns = ("属性", *(word.zh for word in WORDS.values()))
        table = Table("各项状态", columns, (3,) + (2,) * len(WORDS), len(WORDS), "项")
        yield self._statuses()
        yield Block(self.section, 0, tuple(cells), table)

    def _statuses(self) -> Block:
        counts = dict.fromkeys(WORDS, 0.0)
        for one in self.standings:
            counts[one.status] += 1
        cells: list[Run] = []
        for status, word in WORDS.items():
            counted = Reference(
                f"plan:{self.key}|all={status}", plan=self.key, by="all", part=status
            )
            cells += [_said(word.zh), self.number(counted)]
        table = Table(
            "指标状态", ("状态", "项数"), (3, 2), 1, "项", "bar", tuple(counts.values())
        )  # fmt: skip
        return Block(self.section, 0, tuple(cells), table)

    def late(self) -> Iterator[Block]:
        """Give who has yet to give a number."""
        found = late(self.standings)
        cells = (
            (body, "、".join(f"第{number}项" for number in rows)) for body, rows in found.items()
        )
        table = Table("尚未给数", ("责任单位", "指标"), (2, 5), 0)
        yield self._table(cells, table, "各责任单位都已给数。")

    def revisions(self) -> Iterator[Block]:
        """Give every target that was revised, why, and in which document."""
        cells = (
            (
                f"{one.on}", row.number, _ungrouped(told(one.before, row.unit)), _ungrouped(told(one.after, row.unit)),
                one.reason.zh, one.decided_by, one.document,
            )
            for row in self.plan.rows
            for one in row.revisions
        )  # fmt: skip
        table = Table("目标修订", REVISION_COLUMNS, REVISION_SHARES, 0)
        yield self._table(cells, table, "各项目标没有修订。")

    def gaps(self) -> Iterator[Block]:
        """Give what the printed plan leaves open."""
        yield from (_note(self.section, f"{gap.zh}。") for gap in self.plan.gaps)
        cells = ((row.number, row.name.zh, gap.zh) for row in self.plan.rows for gap in row.gaps)
        table = Table("印刷表里没写清的", ("序号", "指标", "没写清的"), (2, 6, 12), 0)
        yield self._table(cells, table, "各项都写清了。")

    def _table(self, rows: Iterable[tuple[str, ...]], table: Table, empty: str) -> Block:
        cells = tuple(_said(text) for row in rows for text in row)
        return Block(self.section, 0, cells, table) if cells else _note(self.section, empty)


def _note(section: str, text: str) -> Block:
    return Block(section, 0, (_said(text),))


def _ungrouped(text: str) -> str:
    """Give a number as documents print it: without a comma between the thousands."""
    return text.replace(",", "")


def _said(text: str) -> Run:
    """Give a cell that the plan or the book says, and no record."""
    return Run(text, is_stated=True)


PARTS: dict[str, Callable[[_Evaluation], Iterator[Block]]] = {
    "rows": _Evaluation.rows,
    "tally": _Evaluation.tally,
    "late": _Evaluation.late,
    "revisions": _Evaluation.revisions,
    "gaps": _Evaluation.gaps,
}
