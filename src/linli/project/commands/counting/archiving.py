"""`linli figures export | compare`: months of figures as Parquet, and both engines held against each other."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings

from linli.figures.archive.comparing import compare
from linli.figures.archive.writing import AnalyticsMissing, write_months
from linli.figures.periods import PeriodUnknown, period_named
from linli.figures.readings import Value
from linli.project.commands.office import inside, office_named
from linli.project.progress import Refused, say, worded


def archiving(options: argparse.Namespace) -> int:
    """Write months to the archive, or compare it; 1 when a figure differs."""
    folder = Path(options.folder or settings.LINLI_HOME / "archive")
    try:
        with inside(office_named(options.office)):
            return {"export": _exported, "compare": _compared}[options.verb](folder, options)
    except (AnalyticsMissing, PeriodUnknown) as missing:
        raise Refused(missing.message.zh, missing.message.en) from None


def _exported(folder: Path, options: argparse.Namespace) -> int:
    for written in write_months(folder, period_named(options.period or "")):
        say(f"{written.path}  {written.rows}  {written.sha256}")
    return 0


def _compared(folder: Path, options: argparse.Namespace) -> int:
    found = list(compare(folder, period_named(options.period or "")))
    differing = [one for one in found if one.differs]
    left_out = sum(one.archived is None for one in found)
    for one in differing:
        say(f"{one.key}: PostgreSQL {_pair(one.live)}, DuckDB {_pair(one.archived)}")
    say(
        worded(
            f"{len(found) - left_out - len(differing)} 个相同，{len(differing)} 个不同，{left_out} 个不能按月相加、不在其中",
            f"{len(found) - left_out - len(differing)} equal, {len(differing)} different, {left_out} left out: they do not add up over months",
        )
    )
    return 1 if differing else 0


def _pair(value: Value | None) -> str:
    assert value is not None
    if value.is_blank:
        return "—"
    return f"{value.num}" if value.den is None else f"{value.num}/{value.den}"
