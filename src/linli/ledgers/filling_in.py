"""Ledgers filled in from records: the rows of a layout, as its columns ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from linli.casework import queries
from linli.casework.queries import CaseFilters, CaseRow
from linli.casework.queries.abroad import Abroad, cases_abroad
from linli.casework.queries.entries import EntryTotals, entry_totals
from linli.ledgers.layouts import BY_HAND, COUNT, FIELD, Layout, entry_of, is_known
from linli.ledgers.mapping import ZONE
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label, Mechanism

MOST = 20_000


@dataclass(frozen=True)
class FilledIn:
    """A ledger from records: its headings, its rows, and how many rows there are in all."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """Give each row as its cells with their headings, for narrow screens."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows]


def filled_in(
    layout: Layout, mechanism: Mechanism, *, actor: Actor, year: int, at: datetime, most: int = MOST
) -> FilledIn:
    """Give the rows of a layout that an actor may see, oldest first; personal columns stay empty."""
    found = queries.cases(actor=actor, filters=filters_of(layout, year), at=at, page=1, size=most)
    cases = sorted(found.rows, key=lambda row: (row.opened_at, row.id))
    ids = [row.id for row in cases]
    told = cases_abroad(ids, layout.fields, at=at)
    totals = entry_totals(ids)
    rows = tuple(tuple(_cells(layout, mechanism, told[row.id], totals[row.id])) for row in cases)
    return FilledIn(tuple(layout.columns), rows, found.total)


def filters_of(layout: Layout, year: int) -> CaseFilters:
    """Give what the list of cases is narrowed to for a ledger."""
    if layout.span == "standing":
        return CaseFilters(mechanism=layout.of, is_open=True)
    return CaseFilters(
        mechanism=layout.of, opened_from=date(year, 1, 1), opened_to=date(year + 1, 1, 1)
    )


def _cells(
    layout: Layout, mechanism: Mechanism, case: Abroad, totals: EntryTotals
) -> Iterator[str]:
    for word in layout.columns.values():
        if word == BY_HAND or not is_known(word, mechanism):
            yield ""
        elif word.startswith(COUNT):
            yield str(totals.counts.get(word.removeprefix(COUNT), 0))
        elif word.startswith(FIELD):
            yield _field(word[1:], mechanism, case, totals)
        else:
            yield _plain(case.row)[word]


def _field(name: str, mechanism: Mechanism, case: Abroad, totals: EntryTotals) -> str:
    entry = entry_of(name, mechanism)
    if entry and mechanism.entries[entry].amount == name:
        return totals.sums.get(entry, "0")
    return _zh(case.words.get(name, ""))


def _plain(row: CaseRow) -> Mapping[str, str]:
    return {
        "number": row.number,
        "area": row.area_name,
        "state": row.state_label.zh,
        "holder": row.holder_name.zh if row.holder_name else "",
        "category": row.category_label.zh if row.category_label else "",
        "opened": _day(row.opened_at),
        "closed": _day(row.closed_at),
        "due": _day(row.due_at),
    }


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(ZONE):%Y-%m-%d}"


def _zh(word: Any) -> str:
    return word.zh if isinstance(word, Label) else str(word or "")
