"""Schedules: what recurs is done for every subject, each occurrence exactly once, missed ones caught up with."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from linli.casework.actions import open_case, perform
from linli.casework.definitions import current, published
from linli.casework.history import Command, HistoricCase
from linli.casework.registers import Recurrence
from linli.registry.isolation import current_office
from linli.registry.queries import areas_of_office, this_office
from linli.rulebook.casefile import SCHEDULE_ACTOR, Actor, StepRefused
from linli.rulebook.deciding.recurring import Occurrence, next_occurrence
from linli.rulebook.mechanism import Mechanism, Schedule
from linli.rulebook.ownbook import at_hand

CAUGHT_UP = timedelta(days=7)
SUBJECTS_A_TURN = 100
DUE = """
    SELECT r.id FROM casework_recurrence r WHERE r.office_id = %s AND r.next_at <= %s
    ORDER BY r.next_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
ENTRIES = """
    SELECT c.id, c.number, c.area FROM casework_case c
    WHERE c.office_id = %s AND c.mechanism = %s AND c.closed_at IS NULL AND c.number > %s
    ORDER BY c.number LIMIT %s
"""
log = logging.getLogger("linli.casework")


@dataclass(frozen=True)
class Subject:
    """What an occurrence is for: the office, an area, or an entry of a register with its case."""

    key: str
    area: str
    case: int | None = None


def take_note(at: datetime) -> int:
    """Note the schedules of the mechanisms in force, from this moment on; give how many came or changed.

    What was scheduled before and is no more is forgotten.
    """
    there = {(row.mechanism, row.name): row for row in Recurrence.objects.all()}
    wanted = {(m.mechanism, name): one for m in published() for name, one in m.schedule.items()}
    for key in there.keys() - wanted.keys():
        there[key].delete()
    changed = 0
    for key, schedule in wanted.items():
        row, rule = there.get(key), schedule.model_dump_json(by_alias=True)
        if row is None or row.rule != rule:
            following = next_occurrence(schedule, at, at_hand().calendars)
            Recurrence.objects.update_or_create(
                office_id=current_office(),
                mechanism=key[0],
                name=key[1],
                defaults={"rule": rule, "reached": "", **_when(following)},
            )
            changed += 1
    return changed


def perform_due(at: datetime) -> int:
    """Do the next of what is due for up to a hundred subjects; give how many were done.

    One transaction: killed half way, all of it is done again and none twice, since each step carries the
    key of its schedule, subject and occurrence. Occurrences more than seven days past are left out, except
    the last one.
    """
    with connection.cursor() as cursor:
        cursor.execute(DUE, [current_office(), at])
        found = cursor.fetchone()
    if found is None:
        return 0
    row = Recurrence.objects.get(id=found[0])
    mechanism = current(row.mechanism)
    schedule = mechanism.schedule[row.name]
    _leave_out(row, schedule, at)
    subjects = list(_subjects(schedule, row.reached, SUBJECTS_A_TURN))
    for subject in subjects:
        _perform(mechanism, row, schedule, subject, at)
    if len(subjects) == SUBJECTS_A_TURN:
        row.reached = subjects[-1].key
    else:
        _go_on(row, schedule)
    row.save()
    return max(1, len(subjects))


def history_of(
    mechanism: Mechanism, name: str, since: datetime, until: datetime
) -> Iterator[HistoricCase]:
    """Give the cases that a schedule of the past opened in a half-open span, for append_history().

    Their keys are those of the live schedule, so that neither repeats the other.
    """
    schedule, actor = mechanism.schedule[name], _actor()
    following = next_occurrence(schedule, since - timedelta(microseconds=1), at_hand().calendars)
    while following is not None and following.at < until:
        for subject in _subjects(schedule, "", None):
            form = _form(mechanism, schedule, subject)
            steps = [Command(schedule.action, actor, following.at, form)]
            key = _key(mechanism.mechanism, name, subject, following.key)
            yield HistoricCase(mechanism.mechanism, steps, area=subject.area, keys={0: key})
        following = next_occurrence(schedule, following.at, at_hand().calendars)


def next_times(mechanism: Mechanism, at: datetime) -> dict[str, Occurrence]:
    """Give when each schedule of a mechanism happens next."""
    found = {
        name: next_occurrence(schedule, at, at_hand().calendars)
        for name, schedule in mechanism.schedule.items()
    }
    return {name: one for name, one in found.items() if one is not None}


def _leave_out(row: Recurrence, schedule: Schedule, at: datetime) -> None:
    """Pass over what is too long past to be caught up with, as long as a later one is due as well."""
    while row.next_at is not None and row.next_at < at - CAUGHT_UP and not row.reached:
        following = next_occurrence(schedule, row.next_at, at_hand().calendars)
        if following is None or following.at > at:
            return
        log.warning("%s.%s of %s is left out", row.mechanism, row.name, row.occurrence)
        row.next_at, row.occurrence = following.at, following.key


def _perform(
    mechanism: Mechanism, row: Recurrence, schedule: Schedule, subject: Subject, at: datetime
) -> None:
    key = _key(row.mechanism, row.name, subject, row.occurrence)
    form = _form(mechanism, schedule, subject)
    try:
        if schedule.for_ == mechanism.mechanism:
            assert subject.case is not None
            perform(
                case=subject.case, action=schedule.action, by=_actor(), at=at, form=form, key=key,
                revision=None,
            )  # fmt: skip
        else:
            open_case(
                mechanism=row.mechanism, action=schedule.action, by=_actor(), at=row.next_at or at,
                form=form, key=key, area=subject.area, source="schedule",
            )  # fmt: skip
    except StepRefused as refused:
        log.warning("%s is not done: %s", key, refused.code)


def _go_on(row: Recurrence, schedule: Schedule) -> None:
    assert row.next_at is not None
    following = next_occurrence(schedule, row.next_at, at_hand().calendars)
    row.reached = ""
    for name, value in _when(following).items():
        setattr(row, name, value)


def _when(following: Occurrence | None) -> dict[str, object]:
    if following is None:
        return {"next_at": None, "occurrence": ""}
    return {"next_at": following.at, "occurrence": following.key}


def _subjects(schedule: Schedule, after: str, most: int | None) -> Sequence[Subject]:
    office = this_office()
    if schedule.for_ == "office":
        return [] if after else [Subject(office.path, office.path)]
    if schedule.for_ == "neighbourhood":
        paths = sorted(area.path for area in areas_of_office() if area.path != office.path)
        return [Subject(path, path) for path in paths if path > after][:most]
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [current_office(), schedule.for_, after, most])
        return [Subject(number, area, case) for case, number, area in cursor.fetchall()]


def _form(mechanism: Mechanism, schedule: Schedule, subject: Subject) -> dict[str, str]:
    """Give the form of the action: the field that names the entry it is for."""
    asked = mechanism.actions[schedule.action].fields
    return {name: subject.key for name in asked if mechanism.fields[name].of == schedule.for_}


def _key(mechanism: str, name: str, subject: Subject, occurrence: str) -> str:
    return f"schedule/{mechanism}/{name}/{subject.key}/{occurrence}"


def _actor() -> Actor:
    return Actor(current_office(), SCHEDULE_ACTOR)
