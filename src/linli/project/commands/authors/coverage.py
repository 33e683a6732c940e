"""`linli book coverage`: how many of the systems that the source documents name work, and which are open."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from linli.project.progress import say, worded
from linli.rulebook.covering.coverage import (
    Covered,
    TestNames,
    all_told,
    coverage,
    repository_of,
)
from linli.rulebook.covering.systems import WEIGHTS, Systems, read_systems
from linli.rulebook.loading import FOLDER, shipped
from linli.rulebook.stories import stories_in

PAGE = "docs/coverage.md"
INTRODUCTION = """# Coverage 覆盖情况

Written by `./linli book coverage --write`; a house test keeps it current. 由该命令写成，测试保证不过时。
A system works when the stories of the mechanisms that cover it pass, perform every verb of its row and yield
every figure of its row, or when the test named for it is there. How a story says so:
`docs/how-to/write-a-mechanism`. 系统“可用”，指承载它的机制故事全过，行中每个动作都办过、每个数都数出来了；或者指明的测试在。
"""


def show(options: argparse.Namespace) -> int:
    """Print the coverage, or write docs/coverage.md."""
    systems, found = standing()
    repository = repository_of(FOLDER)
    if options.write and repository is not None:
        (repository / PAGE).write_text(page(systems, found), encoding="utf-8")
        return 0
    say(json.dumps(plain(found), ensure_ascii=False, indent=1) if options.json else in_words(found))
    return 0


def standing() -> tuple[Systems, list[Covered]]:
    """Give all systems, and how each that is not declined stands with the shipped book."""
    systems, book = read_systems(), shipped()
    told = all_told(book, stories_in())
    return systems, coverage(book, told, systems, TestNames(repository_of(FOLDER)))


def in_words(found: Sequence[Covered]) -> str:
    """Give the open rows and the counts by weight; the last line is the sum."""
    lines = [
        f"{one.number} {one.system.weight} {worded(one.system.zh, one.system.en)}: {_lacking(one)}"
        for one in found
        if not one.works
    ]
    lines += [f"{weight}: {done} / {of}" for weight, (done, of) in _by_weight(found).items()]
    return "\n".join([*lines, last_line(found)])


def last_line(found: Sequence[Covered]) -> str:
    """Give the line that sums it up."""
    return f"{sum(one.works for one in found)} of {len(found)} systems work"


def plain(found: Sequence[Covered]) -> dict[str, Any]:
    """Give the coverage for machines."""
    return {
        "works": sum(one.works for one in found),
        "of": len(found),
        "weights": {w: {"works": d, "of": of} for w, (d, of) in _by_weight(found).items()},
        "systems": [
            {
                "number": one.number,
                **one.system.model_dump(include={"zh", "en", "weight", "room", "does", "counts"}),
                "works": one.works,
                "by": list(one.by),
                "lacking": [label.model_dump() for label in one.lacking],
            }
            for one in found
        ],
    }


def page(systems: Systems, found: Sequence[Covered]) -> str:
    """Give docs/coverage.md."""
    lines = [INTRODUCTION, "| | works 可用 | of 共 |", "|---|---|---|"]
    lines += [f"| {weight} | {done} | {of} |" for weight, (done, of) in _by_weight(found).items()]
    lines += [f"| **A–C** | **{sum(one.works for one in found)}** | **{len(found)}** |", ""]
    for room, label in systems.rooms.items():
        rows = [one for one in found if one.system.room == room]
        if rows:
            lines += [f"## {label.zh} {label.en}", "", "| | | | does | counts | by |"]
            lines += ["|---|---|---|---|---|---|", *map(_row, rows), ""]
    lines += ["## 明确不建 Declined", "", "| | | why |", "|---|---|---|"]
    lines += [
        f"| {number} | {row.zh} {row.en} | {row.why.zh} {row.why.en} |"
        for number, row in systems.declined.items()
    ]
    return "\n".join([*lines, ""])


def _row(one: Covered) -> str:
    system = one.system
    by = ", ".join(f"`{key}`" for key in one.by)
    by = f"✓ {by}" if one.works else f"{by} …" if by else ""
    does, counts = ", ".join(system.does), ", ".join(system.counts)
    name = f"{system.zh} {system.en}"
    return f"| {one.number} | {system.weight} | {name} | {does} | {counts} | {by} |"


def _lacking(one: Covered) -> str:
    if one.lacking:
        return "; ".join(worded(label.zh, label.en) for label in one.lacking)
    return f"{', '.join(one.system.does)} / {', '.join(one.system.counts)}"


def _by_weight(found: Sequence[Covered]) -> dict[str, tuple[int, int]]:
    counted = {}
    for weight in WEIGHTS:
        rows = [one for one in found if one.system.weight == weight]
        counted[weight] = (sum(one.works for one in rows), len(rows))
    return counted
