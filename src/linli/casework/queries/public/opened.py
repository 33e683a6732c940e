"""Cases that anybody may read one by one, in the states and fields that their mechanism opens to all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.casework.definitions import in_force
from linli.casework.journal.wording import Worded, Wording
from linli.casework.queries.lists import Page
from linli.casework.queries.public.published import (
    Published,
    Sought,
    published_cases,
    published_count,
)
from linli.casework.queries.rows import CaseRow
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand

SIZE = 20
UNTOLD = ("place", "file")


@dataclass(frozen=True)
class OpenEntry:
    """A case that is open to all: its title where that is public, and its public values in words. `since`: of its latest step."""

    row: CaseRow
    title: Label | str | None
    told: tuple[tuple[Label, Worded], ...]
    since: datetime


def opened() -> dict[str, Mechanism]:
    """Give the mechanisms in force that open cases to all, by key."""
    return {key: one for key, one in in_force().items() if one.shows.open}


def is_sought_by_words(mechanism: Mechanism) -> bool:
    """Say whether the open cases of a mechanism can be looked for by their titles: sealed ones cannot."""
    title = mechanism.fields.get(mechanism.shows.title or "")
    return title is not None and title.public and title.type == "word"


def open_entries(*, mechanism: Mechanism, words: str, at: datetime, page: int) -> Page[OpenEntry]:
    """Give a page of the cases of a mechanism that are open to all, newest first; `words` must stand in the title."""
    starts = {(mechanism.mechanism, start) for start in mechanism.starts()}
    titled = None
    if words and is_sought_by_words(mechanism):
        titled = (str(mechanism.shows.title), words)
    sought = Sought(starts, states=mechanism.shows.open, titled=titled)
    total = published_count(sought)
    pages = max(1, -(-total // SIZE))
    page = min(max(1, page), pages)
    found = published_cases(sought, at=at, most=SIZE, skip=(page - 1) * SIZE)
    return Page(tuple(_entries(found)), total, page, pages)


def _entries(found: tuple[Published, ...]) -> list[OpenEntry]:
    wording = Wording(at_hand())
    for one in found:
        for name, value in one.values.items():
            if value is not None:
                wording.ask(one.mechanism.fields[name], value)
    return [OpenEntry(one.row, _title(one), _told(one, wording), one.updated_at) for one in found]


def _title(one: Published) -> Label | str | None:
    """Give the title of a case by the rules it is kept under, which may be older than those in force."""
    rule = one.mechanism.fields.get(one.mechanism.shows.title or "")
    return one.row.title if rule is not None and rule.public and not rule.personal else None


def _told(one: Published, wording: Wording) -> tuple[tuple[Label, Worded], ...]:
    """Give the public values of a case but its title, in the order in which residents are shown them."""
    told: list[tuple[Label, Worded]] = []
    for name in one.mechanism.shows.resident:
        rule = one.mechanism.fields[name]
        label = Label(zh=rule.zh, en=rule.en)
        if name == one.mechanism.shows.title or rule.type in UNTOLD:
            continue
        if name in one.texts:
            told.append((label, one.texts[name]))
        elif one.values.get(name) is not None:
            told.append((label, wording.word(rule, one.values[name])))
    return tuple(told)
