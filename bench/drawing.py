"""What drawing a page costs the web application, in processor time: `python -m bench.drawing [--home DIR] [--json]`.

One office with 20,000 cases and its roll-ups, the database alone beside it; pages are asked for within this process. The least of many
batches is told, since others use the machine: what a page costs when nobody is in its way. With `--home` the office is
kept for the next run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.running import forget

from linli.project.database.standing import standing
from linli.project.processes.preparing import make_ready

CASES, PATTERNS = 20_000, 1_000
BATCHES, PAGES_A_BATCH = 25, 4
PASSWORD = "a-long-enough-word"  # noqa: S105 - of an office that lives for an hour


def main() -> int:
    """Build or find the office, measure and print."""
    options = _options()
    folder = options.home or Path(tempfile.mkdtemp(prefix="linli-drawing-"))
    os.environ["LINLI_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    try:
        with standing(folder):
            make_ready(folder)
            import_module("django").setup()
            addresses = _addresses(folder)
            found = _measured(addresses, options.batches)
            import_module("django.db").connections.close_all()
    finally:
        if options.home is None:
            forget(folder)
    print(json.dumps(found, ensure_ascii=False) if options.json else _printed(found))
    return 0


def _addresses(folder: Path) -> dict[str, str]:
    """Give the pages by name; the office is filled when it is not there yet."""
    kept = folder / "pages.json"
    if not kept.exists():
        kept.write_text(json.dumps(_filled()), encoding="utf-8")
    found = json.loads(kept.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def _filled() -> dict[str, str]:
    filled = import_module("bench.filling").filled(CASES, PATTERNS)
    _follow(filled.office.id)
    pages = filled.addresses()
    year = import_module("bench.filling").NOW.year
    figure = "/staff/figures/grid-case.close_rate"
    return {
        "figures, headline": f"/staff/figures/?mechanism=grid-case&period={year}",
        "one figure, by month": f"{figure}/?period={year}&by=month",
        "one figure, by category": f"{figure}/?period={year}&by=category",
        "lineage of one number": f"{figure}/records/?period={year}&by=category&part={filled.category}",
        "filtered list, 50 rows": pages["list"][0],
        "case": pages["case"][0],
        "one screen": "/staff/screen/",
        "inbox": "/staff/",
        "board": "/staff/board/",
    }


def _follow(office: int) -> None:
    """Let positions and roll-ups follow the journal, as the worker does."""
    within = import_module("linli.registry.isolation").office_transaction
    sequence = import_module("linli.casework.sequencing").sequence
    keeping, at = import_module("linli.figures.rollups.keeping"), datetime.now(UTC)  # noqa: TID251
    for turn in (sequence, lambda: keeping.build(at), lambda: keeping.refresh(at)):
        left = 1
        while left:
            with within(office):
                left = turn()


def _measured(addresses: Mapping[str, str], batches: int) -> list[dict[str, Any]]:
    counting = import_module("bench.counting")
    staff = import_module("bench.filling").StaffWithin()
    rows = []
    for name, address in addresses.items():
        for _ in range(3):
            body = staff.see(address)
        with counting.statements() as sent:
            staff.see(address)
        spent = least(lambda asked=address: staff.see(asked), batches)  # type: ignore[misc]
        rows.append(
            {"page": name, "ms": spent, "statements": len(sent), "KB": round(len(body) / 1000)}
        )
    return rows


def least(work: Callable[[], object], batches: int) -> float:
    """Give the processor milliseconds of a work: the least that it took in any of the batches, on the mean of each."""
    took = []
    for _ in range(batches):
        began = time.process_time()
        for _ in range(PAGES_A_BATCH):
            work()
        took.append((time.process_time() - began) * 1000 / PAGES_A_BATCH)
    return round(min(took), 2)


def _printed(found: list[dict[str, Any]]) -> str:
    table = import_module("bench.counting").table
    return str(table(list(found[0]), [list(row.values()) for row in found]))


def _options() -> argparse.Namespace:
    line = argparse.ArgumentParser(prog="bench.drawing", description=__doc__)
    line.add_argument("--batches", type=int, default=BATCHES)
    line.add_argument("--home", type=Path, help="fill the office once in this folder and keep it")
    line.add_argument("--json", action="store_true")
    return line.parse_args()


if __name__ == "__main__":
    sys.exit(main())
