"""The worker: fires deadlines, gives steps their positions, office by office, over and over.

Every turn is a transaction of its own, so that a worker killed at any moment loses nothing and repeats nothing.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.db import Error, connections
from django.utils import timezone

from linli.casework.attachments import sweep_orphans
from linli.casework.proof.checkpoints import checkpoint
from linli.casework.sequencing import sequence
from linli.casework.timers import fire_due
from linli.registry.isolation import current_office, office_transaction
from linli.registry.queries import offices

BATCH = 200
PAUSE_SECONDS = 0.5
PAUSE_AFTER_FAILURE = 2.0
UNUSED_UPLOADS = timedelta(days=1)

Turn = Callable[[], int]
_closed_on: dict[int, date] = {}
log = logging.getLogger("linli.worker")


def run() -> None:
    """Work until SIGTERM or SIGINT; a turn under way is finished first."""
    stopping = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopping.set())
    while not stopping.is_set():
        try:
            done = work_through(TURNS)
            pause = 0.0 if done >= BATCH else PAUSE_SECONDS  # few at a time cost most of the work
        except Error as failure:  # the database is away: it will be back, and nothing was half done
            log.warning("the database is away: %s", type(failure).__name__)
            connections.close_all()
            pause = PAUSE_AFTER_FAILURE
        stopping.wait(pause)


def work_through(turns: Sequence[Turn]) -> int:
    """Take every turn once for every office, and say how much was done."""
    return sum(_taken(office.id, turn) for office in offices() for turn in turns)


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


TURNS: tuple[Turn, ...] = (_fire_due, sequence, _close_the_day)
