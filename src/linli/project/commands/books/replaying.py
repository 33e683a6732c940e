"""`linli book replay`: last year's cases taken through a version that is not published yet."""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from linli.casework.journal.replaying import Replay, replay
from linli.project.commands.authors.book import checked_or_refused
from linli.project.commands.office import inside, office_named, said
from linli.project.progress import Refused, say, worded
from linli.rulebook.workdays import CHINA

A_YEAR = timedelta(days=365)
MOST = 50


def show(options: argparse.Namespace) -> int:
    """Check a mechanism file, take the office's cases through it, and list those that would have differed."""
    if not options.path:
        raise Refused("请写明机制文件", "name the mechanism file")
    found = checked_or_refused(Path(options.path).resolve())
    office, since = office_named(options.office), _since(options.since)
    with inside(office):
        done = [replay(found.book.mechanisms[key], found.book, since=since) for key in found.keys]
    for one in done:
        say(_plain(one) if options.json else _in_words(one))
    return 0


def _since(text: str | None) -> datetime:
    if text is None:
        return timezone.now() - A_YEAR
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"日期“{text}”应写成 2026-01-31", f"write {text!r} as 2026-01-31") from error
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def _in_words(done: Replay) -> str:
    lines = [
        f"{one.number} #{one.seq} {said(one.action)}: {said(one.said)}"
        for one in done.differences[:MOST]
    ]
    if len(done.differences) > MOST:
        lines.append(
            worded(
                f"另有 {len(done.differences) - MOST} 件",
                f"and {len(done.differences) - MOST} more",
            )
        )
    total = worded(
        f"{done.mechanism} 第 {done.version} 版：{done.cases} 件重演，{done.same} 件不变，"
        f"{len(done.differences)} 件会不同",
        f"{done.mechanism} version {done.version}: {done.cases} cases replayed, {done.same} the same, "
        f"{len(done.differences)} would differ",
    )
    return "\n".join([*lines, total])


def _plain(done: Replay) -> str:
    return json.dumps(
        {
            "mechanism": done.mechanism,
            "version": done.version,
            "cases": done.cases,
            "steps": done.steps,
            "differences": [
                {
                    "number": one.number,
                    "seq": one.seq,
                    "action": one.action.model_dump(),
                    "kind": one.kind,
                    "said": one.said.model_dump(),
                }
                for one in done.differences
            ],
        },
        ensure_ascii=False,
        indent=1,
    )
