"""Deadlines: the clocks of cases that have fallen due, each elapsed exactly once."""

from __future__ import annotations

import logging
from datetime import datetime

from linli.casework.definitions import of_office
from linli.casework.journal.casefiles import Held
from linli.casework.journal.families import Family, write
from linli.casework.journal.families.locking import due_families
from linli.casework.journal.reading import due_cases
from linli.casework.journal.runs import ClocksRestless
from linli.rulebook.casefile import StepRefused
from linli.rulebook.ownbook import at_hand
from linli.rulebook.workdays import CalendarMissing

log = logging.getLogger("linli.casework")


def fire_due(at: datetime, limit: int = 200) -> int:
    """Let the clocks of the open office that are due elapse, at their own due moments; give how many cases.

    A case that somebody is acting on is passed over: whoever acts lets its clocks elapse first. What is
    written is read off the locked case, and its timers go in the same transaction: so nothing elapses
    twice, whoever else is working and whenever they are killed.
    """
    alone = sum(_elapsed([held], at) for held in due_cases(at, limit))
    return alone + sum(_elapsed(members, at) for members in due_families(at, limit))


def _elapsed(members: list[Held], at: datetime) -> int:
    family = Family.of(members, of_office(at_hand()))
    try:
        family.catch_up(at, inclusive=True)
    except (StepRefused, ClocksRestless, CalendarMissing):
        log.exception("the clocks of case %s cannot elapse", members[0].number)
        return 0
    for run in family.moved:
        write(run)
    return len(family.moved)
