"""Telling a story to the full: what happened beside what its author wrote, put in as lines to be read and signed.

A story that says little lets faults pass. This writes down, after each act, all that changed and was not
told; who of the cast may do what at every turn; which answers cannot be left out; and what the figures count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from linli.rulebook.counting.tallying import Tale
from linli.rulebook.deciding.sights import Sight
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.stories import Line, Seen, Stage, Story, counted

PLAIN = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff/-]*|\d{4}-\d\d-\d\d \d\d:\d\d")
WORDS = ("null", "true", "false")
SINGLE = ("state", "holder")
CHANGING = ("tracks", "members", "children", "entries", "totals", "due", "amber", "clocks")
TURN = ("phase", "waiting", "open", "barred")


def filled(mechanism: Mechanism, story: Story, text: str, book: Book) -> str:
    """Give the story's text with what its author left unsaid; the same text when nothing is missing."""
    teller = _Teller(mechanism, story, book)
    rows = text.splitlines()
    for number in range(len(story.plot.scenes)):
        teller.tell(number)
    for row, change in sorted(teller.changes.items(), reverse=True):
        told = [_with_needs(rows[row - 1], change.needs), *change.lines(rows, row)]
        rows[row - 1 : row] = [*teller.opening(rows[row - 1], row), *told]
    if mechanism.figures and not story.plot.figures:
        rows += ["figures:"]
        found = counted(mechanism, teller.tales)
        rows += [f"  {key}: {value}" for key, value in found.items()]
    return "\n".join(rows) + "\n"


def flow(value: Any) -> str:
    """Give a value as YAML in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and PLAIN.fullmatch(value) and value not in WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _with_needs(row: str, needs: list[str] | None) -> str:
    if needs is None or not row.rstrip().endswith("}"):
        return row
    head, mark, then = row.partition(", then: ")
    told = f", needs: {flow(needs)}"
    return f"{head}{told}{mark}{then}" if mark else f"{row.rstrip()[:-1]}{told}}}"


@dataclass
class _Change:
    """What comes to one line of the file: its `needs`, and an expectation after it."""

    needs: list[str] | None = None
    expect: dict[str, Any] = field(default_factory=dict)

    def lines(self, rows: list[str], row: int) -> Iterator[str]:
        """Give the line that comes after, indented as its neighbour."""
        if self.expect:
            indent = rows[row - 1][: len(rows[row - 1]) - len(rows[row - 1].lstrip())]
            yield f"{indent}- {{expect: {flow(self.expect)}}}"


@dataclass
class _Teller:
    """Plays every scene and notes what the author left out."""

    mechanism: Mechanism
    story: Story
    book: Book
    turns: list[dict[str, Any]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    changes: dict[int, _Change] = field(default_factory=dict)
    tales: list[Tale] = field(default_factory=list)

    def opening(self, row: str, number: int) -> Iterator[str]:
        """Give the line before the first: who may open a case, and how."""
        lines = self.story.plot.scenes[0].lines
        if number == self.story.lines.of(("scenes", 0, "lines", 0)) and not lines[0].expect:
            stage = Stage(self.mechanism, self.story.plot, self.book, Seen(self.mechanism))
            indent = row[: len(row) - len(row.lstrip())]
            yield f"{indent}- {{expect: {flow({'open': stage.sight.see('open')})}}}"

    def tell(self, number: int) -> None:
        """Play one scene."""
        lines = self.story.plot.scenes[number].lines
        stage = Stage(self.mechanism, self.story.plot, self.book, Seen(self.mechanism))
        for place, line in enumerate(lines):
            before = stage.sight
            needs = self.needs(stage, line)
            if stage.play(line):
                return
            change = _Change(needs)
            if line.act or line.at:
                told = [line.then, *_expectations(lines[place + 1 :])]
                change.expect = self.untold(before, stage.sight, line, told)
            last = place + sum(1 for _ in _expectations(lines[place + 1 :]))
            self.note(number, place, last, change)
        if stage.case:
            self.tales.append(Tale(stage.case, tuple(stage.steps)))

    def note(self, number: int, place: int, last: int, change: _Change) -> None:
        """Keep what comes to a line; the expectation stands after those that are there."""
        row = self.story.lines.of(("scenes", number, "lines", place))
        end = self.story.lines.of(("scenes", number, "lines", last))
        if change.needs is not None:
            self.changes.setdefault(row, _Change()).needs = change.needs
        if change.expect:
            self.changes.setdefault(end, _Change()).expect = change.expect

    def needs(self, stage: Stage, line: Line) -> list[str] | None:
        """Give what cannot be left out of an act, the first time it is told with so much."""
        if not line.act or line.child or not (line.form or line.photos or line.files):
            return None
        key = f"{line.act} {sorted(line.form)} {line.photos} {line.files}"
        is_known = key in self.asked or line.needs is not None
        self.asked.add(key)
        return None if is_known else stage.needed(line, line.act)

    def untold(
        self, before: Sight, now: Sight, line: Line, told: list[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Give what changed and was not told, and the turn the case has come to if it is a new one."""
        said: dict[str, Any] = {}
        for word in SINGLE:
            is_new = before.see(word) != now.see(word) or (word == "state" and before.case is None)
            if is_new and not any(word in one for one in told):
                said[word] = now.see(word)
        for word in CHANGING:
            found = _changed(before.see(word), now.see(word))
            if word in ("due", "amber"):  # that a clock has ended is told by its word
                found = {key: moment for key, moment in found.items() if moment}
            elif word == "clocks":
                due = [key for one in [said, *told] for key in one.get("due") or {}]
                found = {key: how for key, how in found.items() if key not in due}
            _add(said, word, found, told)
        values = _changed(before.see("values") if before.case else {}, now.see("values"))
        _add(said, "values", {k: v for k, v in values.items() if k not in line.form}, told)
        _add(said, "told", now.see("told"), told)
        turn = {word: now.see(word) for word in TURN}
        place = {**turn, "state": now.see("state"), "tracks": now.see("tracks")}
        if place not in self.turns:
            self.turns.append(place)
            untold = [word for word in TURN if not any(word in one for one in told)]
            said |= {word: turn[word] for word in untold if turn[word] or word != "barred"}
        return said


def _expectations(lines: list[Line]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        if not line.expect:
            return
        yield line.expect


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Give the entries that are new, differ, or are gone (None)."""
    keys = [*now, *(key for key in before if key not in now)]
    return {key: now.get(key) for key in keys if before.get(key) != now.get(key)}


def _add(
    said: dict[str, Any], word: str, found: Mapping[str, Any], told: list[Mapping[str, Any]]
) -> None:
    known = {key for one in told for key in one.get(word) or {}}
    if untold := {key: value for key, value in found.items() if key not in known}:
        said[word] = untold
