"""What it costs to keep roll-ups fresh, at the action and behind it; and whether kept cells are what a rebuild gives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from statistics import median

from bench.acting import actions_on, office_and_actor, reported_cases
from bench.counting import statements

from linli.casework.sequencing import sequence
from linli.figures.rollups.auditing import Audit, audit
from linli.figures.rollups.keeping import refresh
from linli.registry.isolation import office_transaction

CASES, WAY = 50, ("accept", "file", "dispatch", "take_on")
BUSY = datetime(2025, 6, 10, 2, 0, tzinfo=UTC)


def freshness() -> dict[str, float | int | str]:
    """Take actions in the first office of a city and let the roll-ups follow; give milliseconds an action."""
    office, _ = office_and_actor()
    _followed(office)
    times, touching = _acted(office)
    at_action = _followed(office)
    reported_cases(CASES, BUSY)
    in_busy_month = _followed(office)
    with office_transaction(office):
        found = audit(at=datetime.now(UTC), whole=True)  # noqa: TID251 - the real clock
    return {
        "perform(), p50": round(median(times), 2),
        "statements of perform() on roll-ups": touching,
        "followed by the worker, an action": round(at_action / len(times), 3),
        "the same in a month of thousands of cases": round(in_busy_month / CASES, 3),
        "rebuilt row for row": _told(found),
    }


def _acted(office: int) -> tuple[list[float], int]:
    cases = reported_cases(CASES)
    keys = count()
    with office_transaction(office), statements() as sent:
        next(actions_on(cases[:1], WAY[:1], keys))
    taken: Iterator[None] = actions_on(cases[1:], WAY, keys)
    times = []
    with office_transaction(office):
        while True:
            began = time.perf_counter()
            if next(taken, StopIteration) is StopIteration:
                break
            times.append((time.perf_counter() - began) * 1000)
    return times, sum("figures_" in text for text in sent)


def _followed(office: int) -> float:
    """Give the milliseconds in which the roll-ups of an office follow its journal."""

    def turn(work: Callable[[], int]) -> int:
        with office_transaction(office):
            return work()

    while turn(sequence):
        pass
    began = time.perf_counter()
    while turn(lambda: refresh(datetime.now(UTC))):  # noqa: TID251 - the real clock
        pass
    return (time.perf_counter() - began) * 1000


def _told(found: Audit) -> str:
    return f"{found.parts} parts, {found.cells} cells, {found.differing} differ"
