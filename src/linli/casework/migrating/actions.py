"""Taking the running cases of the open office on to another version: looked at first, then done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from linli.casework.definitions import Published, editions_of, of_office, published_as
from linli.casework.eras.moves import moved
from linli.casework.journal.casefiles import Held
from linli.casework.journal.families import Family, write
from linli.casework.journal.families.locking import locked_family
from linli.casework.journal.reading import cases_under, locked_case
from linli.casework.journal.runs import CLOSED
from linli.casework.models import Case
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.deciding import settled
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label
from linli.rulebook.migrating.carrying import Blocked, carried, changes
from linli.rulebook.migrating.document import Migration, named, read_migration
from linli.rulebook.ownbook import at_hand

Fate = Literal["same", "mapped", "blocked"]
OPENED = Label(
    zh="下级事项，随上级办理，不单独转入新版",
    en="opened by another case, it ends under the version it began in",
)
FATES: tuple[Fate, ...] = ("same", "mapped", "blocked")


class VersionUnknown(Exception):
    """A version that a document names is not published for the office; `message` says which."""

    def __init__(self, key: str, version: int) -> None:
        self.message = Label(
            zh=f"机制“{key}”第 {version} 版没有发布：请先发布。",
            en=f"Version {version} of {key!r} is not published: publish it first.",
        )
        super().__init__(self.message.en)


@dataclass(frozen=True)
class Line:
    """What becomes of one running case: the same, mapped (and how), or blocked (and why)."""

    number: str
    fate: Fate
    said: tuple[Label, ...]


@dataclass(frozen=True)
class Plan:
    """A document held against the published versions and the running cases of the open office."""

    document: Migration
    becomes: Published
    lines: tuple[Line, ...]

    def told(self) -> dict[str, int]:
        """Give the versions and how many cases met which fate, for the register of changes."""
        versions = {"from": self.document.from_, "to": self.document.to}
        return versions | {str(fate): self.count(fate) for fate in FATES}

    def count(self, fate: Fate) -> int:
        """Give how many cases meet a fate."""
        return Counter(line.fate for line in self.lines)[fate]


def planned(*, text: str, file: str, at: datetime) -> Plan:
    """Give what a migration document would do now; nothing is written.

    Raises MechanismRefused for the document, VersionUnknown for a version that is not published.
    """
    document, becomes = _read(text, file)
    book = of_office(at_hand())
    lines = tuple(_line(document, becomes, held, at, book) for held in _running(document))
    return Plan(document, becomes, lines)


def migrate(*, text: str, file: str, by: Actor, at: datetime) -> Plan:
    """Take every running case that can go on to the new version there, by a step in each; give what was done.

    One transaction. Clocks that fell due before `at` elapse first, under the version they ran in. Cases that are
    blocked stay as they are. Raises MechanismRefused and VersionUnknown; then nothing has changed.
    """
    with office_transaction(by.office):
        document, becomes = _read(text, file)
        book, lines = of_office(at_hand()), []
        for found in _running(document):
            held = _caught_up(found.id, at, book)
            if held is None:
                continue
            line = _line(document, becomes, held, at, book)
            if line.fate != "blocked":
                _go_on(document, becomes, held, by, at, book)
            lines.append(line)
    return Plan(document, becomes, tuple(lines))


def _read(text: str, file: str) -> tuple[Migration, Published]:
    key, first, second = named(text, file)
    olds, new = [e for e in editions_of(key) if e.version == first], published_as(key, second)
    if not olds or new is None:
        raise VersionUnknown(key, second if olds else first)
    return read_migration(text, file, olds[0].mechanism, new.mechanism, at_hand()), new


def _running(document: Migration) -> Iterator[Held]:
    return iter(cases_under(document.migrate, document.from_))


def _line(document: Migration, becomes: Published, held: Held, at: datetime, book: Book) -> Line:
    if held.parent is not None:
        return Line(held.number, "blocked", (OPENED,))
    family = Family.of([held], book)
    family.catch_up(at)
    now = family.runs[held.id].file
    if held.mechanism.states[now.state].phase in CLOSED:
        return Line(held.number, "same", ())
    try:
        after = carried(document, held.mechanism, becomes.mechanism, now, at, book)
    except Blocked as blocked:
        return Line(held.number, "blocked", blocked.reasons)
    said = tuple(changes(document, held.mechanism, becomes.mechanism, now, after))
    return Line(held.number, "mapped" if said else "same", said)


def _caught_up(case: int, at: datetime, book: Book) -> Held | None:
    """Give the case locked, its clocks and its relatives' elapsed up to a moment; None when that ended it."""
    family = Family.of(locked_family(case, at), book)
    family.catch_up(at)
    for run in family.moved:
        write(run)
    held = locked_case(case)
    return None if held.closed_at else held


def _go_on(
    document: Migration, becomes: Published, held: Held, by: Actor, at: datetime, book: Book
) -> None:
    was = Published(held.definition, held.sha256, held.mechanism)
    family = Family.of([held], book)
    run = family.runs[held.id]
    after, step = moved(document, was, becomes, run.file, at, book, by.id)
    run.held = replace(held, definition=becomes.id, mechanism=becomes.mechanism)
    family.keep(run, settled(becomes.mechanism, after, step, book), at)
    Case.objects.filter(pk=held.id).update(definition_id=becomes.id)
    for one in family.moved:
        write(one)
