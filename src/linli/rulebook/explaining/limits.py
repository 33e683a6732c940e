"""Time limits in words: how long, how counted, when they pause, what happens when they are missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from linli.rulebook.explaining.lengths import is_budget, length_in_words
from linli.rulebook.explaining.paths import joined
from linli.rulebook.explaining.tables import Cell, table_in_words
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Clock, Label, Mechanism
from linli.rulebook.workdays import parts

BY_TABLE = Label(zh="按下表确定", en="see the table")
NO_LIMIT = Label(zh="不设时限", en="no limit")
DAYS = Label(
    zh="收到当日不计，从下一个工作日数起，到最后一日下班时止；节假日不计，调休上班日计入",
    en="The day of receipt is not counted; from the next working day to the close of the last one. "
    "Public holidays do not count, make-up working days do",
)
EVERY_MINUTE = Label(
    zh="不分节假日昼夜，每分钟都计", en="Every minute counts, day and night, holidays too"
)


@dataclass(frozen=True)
class Limit:
    """One time limit. `lengths` are the rows of its table when it depends on the case."""

    clock: str
    label: Label
    length: Label
    lengths: tuple[tuple[Cell, ...], ...]
    counted: Label
    runs: Label
    pauses: Label | None
    missed: Label | None
    basis: str
    is_main: bool


def limits(mechanism: Mechanism, book: Book) -> list[Limit]:
    """Give every time limit in words, the main ones first."""
    found = [_limit(mechanism, key, clock, book) for key, clock in mechanism.clocks.items()]
    return sorted(found, key=lambda limit: not limit.is_main)


def places_in_words(mechanism: Mechanism, names: Iterable[str]) -> Label:
    """Give where a clock runs or pauses: states, groups and states of tracks by their labels."""
    return joined(label for name in names for label in _place(mechanism, name))


def _limit(mechanism: Mechanism, key: str, clock: Clock, book: Book) -> Limit:
    table = mechanism.decisions.get(clock.budget[1:]) if clock.budget.startswith("=") else None
    worded = table_in_words(mechanism, clock.budget[1:], book) if table else None
    breach = mechanism.actions.get(clock.breach or "")
    return Limit(
        clock=key,
        label=Label(zh=clock.zh, en=clock.en),
        length=BY_TABLE if clock.budget.startswith("=") else length_in_words(clock.budget),
        lengths=worded.rows if worded else (),
        counted=_counted(clock, book, mechanism),
        runs=places_in_words(mechanism, clock.runs_in),
        pauses=places_in_words(mechanism, clock.pauses_in) if clock.pauses_in else None,
        missed=Label(zh=breach.zh, en=breach.en) if breach else None,
        basis=clock.basis or "",
        is_main=clock.main and not clock.period,
    )


def _counted(clock: Clock, book: Book, mechanism: Mechanism) -> Label:
    said: list[Label] = []
    for budget, calendar in _budgets(clock, mechanism):
        for _amount, unit in parts(budget):
            hours = book.calendars.hours.get(calendar)
            if unit.startswith("c") or hours is None or hours.days == "all":
                said.append(EVERY_MINUTE)
            elif unit == "wd":
                said.append(DAYS)
            else:
                spans = "、".join(hours.hours)
                said.append(
                    Label(
                        zh=f"只计工作日的工作时间（{spans}），即到即计",
                        en=f"Only office hours on working days count ({', '.join(hours.hours)}), at once",
                    )
                )
    listed = list({one.zh: one for one in said}.values())
    return Label(zh="；".join(o.zh for o in listed), en="; ".join(o.en for o in listed) or "—") if listed else NO_LIMIT  # fmt: skip


def _budgets(clock: Clock, mechanism: Mechanism) -> list[tuple[str, str]]:
    """Give the budgets a clock may have, each with the name of its calendar."""
    if not clock.budget.startswith("="):
        return [(clock.budget, clock.calendar)]
    table = mechanism.decisions.get(clock.budget[1:])
    if table is None or "budget" not in table.out:
        return []
    at = len(table.in_) + table.out.index("budget")
    named = len(table.in_) + table.out.index("calendar") if "calendar" in table.out else None
    rows = [
        (row[at].strip('"'), row[named].strip('"') if named is not None else clock.calendar)
        for row in table.rules
    ]
    return [(budget, calendar) for budget, calendar in rows if is_budget(budget)]


def _place(mechanism: Mechanism, name: str) -> list[Label]:
    if name.startswith("track."):
        _track, track, state = name.split(".", 2)
        found = mechanism.tracks[track]
        label = found.states[state]
        return [Label(zh=f"{found.zh}：{label.zh}", en=f"{found.en}: {label.en}")]
    return [
        Label(zh=mechanism.states[key].zh, en=mechanism.states[key].en)
        for key in mechanism.states_named(name)
    ]
