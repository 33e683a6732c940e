"""How fast the desk answers with 100,000 cases in the office: `python -m bench.desk [--seconds N] [--json]`.

The real server as `linli up` starts it, on its own bundled database with durable commits. One member of staff turns
pages of a filtered list, opens cases and looks at the one screen over a kept connection; eight take actions at once.
Statements are counted in this process, through the whole web application. Beside the actions stands the
machine's floor from the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import cycle
from typing import Any

from bench.floor import durability, floors
from bench.reporting import Load, Refused
from bench.running import Running, pss_of, running

CASES, PATTERNS = 100_000, 1_000
CLIENTS = 8
ORDERS = 80
TARGETS = {"list": 50, "case": 60, "one screen": 150, "action": 60}
MOST_STATEMENTS, MOST_PSS = 12, 120


@dataclass(frozen=True)
class Asked:
    """Pages of one kind: their addresses, and how many statements one of them sends."""

    name: str
    addresses: Sequence[str]
    statements: int


def main() -> int:
    """Measure and print."""
    options = _options()
    with running(workers=options.workers) as installation:
        filled = _filled(installation, options.cases)
        asked = [_counted(name, addresses) for name, addresses in filled.addresses().items()]
        pages = [_told(one, _turned(installation, one, options.seconds)) for one in asked]
        waited = _waited(installation, filled)
        acted = _acted(installation, filled, options.seconds)
        floor = floors([CLIENTS], max(2, round(options.seconds / 2)))[CLIENTS]
        found = {
            "processors": os.cpu_count(),
            "durability": durability(),
            "cases": filled.count,
            "pages": [*pages, _row("action", acted, TARGETS["action"], None)],
            "actions/s": round(acted.per_second),
            "floor/s": round(floor.per_second),
            "s an order": round(waited, 3),
            "web PSS MB": [round(pss_of(one)) for one in installation.named("serve")],
        }
    print(json.dumps(found, ensure_ascii=False) if options.json else _printed(found))
    return 0


def _filled(installation: Running, cases: int) -> Any:
    """Lead this process to the installation and fill its office."""
    os.environ["LINLI_HOME"] = str(installation.home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    import_module("django").setup()
    return import_module("bench.filling").filled(cases, PATTERNS)


def _counted(name: str, addresses: Sequence[str]) -> Asked:
    """Give the statements of the dearest page, each asked for a second time in this process."""
    filling, counting = import_module("bench.filling"), import_module("bench.counting")
    staff = filling.StaffWithin()
    most = 0
    for address in dict.fromkeys(addresses[:8]):
        staff.see(address)
        with counting.statements() as sent:
            staff.see(address)
        most = max(most, len(sent))
    return Asked(name, addresses, most)


def _turned(installation: Running, asked: Asked, seconds: float) -> Load:
    """Let one member of staff turn the pages for some seconds."""
    staff = import_module("bench.filling").Staff(installation.port)
    for address in asked.addresses[:4]:
        staff.see(address)
    made, end = Load(1), time.perf_counter() + seconds
    for address in cycle(asked.addresses):
        began = time.perf_counter()
        if began > end:
            break
        staff.see(address)
        made.milliseconds.append((time.perf_counter() - began) * 1000)
    made.seconds = seconds
    staff.close()
    return made


def _acted(installation: Running, filled: Any, seconds: float) -> Load:
    """Let eight members of staff take actions for some seconds, each on cases of their own."""
    numbers = filled.reported(int(CLIENTS * seconds * 15))
    staff = [import_module("bench.filling").Staff(installation.port) for _ in range(CLIENTS)]
    made, started = Load(CLIENTS), time.perf_counter()

    def act(nth: int, steps: Iterator[Callable[[], None]]) -> None:
        del nth
        for step in steps:
            began = time.perf_counter()
            if began > started + seconds:
                return
            try:
                step()
            except Refused:
                made.refused += 1
                raise
            made.milliseconds.append((time.perf_counter() - began) * 1000)

    with ThreadPoolExecutor(CLIENTS) as pool:
        shares = [filled.steps(one, numbers[nth::CLIENTS]) for nth, one in enumerate(staff)]
        list(pool.map(act, range(CLIENTS), shares))
    made.seconds = time.perf_counter() - started
    return made


def _waited(installation: Running, filled: Any) -> float:
    """Give how many seconds one order makes an operator wait: the case, its form, the answer sent, the case again."""
    staff = import_module("bench.filling").Staff(installation.port)
    numbers = filled.reported(ORDERS)
    began = time.perf_counter()
    for number in numbers:
        staff.see(f"/staff/cases/{number}/?back=/staff/cases/")
        staff.see(f"/staff/cases/{number}/do/accept/?revision=1")
        staff.act(number, "accept", 1, {"category": filled.category, "urgency": "normal"})
        staff.see(f"/staff/cases/{number}/?back=/staff/cases/")
    spent = time.perf_counter() - began
    staff.close()
    return spent / len(numbers)


def _told(asked: Asked, load: Load) -> dict[str, Any]:
    return _row(asked.name, load, TARGETS[asked.name], asked.statements)


def _row(name: str, load: Load, target: int, statements: int | None) -> dict[str, Any]:
    quantile = partial(load.quantile)
    return {
        "page": name,
        "asked": len(load.milliseconds),
        "p50 ms": round(quantile(0.5), 1),
        "p95 ms": round(quantile(0.95), 1),
        "target ms": target,
        "statements": "" if statements is None else statements,
    }


def _printed(found: dict[str, Any]) -> str:
    counting, rows = import_module("bench.counting"), found["pages"]
    return "\n".join(
        [
            f"{found['processors']} processors; {found['durability']}; {found['cases']} cases",
            counting.table(list(rows[0]), [list(row.values()) for row in rows]),
            f"{found['actions/s']} actions/s at {CLIENTS} clients; floor {found['floor/s']}/s",
            f"an order: 4 keys and {found['s an order']} s of waiting for the office, {ORDERS} one after another",
            f"PSS of each web process, MB: {found['web PSS MB']} (target ≤ {MOST_PSS})",
            f"statements (BEGIN and COMMIT apart): target of the list ≤ {MOST_STATEMENTS}",
        ]
    )


def _options() -> argparse.Namespace:
    line = argparse.ArgumentParser(prog="bench.desk", description=__doc__)
    line.add_argument("--seconds", type=float, default=6.0, help="how long each page is turned")
    line.add_argument("--cases", type=int, default=CASES)
    line.add_argument(
        "--workers", type=int, help="web server processes; as `linli up` if not given"
    )
    line.add_argument("--json", action="store_true")
    return line.parse_args()


if __name__ == "__main__":
    sys.exit(main())
