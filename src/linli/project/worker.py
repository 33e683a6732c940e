"""The worker: fires deadlines, gives steps their positions, keeps roll-ups, office by office, over and over.

Every turn is a transaction of its own, so that a worker killed at any moment loses nothing and repeats nothing.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db import Error, connections
from django.utils import timezone

from linli.casework.attachments import sweep_orphans
from linli.casework.proof.checkpoints import checkpoint
from linli.casework.sequencing import sequence
from linli.casework.turns.recurring import perform_due, take_note
from linli.casework.turns.retention import erase_due
from linli.casework.turns.timers import fire_due
from linli.figures.rollups.auditing import last_audits
from linli.figures.rollups.keeping import (
    POSITIONS_A_TURN,
    build,
    is_being_counted,
    missing_parts,
    refresh,
)
from linli.notices.actions import tell_new_steps
from linli.notices.sending import send_due
from linli.project.processes.beside import beside
from linli.project.processes.mailbox import fetch_due
from linli.registry.isolation import current_office, office_transaction
from linli.registry.queries import offices, this_office

BATCH = 200
PAUSE_SECONDS = 0.5
PAUSE_AFTER_FAILURE = 2.0
LEARNS_FROM = 3
BUILD_SECONDS = 1.0
ROLLED_EVERY = timedelta(seconds=5)
UNUSED_UPLOADS = timedelta(days=1)

Turn = Callable[[], int]
Errand = Callable[[int], int]
_closed_on: dict[int, date] = {}
_noted_at: dict[int, datetime] = {}
_erased_at: dict[int, datetime] = {}
_learned_on: dict[int, date] = {}
_rolled_at: dict[int, datetime] = {}
_audited_on: dict[int, date] = {}
_unbuilt: dict[int, None] = {}
log = logging.getLogger("linli.worker")


def run() -> None:
    """Work until SIGTERM or SIGINT; a turn under way is finished first."""
    stopping = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopping.set())
    while not stopping.is_set():
        try:
            done = work_through(TURNS, ERRANDS) + build_rollups()
            pause = 0.0 if done >= BATCH else PAUSE_SECONDS  # few at a time cost most of the work
        except Error as failure:  # the database is away: it will be back, and nothing was half done
            log.warning("the database is away: %s", type(failure).__name__)
            connections.close_all()
            pause = PAUSE_AFTER_FAILURE
        stopping.wait(pause)


def work_through(turns: Sequence[Turn], errands: Sequence[Errand] = ()) -> int:
    """Take every turn once for every office, then run every errand, and say how much was done."""
    done = sum(_taken(office.id, turn) for office in offices() for turn in turns)
    return done + sum(_run(office.id, errand) for office in offices() for errand in errands)


def build_rollups(seconds: float = BUILD_SECONDS) -> int:
    """Build new parts of roll-ups, at least one, until the time is over; then deadlines of all offices have their turn again.

    A part is a transaction of its own: of a large office it may take seconds, all its parts together minutes.
    """
    until, built = time.monotonic() + seconds, 0
    while _unbuilt and (not built or time.monotonic() < until):
        office = next(iter(_unbuilt))
        del _unbuilt[office]
        if _taken(office, lambda: build(timezone.now())):
            _unbuilt[office] = None  # behind the others
        built += 1
    return built


def _run(office: int, errand: Errand) -> int:
    """Run an errand, which leaves the house and so opens its transactions itself; one that fails is logged."""
    try:
        return errand(office)
    except Error:
        raise
    except Exception:
        log.exception("errand %s of office %s failed", errand.__name__, office)
        return 0


def _taken(office: int, turn: Turn) -> int:
    """Take one turn; one that fails is undone and logged, and holds up neither the others nor other offices."""
    try:
        with office_transaction(office):
            return turn()
    except Error:
        raise
    except Exception:
        log.exception("turn %s of office %s failed", turn.__name__, office)
        return 0


def _fire_due() -> int:
    return fire_due(timezone.now(), BATCH)


def _close_the_day() -> int:
    """At the first turn of a day: sign the log, and clear away uploads that no case came to use."""
    at, office = timezone.now(), current_office()
    today = timezone.localdate(at)
    if _closed_on.get(office) == today:
        return 0
    checkpoint(office=office, at=at)
    sweep_orphans(office=office, before=at - UNUSED_UPLOADS)
    _closed_on[office] = today
    return 1


def _recur() -> int:
    """Do what is scheduled; look for new schedules once a minute."""
    at, office = timezone.now(), current_office()
    if (minute := at.replace(second=0, microsecond=0)) != _noted_at.get(office):
        take_note(at)
        _noted_at[office] = minute
    return perform_due(at)


def _learn() -> int:
    """Once a day, at the first turn after three: let hints be learned, in a process of its own that is niced."""
    at, office = timezone.localtime(timezone.now()), current_office()
    if at.hour < LEARNS_FROM or _learned_on.get(office) == at.date():
        return 0
    _learned_on[office] = at.date()
    beside("hints", "--office", this_office().code)
    return 1


def _roll_up() -> int:
    """Every few seconds: count anew what was touched; until then readers count that from the records."""
    at, office = timezone.now(), current_office()
    if at - _rolled_at.get(office, at - ROLLED_EVERY) < ROLLED_EVERY:
        return 0
    if is_being_counted():
        return 0
    done = refresh(at)
    if missing_parts():
        _unbuilt.setdefault(office)
    if done < POSITIONS_A_TURN:
        _rolled_at[office] = at
    return done


def _audit() -> int:
    """Once a day, at the first turn after three: let roll-ups be held against the records, in a process of its own that is niced.

    Of a large office it takes a minute: deadlines, and the end of the worker, do not wait for it.
    """
    at, office = timezone.localtime(timezone.now()), current_office()
    if at.hour < LEARNS_FROM or _audited_on.get(office) == at.date():
        return 0
    _audited_on[office] = at.date()
    if any(timezone.localdate(one.at) == at.date() for one in last_audits(1)):
        return 0
    beside("audit", "--office", this_office().code)
    return 1


def _erase_due() -> int:
    """Once an hour, and on while there is something: erase what has been kept for as long as it may be."""
    at, office = timezone.now(), current_office()
    hour = at.replace(minute=0, second=0, microsecond=0)
    if _erased_at.get(office) == hour:
        return 0
    done = erase_due(at, BATCH)
    if done < BATCH:
        _erased_at[office] = hour
    return done


def _tell() -> int:
    return tell_new_steps(at=timezone.now())


def _send(office: int) -> int:
    return send_due(office=office, clock=timezone.now)


TURNS: tuple[Turn, ...] = (
    _fire_due,
    _recur,
    sequence,
    _tell,
    _erase_due,
    _close_the_day,
    _learn,
    _roll_up,
    _audit,
)
ERRANDS: tuple[Errand, ...] = (_send, fetch_due)
