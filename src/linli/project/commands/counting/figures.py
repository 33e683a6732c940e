"""`linli figures`: a figure read at the console, with numerator, denominator, breakdown and records."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import Any

from linli.figures.periods import period_named
from linli.figures.queries import (
    Behind,
    figure_keys,
    figure_named,
    place_named,
    read,
    records,
)
from linli.figures.readings import NO_DATA, Reading, RecordPage, Value, printed
from linli.figures.toys import failing
from linli.project.commands.counting.archiving import archiving
from linli.project.commands.office import inside, office_named, said
from linli.project.progress import Refused, say, worded
from linli.rulebook.counting import FigureTree
from linli.rulebook.counting.definitions import tree_of
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import at_hand

RECORDS_A_PAGE = 50
MODES = {
    "flow": Label(zh="流量（期内发生）", en="a flow (what happened in the period)"),
    "cohort": Label(zh="批次（期内起算的那些）", en="a cohort (those that began in the period)"),
    "stock": Label(zh="存量（期末）", en="a stock (at the period's end)"),
}
BASES = {
    "happened": Label(zh="按发生时间", en="by when it happened"),
    "opened": Label(zh="按上报时间", en="by when the case was opened"),
    "closed": Label(zh="按结束时间", en="by when the case ended"),
    "period_end": Label(zh="按期末状态", en="by the state at the end"),
}
DATED = Label(zh="按所填日期", en="by a date of the case")


def figures(options: argparse.Namespace) -> int:
    """Read a figure, list the records behind it, list the figures there are, check the book's own, or archive months."""
    if options.verb in ("export", "compare"):
        return archiving(options)
    if options.verb == "check":
        return _checked(options)
    with inside(office_named(options.office)):
        lines = {"list": _listed, "read": _read, "records": _records}[options.verb](options)
    say(lines)
    return 0


def _listed(options: argparse.Namespace) -> str:
    trees = [figure_named(key) for key in figure_keys()]
    if options.json:
        return _json([{"key": tree.key, "label": tree.label.model_dump()} for tree in trees])
    return "\n".join(f"{tree.key:<32} {said(tree.label)}" for tree in trees)


def _read(options: argparse.Namespace) -> str:
    reading = read(**_asked(options), by=options.by, book=at_hand())
    return _json(_plain(reading)) if options.json else _in_words(reading)


def _records(options: argparse.Namespace) -> str:
    asked = _asked(options)
    behind = Behind(options.side, options.by, options.part)
    page = records(**asked, behind=behind, page=options.page, size=RECORDS_A_PAGE, book=at_hand())
    return _json(_plain_page(page)) if options.json else _page_in_words(page)


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    if not options.key or not options.period:
        raise Refused(
            f"请写成：linli figures {options.verb} 指标 --period 2018；有哪些指标见 linli figures list",
            f"write: linli figures {options.verb} KEY --period 2018; linli figures list names the keys",
        )
    figure_named(options.key)
    place = place_named(options.place) if options.place else None
    return {"key": options.key, "period": period_named(options.period), "place": place}


def _plain(reading: Reading) -> dict[str, Any]:
    tree = reading.figure
    return {
        "key": reading.figure.key,
        "label": reading.figure.label.model_dump(),
        "sentence": reading.words.model_dump(),
        "period": reading.period.text,
        "start": reading.period.start.isoformat(),
        "end": reading.period.end.isoformat(),
        "place": reading.place,
        "place_name": reading.place_name.model_dump(),
        "version": tree.version,
        "basis": tree.basis,
        "mode": tree.mode,
        "unit": None if tree.unit is None else tree.unit.model_dump(),
        "taken_from": None if reading.taken_from is None else reading.taken_from.text,
        **_value(reading.value, tree),
        "by": reading.by,
        "slices": [
            {"key": part.key, "label": part.label.model_dump(), **_value(part.value, tree)}
            for part in reading.slices
        ],
    }


def _value(value: Value, tree: FigureTree) -> dict[str, Any]:
    exact, then = value.exact, value.before
    before = {} if then is None else {"before": _value(then, replace(tree, change=False))}
    return {
        **before,
        "num": str(value.num),
        "den": None if value.den is None else str(value.den),
        "value": None if exact is None else str(exact),
        "printed": said(printed(value, tree)),
    }


def _in_words(reading: Reading) -> str:
    tree = reading.figure
    mode, basis = said(MODES[tree.mode]), said(BASES.get(tree.basis, DATED))
    lines = [
        f"{said(tree.label)}  {said(reading.period.label)}  {said(reading.place_name)}",
        f"  {said(reading.words)}",
        worded(f"  口径：{mode}；{basis}", f"  Counted as {mode}, {basis}"),
        *_taken(reading),
        f"  {_printed(reading, reading.value)}",
        *(f"  {said(part.label):<24} {_printed(reading, part.value)}" for part in reading.slices),
    ]
    return "\n".join(lines)


def _taken(reading: Reading) -> list[str]:
    if reading.taken_from is None:
        return []
    zh = f"  本期无数据，沿用{reading.taken_from.label.zh}的值"
    return [worded(zh, f"  no data; the value of {reading.taken_from.label.en} is carried forward")]


def _printed(reading: Reading, value: Value) -> str:
    tree, then = reading.figure, value.before
    unit = said(tree.unit) if tree.unit and not tree.is_rate else ""
    text = said(printed(value, tree)) + (unit if value.exact is not None else "")
    pairs = [_pair(value)] if then is None else [_pair(value), _pair(then)]
    told = worded("；上年同期 ", "; a year before ").join(pairs)
    if value.den is None and then is None:
        return text
    return worded(f"{text}（{told}）", f"{text} ({told})")


def _pair(value: Value) -> str:
    if value.is_blank:
        return said(NO_DATA)
    return str(value.num) if value.den is None else f"{value.num}/{value.den}"


def _checked(options: argparse.Namespace) -> int:
    """Run the toy cases of the book's figures; nought when all come out as written."""
    book, wrong, tests = at_hand(), 0, 0
    keys = [options.key] if options.key else list(book.figures)
    unknown = [key for key in keys if key not in book.figures]
    if unknown:
        raise Refused(f"没有“{unknown[0]}”这个数", f"there is no figure {unknown[0]!r}")
    for key in keys:
        tree, definition = tree_of(book.figures, key, book.mechanisms), book.figures[key]
        for each in failing(tree, definition.tests, book.mechanisms):
            wrong += 1
            say(worded(
                f"{key}：第 {each.nth} 个样例 {each.period} 应为 {each.expected}，算出 {each.found}",
                f"{key}: test {each.nth} over {each.period} should give {each.expected}, gives {each.found}",
            ))  # fmt: skip
        tests += len(definition.tests)
    say(worded(
        f"{len(keys)} 个数，{tests} 个样例，{wrong} 个不符",
        f"{len(keys)} figures, {tests} tests, {wrong} that differ",
    ))  # fmt: skip
    return 1 if wrong else 0


def _plain_page(page: RecordPage) -> dict[str, Any]:
    return {
        "total": page.total,
        "value": str(page.value),
        "page": page.page,
        "pages": page.pages,
        "records": [
            {
                "number": record.number,
                "seq": record.seq,
                "at": record.at.isoformat(),
                "action": record.action and said(record.action),
                "category": record.category and said(record.category),
                "area": record.area,
                "amount": None if record.amount is None else str(record.amount),
            }
            for record in page.records
        ],
    }


def _page_in_words(page: RecordPage) -> str:
    first = worded(
        f"{page.total} 条记录，合计 {page.value}；第 {page.page}/{page.pages} 页",
        f"{page.total} records, {page.value} in all; page {page.page} of {page.pages}",
    )
    lines = [
        f"  {r.number}  {r.at:%Y-%m-%d %H:%M}Z  {said(r.action) if r.action else ''}  "
        f"{said(r.category) if r.category else ''}  {r.area}"
        for r in page.records
    ]
    return "\n".join([first, *lines])


def _json(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=1)
