"""The list of survivors: planted faults that nobody notices, with reasons, and what each mechanism was judged at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from linli.rulebook.loading import Book
from linli.rulebook.proving.judging import Judgement, Survivor

HEAD = """\
# Planted faults that neither lint nor the story of a mechanism notices, with the reason. A test holds the list against the files.
# `same`: the fault changes nothing that anybody could see. `untold`: a longer story would notice it.
# `measured`: the digest of the mechanism each was judged at; what has changed since is stale until
# `linli book mutate KEY --write` judges it anew. Reasons written by hand are kept.
"""
DIGITS = 12
UNTOLD = {
    "scope": "nobody in the story stands outside the narrower scope and inside the wider one at that step",
    "figure": "both counts are equal in the story",
    "from": "the story does not try this action in that state",
    "track": "the story does not take this action from that state of the track",
    "budget": "both lengths end after the last line that looks at the clock",
    "bound": "no answer of the story lies at this bound",
    "guard": "no line of the story lies between the two conditions",
    "required": "the story never leaves this answer out",
    "evidence": "the story never comes without this evidence, or it may be left out",
    "keep": "the clock does not begin again in the story",
    "personal": "stories see answers, not how they are sealed",
    "wait": "the story does not look who is awaited there",
    "by": "the story does not try it as the one who is left out or let in",
    "params": "the default is set in when the file is read; stories are told without an office's overlay",
    "table": "no answer of the story lies at this limit of the table",
    "breach": "no line of the story depends on what happens when this clock runs out",
    "default": "the story does not look at the value before it is set",
    "votes": "a vote is counted by the room of votes; its own tests look at what it gives",
    "auto": "whenever one of the two conditions comes true in the story, so does the other",
    "set": "no line of the story depends on the value that is set",
    "separation": "nobody in the story tries both actions",
    "form": "the story does not give the answer that is left out",
    "pauses_in": "the story does not look at the clock while the case stands there",
    "group": "the story is not in the state that is left out when the group is asked",
    "restart": "the clock is not looked at after it began anew",
    "calendar": "both calendars give the same moment in the story",
}
UNSEEN = "no line of the story depends on it"
Row = dict[str, str]


@dataclass(frozen=True)
class Listed:
    """The list as kept: what each mechanism was judged at, and what was not noticed in it."""

    measured: Mapping[str, str]
    survivors: Mapping[str, list[Row]]

    def stale(self, book: Book) -> list[str]:
        """Give the mechanisms that were never judged, or have changed since."""
        return [key for key in sorted(book.mechanisms) if self.measured.get(key) != mark(book, key)]


def mark(book: Book, key: str) -> str:
    """Give what a mechanism is known by when it is judged."""
    return book.sha256(key)[:DIGITS]


def read_list(file: Path) -> Listed:
    """Read the list."""
    kept: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Listed(kept["measured"], kept["survivors"])


def judged(listed: Listed, book: Book, found: Iterable[Judgement]) -> Listed:
    """Give the list with some mechanisms judged anew; a reason that is there for a fault stays."""
    measured = {key: known for key, known in listed.measured.items() if key in book.mechanisms}
    survivors = {key: rows for key, rows in listed.survivors.items() if key in book.mechanisms}
    for one in found:
        known = {(row["at"], str(row["fault"])): row for row in listed.survivors.get(one.key, [])}
        rows = [known.get((left.where, left.said)) or _row(left) for left in one.survivors]
        survivors[one.key] = rows
        measured[one.key] = mark(book, one.key)
    return Listed(measured, survivors)


def text_of(listed: Listed) -> str:
    """Give the list as its file."""
    lines = [HEAD, "measured:\n"]
    lines += [f'  {key}: "{listed.measured[key]}"\n' for key in sorted(listed.measured)]
    lines.append("survivors:\n")
    for key in sorted(listed.survivors):
        rows = listed.survivors[key]
        lines.append(f"  {key}:\n" if rows else f"  {key}: []\n")
        lines += [f"    - {_line(row)}\n" for row in rows]
    return "".join(lines)


def _row(left: Survivor) -> Row:
    return {"at": left.where, "fault": left.said, "untold": UNTOLD.get(left.kind, UNSEEN)}


def _line(row: Row) -> str:
    why = "same" if "same" in row else "untold"
    return f"{{at: {row['at']}, fault: {_quoted(row['fault'])}, {why}: {_quoted(row[why])}}}"


def _quoted(text: object) -> str:
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
