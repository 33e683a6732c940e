"""Writing a replay's records into its office, part by part, on as many processor cores as there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context

from linli.casework.history import HistoryRefused, append_history
from linli.casework.queries.lists import numbers_present
from linli.figures.periods import period_named
from linli.project.lifeline import begin_beside
from linli.project.progress import Refused
from linli.project.replay.acting import Cast
from linli.project.replay.script import Replay
from linli.project.replay.settling import Ground
from linli.registry.isolation import office_transaction
from linli.rulebook.ownbook import at_hand

PART = 1000


class PartRefused(Exception):
    """A mechanism refuses an action of a group: said in both languages, and carried from one process to another."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class Part:
    """Some of the cases of one group, written together or not at all."""

    replay: Replay
    ground: Ground
    group: int
    first: int
    last: int

    @property
    def number(self) -> str:
        """Give the number of the part's first case."""
        return f"{self.key}-{self.first:06d}"

    @property
    def mechanism(self) -> str:
        """Give the mechanism of the part's cases."""
        return self.replay.records[self.group].mechanism

    @property
    def key(self) -> str:
        """Give what the numbers of the group's cases begin with."""
        return f"R{self.group:03d}"


def parts_of(replay: Replay, ground: Ground) -> list[Part]:
    """Give the parts that are not written yet, the larger ones first."""
    parts = [
        Part(replay, ground, nth, first, min(first + PART, group.cases))
        for nth, group in enumerate(replay.records)
        for first in range(0, group.cases, PART)
    ]
    with office_transaction(ground.office):
        there = numbers_present(part.number for part in parts)
    left = [part for part in parts if part.number not in there]
    return sorted(left, key=lambda part: part.first - part.last)


def write_part(part: Part) -> int:
    """Write one part and give how many cases it has. Raises PartRefused."""
    group = part.replay.records[part.group]
    book, period = at_hand(), period_named(part.replay.period)
    year = group.year or int(part.replay.period[:4])
    cast = Cast(group, part.key, part.ground, book, year)
    cases = cast.cases(part.first, part.last)
    try:
        done = append_history(office=part.ground.office, cases=cases, book=book, until=period.end)
    except HistoryRefused as refused:
        raise PartRefused(
            f"第 {part.group + 1} 组 {group.mechanism} 做不成“{refused.action}”：{refused.refused.message.zh}",
            f"group {part.group + 1}, {group.mechanism}: {refused}",
        ) from None
    return done.cases


def write(parts: Sequence[Part], progress: Callable[[int], None], *, alone: bool = False) -> int:
    """Write parts, in processes of their own unless `alone`; gives how many cases were written.

    Registers come first: what is written afterwards may name their entries.
    """
    known = at_hand().mechanisms
    registers = [part for part in parts if known[part.mechanism].kind == "register"]
    others = [part for part in parts if part not in registers]
    try:
        if alone:
            return sum(map(write_part, [*registers, *others]))
        return sum(_beside(some, progress) for some in (registers, others) if some)
    except PartRefused as refused:
        raise Refused(refused.zh, refused.en) from None


def _beside(parts: Sequence[Part], progress: Callable[[int], None]) -> int:
    cases = 0
    pool = ProcessPoolExecutor(
        os.cpu_count(), mp_context=get_context("spawn"), initializer=begin_beside
    )
    with pool:
        for done in as_completed([pool.submit(write_part, part) for part in parts]):
            cases += done.result()
            progress(cases)
    return cases
