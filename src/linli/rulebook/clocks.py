"""Clocks: when time limits start, pause, resume and end, as a pure function of the journal and the calendars.

A clock runs while the case is in one of its `runs_in` (states, `@groups` or `track.<track>.<state>`) and in none
of its `pauses_in`. A pause keeps the minutes left, and so does leaving with `keep`; leaving without it ends the
clock, and coming back starts it anew. A kept clock ends when the case is done or void, every clock in a final
state. A step taken at the due moment itself is in time. Each clock stands alone: none moves, ends or breaches
another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from linli.rulebook.casefile import Casefile, ClockReading, revised
from linli.rulebook.mechanism import Clock, Mechanism
from linli.rulebook.workdays import Calendar, Calendars, Due, parts

Decide = Callable[[str], Mapping[str, Any]]
Moment = tuple[str, Literal["amber", "breach"], datetime]

ENDED = ("done", "void")
WHOLE = 100


def advance(
    mechanism: Mechanism,
    before: Casefile | None,
    after: Casefile,
    at: datetime,
    calendars: Calendars,
    decide_budget: Decide,
) -> Mapping[str, ClockReading]:
    """Give the readings after a step that led from `before` (None for the first) to `after` at a moment.

    Readings that `after` carries count before those of `before`. `decide_budget` answers budgets and calendars
    written '=decision' with the outputs of that decision table; a budget of null sets no limit. Raises
    `CalendarMissing` when a due moment falls outside the known years.
    """
    readings = {**(before.clocks if before else {}), **after.clocks}
    here = {after.state, *(f"track.{key}.{state}" for key, state in after.tracks.items())}
    if mechanism.states[after.state].final:
        here = set()  # nothing can be done any more, so nothing is due
    is_over = mechanism.states[after.state].phase in ENDED
    for key, clock, running, pausing in _spans(mechanism):
        reading = readings.get(key)
        is_alive = reading is not None and reading.ended_at is None
        runs = not here.isdisjoint(running)
        if not runs and not is_alive:
            continue
        pauses = not here.isdisjoint(pausing)
        if reading is not None and is_alive:
            keeps = pauses or (clock.keep and not is_over)
            readings[key] = _continued(
                clock, reading, at, calendars, runs=runs and not pauses, keeps=keeps
            )
        elif (
            runs and not pauses and (started := _started(key, clock, at, calendars, decide_budget))
        ):
            readings[key] = started
    return readings


def extended(
    reading: ClockReading, budget: str, at: datetime, calendars: Calendars, *, roll: bool = False
) -> ClockReading:
    """Give the reading with more time: counted on from the due moment, or added to the minutes left in a pause.

    A breach that is on record stays. A clock that has ended is not changed. It may be done again and again:
    the budget tells the sum, the journal each time.
    """
    calendar = calendars.counting(reading.calendar, reading.budget)
    total = _summed(reading.budget, budget)
    if reading.ended_at is not None:
        return reading
    if reading.due_at is not None:
        due = _rolled(calendar.add(reading.due_at, budget), reading.calendar, calendars, roll=roll)
        return revised(
            reading,
            budget=total,
            due_at=due.at,
            amber_at=_amber_at(calendar, total, due.at, _amber_of(reading, calendar)),
            provisional=reading.provisional or due.provisional,
        )
    left = reading.remaining or 0
    if _is_working(reading.budget) == _is_working(budget):
        return revised(reading, budget=total, remaining=left + calendar.minutes(budget))
    resumed = calendar.add_minutes(at, left).at
    longer_left = calendar.between(at, calendar.add(resumed, budget).at)
    return revised(reading, budget=total, remaining=longer_left)


def revived(mechanism: Mechanism, case: Casefile, calendars: Calendars) -> Casefile:
    """Give the case with the clocks that its last move ended running on, as if it had not been made.

    Due again when they were: no time is won by taking a step back. A clock that pauses somewhere begins anew instead.
    """
    moved_at = case.moved[1] if case.moved else None
    readings = dict(case.clocks)
    for key, reading in case.clocks.items():
        clock = mechanism.clocks[key]
        if reading.ended_at != moved_at or reading.started_at == moved_at or clock.pauses_in:
            continue
        plain = calendars.named(reading.calendar).add(reading.started_at, reading.budget)
        due = _rolled(plain, reading.calendar, calendars, roll=clock.roll)
        counting = calendars.counting(reading.calendar, reading.budget)
        readings[key] = revised(
            reading,
            due_at=due.at,
            amber_at=_amber_at(counting, reading.budget, due.at, clock.amber),
            provisional=due.provisional,
            ended_at=None,
        )
    return revised(case, clocks=readings)


def breached(reading: ClockReading, at: datetime) -> ClockReading:
    """Give the reading with its breach on record, as of its due moment. Raises ValueError before that moment."""
    if reading.due_at is None or at < reading.due_at:
        raise ValueError(f"clock {reading.clock} is not due at {at}")
    return revised(reading, breached_at=reading.breached_at or reading.due_at)


def next_moments(
    readings: Mapping[str, ClockReading] | Iterable[ClockReading], after: datetime | None = None
) -> list[Moment]:
    """Give what timers must be set, earliest first: amber and breach of every running clock not breached yet.

    With `after`, amber moments up to then are left out: they have been told. A breach stays until it is recorded.
    """
    listed = readings.values() if isinstance(readings, Mapping) else readings
    moments: list[Moment] = []
    for reading in listed:
        if reading.due_at is None or not reading.is_running or reading.breached_at is not None:
            continue
        moments.append((reading.clock, "breach", reading.due_at))
        if reading.amber_at is not None and (after is None or reading.amber_at > after):
            moments.append((reading.clock, "amber", reading.amber_at))
    return sorted(moments, key=lambda moment: (moment[2], moment[0], moment[1]))


@lru_cache(maxsize=512)
def _spans(mechanism: Mechanism) -> tuple[tuple[str, Clock, frozenset[str], frozenset[str]], ...]:
    """Give each clock with the places it runs and pauses in, groups resolved."""
    named = mechanism.states_named
    return tuple(
        (key, clock, frozenset(named(clock.runs_in)), frozenset(named(clock.pauses_in)))
        for key, clock in mechanism.clocks.items()
    )


def _started(
    key: str, clock: Clock, at: datetime, calendars: Calendars, decide_budget: Decide
) -> ClockReading | None:
    budget = _decided(clock.budget, "budget", decide_budget)
    if budget is None:
        return None
    name = _decided(clock.calendar, "calendar", decide_budget) or "office"
    due = _rolled(calendars.named(name).add(at, budget), name, calendars, roll=clock.roll)
    amber_at = _amber_at(calendars.counting(name, budget), budget, due.at, clock.amber)
    return ClockReading(key, budget, name, at, due.at, amber_at, provisional=due.provisional)


def _rolled(due: Due, name: str, calendars: Calendars, *, roll: bool) -> Due:
    return calendars.rolled(due, name) if roll else due


def _decided(value: str, output: str, decide: Decide) -> str | None:
    """Give a value, or what the decision table named after '=' says: its output of that name, or its only one."""
    if not value.startswith("="):
        return value
    outputs = decide(value[1:])
    found = outputs[output] if output in outputs else next(iter(outputs.values()))
    if found is not None and not isinstance(found, str):
        raise TypeError(f"decision {value[1:]} gives {found!r} as {output}, a text is wanted")
    return found


def _continued(
    clock: Clock,
    reading: ClockReading,
    at: datetime,
    calendars: Calendars,
    *,
    runs: bool,
    keeps: bool,
) -> ClockReading:
    """Give a living clock's reading after a step: running on, resumed, stopped with its minutes, or ended."""
    if runs and reading.due_at is not None:
        return reading
    calendar = calendars.counting(reading.calendar, reading.budget)
    if runs:
        plain = calendar.add_minutes(at, reading.remaining or 0)
        due = _rolled(plain, reading.calendar, calendars, roll=clock.roll)
        return revised(
            reading,
            due_at=due.at,
            amber_at=_amber_at(calendar, reading.budget, due.at, clock.amber),
            remaining=None,
            provisional=due.provisional,
        )
    if reading.due_at is not None and at > reading.due_at:
        reading = breached(reading, at)
    if not keeps:
        return revised(reading, due_at=None, amber_at=None, remaining=None, ended_at=at)
    if reading.due_at is None:
        return reading
    left = calendar.between(at, reading.due_at)
    return revised(reading, due_at=None, amber_at=None, remaining=left, provisional=False)


def _amber_at(
    calendar: Calendar, budget: str, due_at: datetime, amber: int | None
) -> datetime | None:
    """Give the moment at which `amber` per cent of a budget is spent."""
    if amber is None:
        return None
    tail = round(calendar.minutes(budget) * (WHOLE - amber) / WHOLE)
    return calendar.add_minutes(due_at, -tail).at


def _amber_of(reading: ClockReading, calendar: Calendar) -> int | None:
    """Give back the per cent a running clock's amber moment was set by."""
    if reading.amber_at is None or reading.due_at is None:
        return None
    tail = calendar.between(reading.amber_at, reading.due_at)
    return WHOLE - round(WHOLE * tail / max(1, calendar.minutes(reading.budget)))


def _summed(budget: str, more: str) -> str:
    """Give two budgets as one: '5 wd' and '3 wd' is '8 wd', others stand side by side."""
    amounts: dict[str, int] = {}
    for amount, unit in [*parts(budget), *parts(more)]:
        amounts[unit] = amounts.get(unit, 0) + amount
    return " + ".join(f"{amount} {unit}" for unit, amount in amounts.items())


def _is_working(budget: str) -> bool:
    return parts(budget)[0][1].startswith("w")
