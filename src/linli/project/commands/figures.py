"""`linli figures`: a figure read at the console, with numerator, denominator, breakdown and records."""

from __future__ import annotations

import argparse
import json
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
from linli.figures.readings import Reading, RecordPage, Value
from linli.project.commands.office import inside, office_named, said
from linli.project.progress import Refused, say, worded
from linli.rulebook.loading import shipped

RECORDS_A_PAGE = 50


def figures(options: argparse.Namespace) -> int:
    """Read a figure, list the records behind it, or list the figures there are."""
    with inside(office_named(options.office)):
        lines = {"list": _listed, "read": _read, "records": _records}[options.verb](options)
    say(lines)
    return 0


def _listed(options: argparse.Namespace) -> str:
    trees = [figure_named(key)[0] for key in figure_keys()]
    if options.json:
        return _json([{"key": tree.key, "label": tree.label.model_dump()} for tree in trees])
    return "\n".join(f"{tree.key:<32} {said(tree.label)}" for tree in trees)


def _read(options: argparse.Namespace) -> str:
    reading = read(**_asked(options), by=options.by, book=shipped())
    return _json(_plain(reading)) if options.json else _in_words(reading)


def _records(options: argparse.Namespace) -> str:
    asked = _asked(options)
    behind = Behind(options.side, options.by, options.part)
    page = records(**asked, behind=behind, page=options.page, size=RECORDS_A_PAGE, book=shipped())
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
    decimals = reading.figure.decimals
    return {
        "key": reading.figure.key,
        "label": reading.figure.label.model_dump(),
        "sentence": reading.words.model_dump(),
        "period": reading.period.text,
        "start": reading.period.start.isoformat(),
        "end": reading.period.end.isoformat(),
        "place": reading.place,
        "place_name": reading.place_name.model_dump(),
        **_value(reading.value, decimals),
        "by": reading.by,
        "slices": [
            {"key": part.key, "label": part.label.model_dump(), **_value(part.value, decimals)}
            for part in reading.slices
        ],
    }


def _value(value: Value, decimals: int) -> dict[str, Any]:
    exact = value.exact
    return {
        "num": str(value.num),
        "den": None if value.den is None else str(value.den),
        "value": None if exact is None else str(exact),
        "printed": said(value.printed(decimals)),
    }


def _in_words(reading: Reading) -> str:
    lines = [
        f"{said(reading.figure.label)}  {said(reading.period.label)}  {said(reading.place_name)}",
        f"  {said(reading.words)}",
        f"  {_printed(reading, reading.value)}",
        *(f"  {said(part.label):<24} {_printed(reading, part.value)}" for part in reading.slices),
    ]
    return "\n".join(lines)


def _printed(reading: Reading, value: Value) -> str:
    printed = said(value.printed(reading.figure.decimals))
    if value.den is None:
        return printed
    return worded(f"{printed}（{value.num}/{value.den}）", f"{printed} ({value.num}/{value.den})")


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
