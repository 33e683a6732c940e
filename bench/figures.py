"""How fast figures are read over a city: `python -m bench.figures [--cases 1000000] [--home DIR] [--build-only]`.

The real server as `linli up` starts it, with 215 offices and as many cases as asked for. One member of staff, whose post reaches the city,
turns the pages of figures over a kept connection. Beside them the readings by themselves, the same figure from the records,
and what freshness costs. With `--home` the city is built once and kept: `--build-only` at leisure, timed later.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from bench.republishing import republish
from bench.running import Running, forget, running

from linli.project.database.standing import standing
from linli.project.processes.preparing import make_ready

PASSWORD = "a-long-enough-word"  # noqa: S105 - of an office that lives for an hour
CITY, DISTRICT = "/310000/", "/310000/310112/"
YEAR = "2025"
LEAGUE = "/staff/figures/above/grid-case/?"
PAGES = {
    "one office, headline": (20, f"/staff/figures/?mechanism=grid-case&period={YEAR}"),
    "one office, closing by month": (20, f"/staff/figures/grid-case.close_rate/?period={YEAR}&by=month"),
    "one office, closing by category": (20, f"/staff/figures/grid-case.close_rate/?period={YEAR}&by=category"),
    "lineage of one number": (15, f"/staff/figures/grid-case.closed/records/?period={YEAR}-06&by=category&part=CATEGORY"),
    "district of 14, headline and league": (
        60, LEAGUE + urlencode({"ground": DISTRICT, "period": YEAR, "figure": "close_rate"}),
    ),
    "city, headline and league of units": (
        150, LEAGUE + urlencode({"ground": CITY, "period": YEAR, "figure": "close_rate"}),
    ),
}  # fmt: skip


def main() -> int:
    """Build, measure and print."""
    options = _options()
    folder = options.home or Path(tempfile.mkdtemp(prefix="linli-figures-"))
    os.environ["LINLI_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    try:
        found = _built(folder, options.cases, build_only=options.build_only)
        if not options.build_only:
            found |= _measured(folder, options.seconds)
    finally:
        if options.home is None:
            forget(folder)
    print(json.dumps(found, ensure_ascii=False) if options.json else _printed(found))
    return 0


def _built(folder: Path, cases: int, *, build_only: bool) -> dict[str, Any]:
    """Build the city with the database alone, and count what freshness costs: no web server and no worker beside it."""
    with standing(folder):
        republish(folder, "grid-case")
        make_ready(folder)
        import_module("django").setup()
        city = import_module("bench.city").made(folder, cases, PASSWORD)
        fresh = {} if build_only else import_module("bench.freshness").freshness()
        import_module("django.db").connections.close_all()
    return {
        "cases": city.cases,
        "copy s": city.copied,
        "indexes s": city.indexed,
        "roll-ups s": city.built,
        "MB": city.megabytes,
        "freshness": fresh,
    }


def _measured(folder: Path, seconds: float) -> dict[str, Any]:
    with running(workers=1, home=folder) as installation:
        before = os.getloadavg()
        return {
            "processors": os.cpu_count(),
            "load": before,
            "pages": _pages(installation, seconds),
            "readings": import_module("bench.rollups").readings(),
            "load after": os.getloadavg(),
        }


def timed(work: Callable[[], object], seconds: float = 1.0, most: int = 200) -> float:
    """Give the median milliseconds of a work, done over and over for some seconds after a first time."""
    work()
    took: list[float] = []
    end = time.perf_counter() + seconds
    while len(took) < 3 or (time.perf_counter() < end and len(took) < most):  # noqa: PLR2004
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return round(median(took), 2)


def _pages(installation: Running, seconds: float) -> list[dict[str, Any]]:
    filling = import_module("bench.filling")
    staff = filling.Staff(installation.port)
    rows = []
    for name, (target, address) in PAGES.items():
        asked = address.replace("CATEGORY", import_module("bench.rollups").category())
        p50 = timed(lambda asked=asked: staff.see(asked), seconds)  # type: ignore[misc]
        rows.append({"page": name, "p50 ms": p50, "target ms": target, "reached": p50 <= target})
    staff.close()
    return rows


def _printed(found: dict[str, Any]) -> str:
    table = import_module("bench.counting").table
    said = ", ".join(
        f"{key}: {value}"
        for key, value in found.items()
        if key not in ("pages", "readings", "freshness")
    )
    if "pages" not in found:
        return said
    rows, readings = found["pages"], found["readings"]
    return "\n".join(
        [
            said,
            table(list(rows[0]), [list(row.values()) for row in rows]),
            table(["reading", "ms"], [[key, value] for key, value in readings.items()]),
            table(["freshness", "ms"], [[key, value] for key, value in found["freshness"].items()]),
        ]
    )


def _options() -> argparse.Namespace:
    line = argparse.ArgumentParser(description=__doc__)
    line.add_argument("--cases", type=int, default=1_000_000)
    line.add_argument("--seconds", type=float, default=3.0)
    line.add_argument(
        "--home",
        type=Path,
        help="build once in this folder, keep it, and read it at every later run",
    )
    line.add_argument("--build-only", action="store_true")
    line.add_argument("--json", action="store_true")
    return line.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
