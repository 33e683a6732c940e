"""Questions about what was brought in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import linli.book
from linli.ledgers.mapping import LedgerMap, read_map
from linli.ledgers.models import LedgerImport
from linli.ledgers.planning import RowNote
from linli.rulebook.mechanism import Label

MAPS = Path(linli.book.__path__[0]) / "ledgers"


class ImportUnknown(LookupError):
    """There is no such import in this office."""


@dataclass(frozen=True)
class ImportRow:
    """One import, as listed: `rows` = added + repeated + rejected."""

    id: int
    map_name: str
    file_name: str
    by: str
    at: datetime
    rows: int
    added: int
    repeated: int
    rejected: int


@dataclass(frozen=True)
class ImportDone:
    """One import with its report."""

    row: ImportRow
    rejected: tuple[RowNote, ...]
    kept: tuple[RowNote, ...]
    unmapped: tuple[str, ...]


def shipped_maps() -> dict[str, LedgerMap]:
    """Give the maps that Linli brings along, by name."""
    maps = [
        read_map(file.read_text(encoding="utf-8"), file.name)
        for file in sorted(MAPS.glob("*.yaml"))
    ]
    return {rules.ledger: rules for rules in maps}


def recent_imports(most: int = 20) -> tuple[ImportRow, ...]:
    """Give the latest imports of this office, newest first."""
    return tuple(_row(done) for done in LedgerImport.objects.order_by("-at", "-id")[:most])


def import_done(number: int) -> ImportDone:
    """Give one import with its report. Raises ImportUnknown."""
    done = LedgerImport.objects.filter(pk=number).first()
    if done is None:
        raise ImportUnknown(number)
    notes = done.notes
    return ImportDone(
        _row(done), _notes(notes["rejected"]), _notes(notes["kept"]), tuple(notes["unmapped"])
    )


def _row(done: LedgerImport) -> ImportRow:
    return ImportRow(
        done.pk, done.map_name, done.file_name, done.by, done.at,
        done.rows, done.added, done.repeated, done.rejected,
    )  # fmt: skip


def _notes(notes: list[dict[str, Any]]) -> tuple[RowNote, ...]:
    return tuple(
        RowNote(note["line"], note["column"], Label(zh=note["zh"], en=note["en"])) for note in notes
    )
