"""How many reports the running server takes: `python -m bench.intake [--seconds N] [--json]`.

The real server as `linli up` starts it, on its own bundled database with durable commits; residents post
the real form over kept connections. Beside each figure stands the machine's floor, from the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bench.floor import Floor, durability, floors
from bench.reporting import Load, load
from bench.running import Running, running

CLIENTS = [1, 8, 32]
WARM_UP_SECONDS = 2.0


@dataclass(frozen=True)
class Taken:
    """One measurement: what residents got at a number of clients, and the floor at the same number."""

    load: Load
    floor: Floor

    @property
    def told(self) -> dict[str, Any]:
        """Give the figures by name."""
        return {
            "clients": self.load.clients,
            "reports/s": round(self.load.per_second),
            "p50 ms": round(self.load.quantile(0.5), 1),
            "p95 ms": round(self.load.quantile(0.95), 1),
            "refused": self.load.refused,
            "floor/s": round(self.floor.per_second),
            "floor ms": round(self.floor.milliseconds, 1),
            "of floor": f"{self.load.per_second / self.floor.per_second:.0%}",
        }


def main() -> int:
    """Measure and print."""
    options = _options()
    with running(workers=options.workers) as installation:
        counting = _entered(installation)
        sent = _statements_of_a_report(counting)
        load(installation.port, max(CLIENTS), WARM_UP_SECONDS)
        taken = _measured(installation.port, options.seconds)
        found = {
            "processors": os.cpu_count(),
            "durability": durability(),
            "statements a report": len(sent),
            "memory MB": counting.memory(installation),
            "intake": [one.told for one in taken],
        }
    print(json.dumps(found, ensure_ascii=False) if options.json else _printed(found, counting))
    return 0


def _measured(port: int, seconds: float) -> list[Taken]:
    """Measure both in turn, so that a neighbour's noise falls on both."""
    return [
        Taken(load(port, clients, seconds), floors([clients], max(2, round(seconds / 2)))[clients])
        for clients in CLIENTS
    ]


def _entered(installation: Running) -> Any:
    """Lead this process to the installation, found its office, and give what counts statements there."""
    os.environ["LINLI_HOME"] = str(installation.home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    import_module("django").setup()
    import_module("bench.office").small_office()
    return import_module("bench.counting")


def _statements_of_a_report(counting: Any) -> list[str]:
    resident = import_module("bench.within").Within()
    resident.report(0)
    with counting.statements() as sent:
        resident.report(1)
    assert isinstance(sent, list)
    return sent


def _printed(found: dict[str, Any], counting: Any) -> str:
    rows = found["intake"]
    memory = "; ".join(f"{name} {sizes}" for name, sizes in found["memory MB"].items())
    return "\n".join(
        [
            f"{found['processors']} processors; {found['durability']}",
            counting.table(list(rows[0]), [list(row.values()) for row in rows]),
            f"{found['statements a report']} statements a report (BEGIN and COMMIT apart)",
            f"memory of each process, MB: {memory}",
        ]
    )


def _options() -> argparse.Namespace:
    line = argparse.ArgumentParser(prog="bench.intake", description=__doc__)
    line.add_argument(
        "--seconds", type=float, default=5.0, help="how long at each number of clients"
    )
    line.add_argument(
        "--workers", type=int, help="web server processes; as `linli up` if not given"
    )
    line.add_argument("--json", action="store_true")
    return line.parse_args()


if __name__ == "__main__":
    sys.exit(main())
