"""One year of the demo's cases, month by month, on as many processor cores as there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from random import Random

from linli.casework.history import Appended, HistoricCase, HistoryRefused, append_history
from linli.project.demo.course import Course, Setting
from linli.project.demo.script import Script, ScriptWrong, Start, Trouble, scripts, words
from linli.project.demo.seasons import opening_moments
from linli.project.demo.settling import Settled
from linli.project.lifeline import begin_beside
from linli.rulebook.casefile import Actor, Exhibit
from linli.rulebook.ownbook import at_hand

CHUNKS = 24
CALENDAR = "office"
FULL_YEAR = 365


@dataclass(frozen=True)
class Month:
    """A part of the year that one process writes."""

    settled: Settled
    photos: dict[tuple[str, str], list[Exhibit]]
    start: datetime
    end: datetime
    until: datetime
    share: float
    seed: str


def hands() -> ProcessPoolExecutor:
    """Give the processes that write the demo, one for each processor core."""
    return ProcessPoolExecutor(
        os.cpu_count(), mp_context=get_context("spawn"), initializer=begin_beside
    )


def live_through(
    pool: Executor, settled: Settled, photos: dict[tuple[str, str], list[Exhibit]], start: datetime,
    until: datetime, *, scale: float, seed: int, progress: Callable[[int], None],
) -> Appended:  # fmt: skip
    """Write the cases of a year into the office; `scale` 1 is the whole script. Gives what was written."""
    length = (until - start) / CHUNKS
    months = [
        Month(
            settled, photos, start + length * n, start + length * (n + 1), until,
            scale / CHUNKS, f"{seed}-{n}",
        )
        for n in range(CHUNKS)
    ]  # fmt: skip
    cases = steps = 0
    for done in as_completed([pool.submit(live_through_month, month) for month in months]):
        written = done.result()
        cases, steps = cases + written.cases, steps + written.steps
        progress(cases)
    return Appended(cases, steps)


def live_through_month(month: Month) -> Appended:
    """Write the cases that begin in one part of the year."""
    book = at_hand()
    cases = [case for script in scripts() for case in _cases(script, month)]
    try:
        return append_history(
            office=month.settled.office, cases=cases, book=book, until=month.until
        )
    except HistoryRefused as refused:
        raise ScriptWrong(str(refused)) from None


def _cases(script: Script, month: Month) -> Iterator[HistoricCase]:
    chance = Random(f"{month.seed}-{script.mechanism}")
    calendar = at_hand().calendars.named(CALENDAR)
    setting = Setting(script, words(), month.settled, calendar, month.photos, month.until)
    subjects = setting.words.troubles if script.subjects == "troubles" else setting.words.asks
    number = round(script.cases * month.share)
    for start in script.starts:
        share = round(number * start.weight / sum(one.weight for one in script.starts))
        by_day = start.by != "resident"
        for at in opening_moments(share, month.start, month.end, chance, by_day=by_day):
            yield _case(setting, start, subjects, at, chance)


def _case(
    setting: Setting, start: Start, subjects: list[Trouble], at: datetime, chance: Random
) -> HistoricCase:
    trouble = chance.choices(subjects, [subject.weight for subject in subjects])[0]
    spot = chance.choice(setting.settled.spots)
    course = Course(
        setting, chance, trouble, spot, start, _opener(setting, start, spot.area, chance)
    )
    return HistoricCase(
        mechanism=setting.script.mechanism,
        steps=(course.opening(at),),
        source=start.source,
        then=course.next_command,
    )


def _opener(setting: Setting, start: Start, area: str, chance: Random) -> Actor:
    if start.by == "resident":
        return Actor(setting.settled.office, f"resident:{chance.getrandbits(64):016x}")
    return chance.choice(setting.settled.with_duty(start.by, area=area)).actor
