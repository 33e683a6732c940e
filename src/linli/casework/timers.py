"""Deadlines: the clocks of cases that have fallen due, each elapsed exactly once."""

from __future__ import annotations

import logging
from datetime import datetime

from linli.casework.journal.casefiles import Held
from linli.casework.journal.reading import due_cases
from linli.casework.journal.rows import Scribe, case_row
from linli.casework.journal.runs import ClocksRestless, Run
from linli.casework.journal.writing import written
from linli.rulebook.casefile import StepRefused
from linli.rulebook.loading import shipped
from linli.rulebook.workdays import CalendarMissing

log = logging.getLogger("linli.casework")


def fire_due(at: datetime, limit: int = 200) -> int:
    """Let the clocks of the open office that are due elapse, at their own due moments; give how many cases.

    A case that somebody is acting on is passed over: whoever acts lets its clocks elapse first. What is
    written is read off the locked case, and its timers go in the same transaction: so nothing elapses
    twice, whoever else is working and whenever they are killed.
    """
    return sum(_elapsed(held, at) for held in due_cases(at, limit))


def _elapsed(held: Held, at: datetime) -> bool:
    run = Run.of(held, shipped())
    try:
        run.catch_up(at, inclusive=True)
    except (StepRefused, ClocksRestless, CalendarMissing):
        log.exception("the clocks of case %s cannot elapse", held.number)
        return False
    rows = Scribe(run).rows()
    return written(run, rows, case=case_row(run, rows.last_hash))
