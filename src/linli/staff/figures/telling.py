"""A figure's definition in words: how it is counted, what stands in for what is missing, and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from linli.figures.readings import Reading, printed
from linli.rulebook.counting import FigureTree
from linli.rulebook.counting.definitions import FigureDefinition
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label

MODES = {
    "flow": Label(zh="流量：期内发生", en="A flow: what happened in the period"),
    "cohort": Label(
        zh="批次：期内起算的那些，看后来如何",
        en="A cohort: those that began in the period, and what became of them",
    ),
    "stock": Label(zh="存量：期末", en="A stock: at the period's end"),
}
BASES = {
    "happened": Label(zh="发生时间", en="When it happened"),
    "opened": Label(zh="上报时间", en="When the case was opened"),
    "closed": Label(zh="结束时间", en="When the case ended"),
    "period_end": Label(zh="期末状态", en="The state at the period's end"),
}
ROLLUPS = {
    "sum": Label(zh="相加", en="added up"),
    "ratio_of_sums": Label(zh="分子分母各自相加再相除", en="sums of both sides, then divided"),
    "last": Label(zh="取末期", en="the last"),
    "max": Label(zh="取最大", en="the greatest"),
    "distinct": Label(zh="去重后重数", en="counted anew without repeats"),
    "none": Label(zh="不能汇总，要重数", en="not put together: counted anew"),
}
MISSING = {
    "no_data": Label(zh="写“无数据”", en="“no data” is printed"),
    "zero": Label(zh="记为零", en="nought"),
}


@dataclass(frozen=True)
class Note:
    """One more line about a figure."""

    label: Label
    text: Label


@dataclass(frozen=True)
class Told:
    """A figure's definition as a page tells it."""

    mode: Label
    basis: Label
    missing: Label
    rollup: Label
    before: Label | None
    broken: Label | None
    notes: tuple[Note, ...]


def definition(reading: Reading, book: Book) -> Told:
    """Give how a figure is counted, in words."""
    tree = reading.figure
    then = reading.value.before
    org, time = ROLLUPS[tree.org_rollup], ROLLUPS[tree.time_rollup]
    written = book.figures.get(tree.key)
    return Told(
        mode=MODES[tree.mode],
        basis=BASES.get(tree.basis) or _dated(reading),
        missing=_missing(tree),
        rollup=Label(
            zh=f"各分区：{org.zh}；各时段：{time.zh}",
            en=f"Over divisions: {org.en}; over periods: {time.en}",
        ),
        before=None if then is None else printed(then, replace(tree, change=False)),
        broken=None if written is None else _broken(written),
        notes=() if written is None else tuple(_notes(written)),
    )


def _dated(reading: Reading) -> Label:
    field = reading.mechanisms[0].fields[reading.figure.basis.removeprefix("values.")]
    return Label(zh=field.zh, en=field.en)


def _missing(tree: FigureTree) -> Label:
    if tree.missing == "carry_forward":
        return Label(
            zh=f"沿用前面最近一期，至多 {tree.carry} 期",
            en=f"The last value before, at most {tree.carry} periods back",
        )
    return MISSING[tree.missing]


def _broken(written: FigureDefinition) -> Label | None:
    old = written.supersedes
    if old is None:
        return None
    can = ("可比", "comparable") if old.comparable else ("不可比", "not comparable")
    pairs = "；".join(
        f"{period}：{both.get('old', '—')} → {both.get('new', '—')}"
        for period, both in old.bridge.items()
    )
    end = f"（{pairs}）" if pairs else ""
    return Label(
        zh=f"自 {old.on} 起取代第 {old.version} 版，{can[0]}：{old.reason.zh}{end}",
        en=f"in place of version {old.version} since {old.on}, {can[1]}: {old.reason.en} {end}".strip(),
    )


def _notes(written: FigureDefinition) -> Iterator[Note]:
    if written.note:
        yield Note(Label(zh="说明", en="Note"), written.note)
    if written.responsible:
        yield Note(Label(zh="责任单位", en="Responsible"), written.responsible)
    sources = "；".join(written.source)
    yield Note(Label(zh="依据", en="Source"), Label(zh=sources, en=sources))
    if written.small:
        least = written.small
        few = Label(
            zh=f"基数不足 {least} 时只列件数", en=f"Fewer than {least}: the pair only, no share"
        )
        yield Note(Label(zh="小基数", en="Small base"), few)
