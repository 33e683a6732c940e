"""A ledger before it enters: its columns and what each becomes, its first rows, its problems by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from linli.figures.dimensions import code_name
from linli.ledgers.actions import LedgerRefused, planned
from linli.ledgers.mapping import LedgerMap, Slot
from linli.ledgers.planning import ImportReport, Plan, PlannedRow, RowNote
from linli.ledgers.sheets import Sheet, read_sheet
from linli.ledgers.waiting import WaitingLedger
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand

FIRST_ROWS = 8
MOST_NOTES = 100
EXPECTED = Label(zh="只核对取值", en="Checked only")
UNUSED = Label(zh="不导入", en="Left out")


@dataclass(frozen=True)
class Column:
    """A column of the file: its name, its first value, and what it becomes."""

    name: str
    sample: str
    becomes: list[Label]
    reason: str = ""


@dataclass(frozen=True)
class FirstRow:
    """A row as it will enter."""

    line: int
    number: str
    at: datetime
    place: str
    values: list[tuple[Label, Label]]


@dataclass(frozen=True)
class Choice:
    """A select of the file's columns for one slot of the map."""

    slot: Slot
    columns: list[tuple[str, bool]]


class Preview:
    """All that the page shows of a waiting ledger."""

    def __init__(self, waiting: WaitingLedger, actor: Actor, at: datetime) -> None:
        self.waiting = waiting
        self.actor = actor
        self.at = at

    @property
    def rules(self) -> LedgerMap:
        """Give the map in use."""
        return self.waiting.rules

    @cached_property
    def mechanism(self) -> Mechanism:
        """Give the mechanism that the map fills."""
        return at_hand().mechanisms[self.rules.mechanism]

    @cached_property
    def sheet(self) -> Sheet:
        """Give the ledger's columns and rows."""
        file = self.waiting.file
        return read_sheet(file.name, file.content)

    @cached_property
    def refusal(self) -> Label | None:
        """Give why the ledger as a whole cannot be taken so; None when it can."""
        return self._outcome[1]

    @cached_property
    def _outcome(self) -> tuple[tuple[Plan, int], Label | None]:
        try:
            found = planned(
                file=self.waiting.file, rules=self.rules, book=at_hand(),
                by=self.actor, at=self.at,
            )  # fmt: skip
        except LedgerRefused as refused:
            return (Plan([], ImportReport(rows=len(self.sheet.rows))), 0), refused.message
        return found, None

    @property
    def plan(self) -> Plan:
        """Give what the ledger would become."""
        return self._outcome[0][0]

    @property
    def repeated(self) -> int:
        """Give how many good rows are in already."""
        return self._outcome[0][1]

    @property
    def fresh(self) -> int:
        """Give how many rows would enter."""
        return len(self.plan.rows) - self.repeated

    @property
    def rejected(self) -> int:
        """Give how many rows cannot enter."""
        return 0 if self.refusal else self.plan.report.rows - len(self.plan.rows)

    @property
    def kept(self) -> int:
        """Give how many rows would enter although something in them is missing."""
        return len({note.line for note in self.plan.report.kept})

    @property
    def problems(self) -> list[tuple[RowNote, bool]]:
        """Give the first notes by line, with whether the row is rejected."""
        report = self.plan.report
        notes = [(note, True) for note in report.rejected] + [(note, False) for note in report.kept]
        return sorted(notes, key=lambda pair: pair[0].line)[:MOST_NOTES]

    @property
    def notes(self) -> int:
        """Give how many notes there are in all."""
        return len(self.plan.report.rejected) + len(self.plan.report.kept)

    @cached_property
    def choices(self) -> list[Choice]:
        """Give the selects that change the map."""
        return [
            Choice(slot, [(name, name == slot.column) for name in self.sheet.columns])
            for slot in self.rules.slots(self.mechanism)
        ]

    @cached_property
    def columns(self) -> list[Column]:
        """Give every column of the file with what it becomes."""
        first = self.sheet.rows[0].cells if self.sheet.rows else {}
        used: dict[str, list[Label]] = {}
        for slot in self.rules.slots(self.mechanism):
            used.setdefault(slot.column, []).append(slot.label)
        for name in self.rules.expect:
            used.setdefault(name, []).append(EXPECTED)
        reasons = self.rules.unused
        return [
            Column(name, first.get(name, ""), used.get(name) or [UNUSED], reasons.get(name, ""))
            for name in self.sheet.columns
        ]

    @property
    def first_rows(self) -> list[FirstRow]:
        """Give the first rows as they will enter."""
        return [self._first(row) for row in self.plan.rows[:FIRST_ROWS]]

    def rules_with(self, given: Mapping[str, str]) -> LedgerMap:
        """Give the map with the columns a form chose. Raises MapRefused."""
        known = {"", *self.sheet.columns}
        chosen = {
            slot.key: given[slot.key]
            for slot in self.rules.slots(self.mechanism)
            if given.get(slot.key) in known
        }
        return self.rules.filled(self.mechanism, chosen)

    def _first(self, row: PlannedRow) -> FirstRow:
        place = " ".join(name for _, name, _ in row.areas)
        return FirstRow(row.line, row.number, row.moments[0][1], place, list(self._values(row)))

    def _values(self, row: PlannedRow) -> Iterator[tuple[Label, Label]]:
        for name in self.mechanism.shows.columns:
            if name in row.form:
                rule, value = self.mechanism.fields[name], row.form[name]
                key = str(value).lower() if isinstance(value, bool) else str(value)
                yield Label(zh=rule.zh, en=rule.en), code_name(rule, key, at_hand())
