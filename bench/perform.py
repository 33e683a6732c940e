"""How fast actions are taken in process: `python -m bench.perform [--seconds N] [--json]`.

`perform()` on 1 and 4 threads of one process, each with a connection of its own, and on 4 processes of one
thread; `append_history()` on one. On the bundled database as `linli up` starts it, with durable commits;
the floor beside each figure is from the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import count
from threading import Barrier
from typing import Any

from bench.floor import durability, floors
from bench.running import Running, environment, running

from linli.project.home import home

ACTIONS = ("accept", "file", "dispatch", "take_on")
FEW, MANY = 1, 4
HISTORY_CASES = 1_500


def main() -> int:
    """Measure and print; with `--alone`, be one of the processes that are measured."""
    options = _options()
    if options.alone:
        _enter()
        print(json.dumps(_on_threads(1, options.seconds)))
        return 0
    with running(workers=1) as installation:
        found = _measured(installation, options.seconds)
    print(json.dumps(found, ensure_ascii=False) if options.json else _printed(found))
    return 0


def _measured(installation: Running, seconds: float) -> dict[str, Any]:
    os.environ["LINLI_HOME"] = str(installation.home)
    os.environ["LINLI_THREADS"] = str(MANY)
    _enter()
    import_module("bench.office").small_office()
    _on_threads(1, 1.0)
    ways: dict[str, Callable[[], dict[str, float]]] = {
        "1 thread": lambda: _on_threads(FEW, seconds),
        "4 threads": lambda: _on_threads(MANY, seconds),
        "4 processes": lambda: _on_processes(MANY, seconds),
    }
    floor = floors([FEW, MANY], max(2, round(seconds / 2)))
    rows = []
    for way, measure in ways.items():
        per_second = measure()["actions/s"]
        beneath = floor[FEW if way == "1 thread" else MANY]
        ratio = f"{per_second / beneath.per_second:.0%}"
        rows.append({"perform()": way, "actions/s": round(per_second)})
        rows[-1] |= {"floor/s": round(beneath.per_second), "of floor": ratio}
    return {
        "processors": os.cpu_count(),
        "durability": durability(),
        "statements an action": _statements(),
        "perform": rows,
        "append_history steps/s": round(_history()),
    }


def _on_threads(threads: int, seconds: float) -> dict[str, float]:
    """Take actions on as many threads, each on cases of its own; give how many a second."""
    acting = import_module("bench.acting")
    prepared = acting.reported_cases(int(seconds * 250 * threads) + threads)
    shares = [prepared[nth::threads] for nth in range(threads)]
    together, keys = Barrier(threads), count()

    def act(cases: Sequence[int]) -> tuple[int, float, float]:
        with acting.own_connection():
            together.wait()
            began = time.perf_counter()
            done = _until(began + seconds, acting.actions_on(cases, ACTIONS, keys))
            return done, began, time.perf_counter()

    with ThreadPoolExecutor(threads) as pool:
        each = list(pool.map(act, shares))
    lasted = max(ended for *_, ended in each) - min(began for _, began, _ in each)
    return {"actions/s": sum(done for done, *_ in each) / lasted}


def _on_processes(processes: int, seconds: float) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.perform", "--alone", "--seconds", str(seconds)]
    own = environment(home())
    started = [
        subprocess.Popen(command, env=own, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
        for _ in range(processes)
    ]
    told = [json.loads(process.communicate()[0]) for process in started]
    return {"actions/s": sum(one["actions/s"] for one in told)}


def _until(end: float, actions: Iterator[None]) -> int:
    for done, _ in enumerate(actions, start=1):
        if time.perf_counter() > end:
            return done
    raise RuntimeError("too few cases were prepared")


def _statements() -> dict[str, int]:
    """Give how many statements each action sends."""
    acting, counting = import_module("bench.acting"), import_module("bench.counting")
    actions = acting.actions_on(acting.reported_cases(2), ACTIONS, count())
    for _ in ACTIONS:
        next(actions)
    found = {}
    for action in ACTIONS:
        with counting.statements() as sent:
            next(actions)
        found[action] = len(sent)
    return found


def _history() -> float:
    acting = import_module("bench.acting")
    began = time.perf_counter()
    steps = acting.append(HISTORY_CASES)
    return float(steps / (time.perf_counter() - began))


def _enter() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    import_module("django").setup()


def _printed(found: dict[str, Any]) -> str:
    counting = import_module("bench.counting")
    rows = found["perform"]
    return "\n".join(
        [
            f"{found['processors']} processors; {found['durability']}",
            counting.table(list(rows[0]), [list(row.values()) for row in rows]),
            f"statements: {found['statements an action']} (BEGIN and COMMIT apart)",
            f"append_history(): {found['append_history steps/s']} steps/s",
        ]
    )


def _options() -> argparse.Namespace:
    line = argparse.ArgumentParser(prog="bench.perform", description=__doc__)
    line.add_argument("--seconds", type=float, default=4.0, help="how long each way is measured")
    line.add_argument("--json", action="store_true")
    line.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    return line.parse_args()


if __name__ == "__main__":
    sys.exit(main())
