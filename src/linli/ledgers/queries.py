"""Questions about what was brought in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import linli.book
from linli.ledgers.mapping import LedgerMap, MapRefused, read_map
from linli.ledgers.models import LedgerImport
from linli.ledgers.planning import RowNote
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import own_folder

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
    return _maps_in(MAPS)


def maps_at_hand() -> dict[str, LedgerMap]:
    """Give the maps that Linli brings along and those of the office's own book, which add and never replace.

    Raises MapRefused.
    """
    known, own = shipped_maps(), own_folder()
    added = _maps_in(own / "ledgers") if own else {}
    for name in known.keys() & added.keys():
        said = Label(
            zh=f"随附的对照表已有“{name}”，请另取名称。",
            en=f"A shipped map is called {name!r}: choose another name.",
        )
        raise MapRefused(said)
    return known | added


def _maps_in(folder: Path) -> dict[str, LedgerMap]:
    files = sorted(folder.glob("*.yaml"))
    maps = [read_map(file.read_text(encoding="utf-8"), file.name) for file in files]
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
