"""Reading a `.pb` file: three tables in one text, with everything that is wrong named by its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from io import StringIO

from linli.rulebook.labels import Label

SECTIONS = ("META", "PROJECTS", "VOTES")
FIRST = {"META": "key", "PROJECTS": "project_id", "VOTES": "voter_id"}
NEEDED = {"META": ("value",), "PROJECTS": ("cost",), "VOTES": ("vote",)}
VOTE_TYPES = ("approval", "choose-1", "cumulative", "ordinal", "scoring")


@dataclass(frozen=True)
class Problem:
    """Something wrong with a file, and the line it stands on; what is `grave` keeps it from being counted."""

    line: int
    message: Label
    grave: bool = True


class PbRefused(Exception):
    """A file that cannot be counted; `problems` says why, each with its line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.line}: {one.message.en}" for one in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Table:
    """One section as it stands in the file: its columns, its rows, and the line each row begins on."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def column(self, name: str) -> tuple[str, ...] | None:
        """Give the values of a column, or nothing when the file has no such column."""
        if name not in self.columns:
            return None
        at = self.columns.index(name)
        return tuple(row[at] for row in self.rows)


@dataclass(frozen=True)
class PbFile:
    """A file read: its three tables with all columns kept, known to us or not, and what was odd about it."""

    meta: dict[str, str]
    projects: Table
    votes: Table
    delimiter: str = ";"
    oddities: tuple[Problem, ...] = field(default=())

    @property
    def vote_type(self) -> str:
        """Give the type of its votes."""
        return self.meta["vote_type"].lower()


@dataclass
class _Found:
    tables: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]], list[int]]]
    problems: list[Problem]

    def table(self, section: str) -> Table:
        columns, rows, lines = self.tables[section]
        return Table(columns, tuple(rows), tuple(lines))

    def wrong(self, line: int, zh: str, en: str, *, grave: bool = True) -> None:
        self.problems.append(Problem(line, Label(zh=zh, en=en), grave))


def read_pb(text: str) -> PbFile:
    """Give the file, or refuse it with everything that is wrong with it."""
    text = text.removeprefix("\ufeff")
    delimiter = _delimiter(text)
    found = _Found({}, [])
    _gather(found, _rows(text, delimiter))
    for section in SECTIONS:
        if section not in found.tables:
            found.wrong(1, f"缺少 {section} 一节", f"there is no section {section}")
    _refuse_grave(found.problems)
    meta = {row[0]: row[1] for row in found.tables["META"][1]}
    read = PbFile(meta, found.table("PROJECTS"), found.table("VOTES"), delimiter)
    _check_meta(found, read)
    _check_keys(found, read)
    _refuse_grave(found.problems)
    return replace(read, oddities=tuple(found.problems))


def amount(text: str) -> Fraction:
    """Give a number exactly; a decimal comma is read as a point. Refuses with ValueError."""
    return Fraction(text.strip().replace("\u00a0", "").replace(" ", "").replace(",", "."))


def _refuse_grave(problems: Sequence[Problem]) -> None:
    grave = [problem for problem in problems if problem.grave]
    if grave:
        raise PbRefused(grave)


def _delimiter(text: str) -> str:
    for line in text.splitlines():
        start = line.strip().strip('"').lower()
        if start.startswith("key") and len(start) > len("key"):
            return next((mark for mark in (";", "\t", ",") if mark in line), ";")
    return ";"


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    csv.field_size_limit(max(len(text) + 1, 131_072))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    line = 1
    for row in reader:
        yield line, tuple(cell.strip() for cell in row)
        line = reader.line_num + 1


def _gather(found: _Found, rows: Iterator[tuple[int, tuple[str, ...]]]) -> None:
    section, columns = "", tuple[str, ...]()
    for line, row in rows:
        if not any(row):
            continue
        if row[0].upper() in SECTIONS and not any(row[1:]):
            section, columns = row[0].upper(), ()
            if section in found.tables:
                found.wrong(line, f"{section} 一节重复", f"section {section} stands twice")
        elif not section:
            found.wrong(line, "首行应为 META", "the file does not begin with META")
            return
        elif not columns:
            columns = tuple(cell.lower() for cell in row)
            _begin(found, section, columns, line)
        else:
            _add(found, section, line, row)


def _begin(found: _Found, section: str, columns: tuple[str, ...], line: int) -> None:
    found.tables[section] = (columns, [], [])
    for needed in (FIRST[section], *NEEDED[section]):
        if needed not in columns:
            found.wrong(line, f"{section} 缺少 {needed} 列", f"{section} has no column {needed}")


def _add(found: _Found, section: str, line: int, row: tuple[str, ...]) -> None:
    columns, rows, lines = found.tables[section]
    if section == "META" and len(row) == 1 and ":" in row[0]:
        key, _, value = row[0].partition(":")
        row = (key.strip(), value.strip())
    if len(row) > len(columns) and any(row[len(columns) :]):
        found.wrong(
            line,
            f"{section} 应有 {len(columns)} 列，此行有 {len(row)} 列，多出的不读",
            f"{section} has {len(columns)} columns, this row {len(row)}; the rest is not read",
            grave=False,
        )
    rows.append((*row, *[""] * (len(columns) - len(row)))[: len(columns)])
    lines.append(line)


def _check_meta(found: _Found, read: PbFile) -> None:
    _, rows, numbers = found.tables["META"]
    lines = {row[0]: line for row, line in zip(rows, numbers, strict=True)}
    start = numbers[0] - 1 if numbers else 1
    for key in ("budget", "vote_type"):
        if not read.meta.get(key):
            line = lines.get(key, start)
            found.wrong(line, f"META 缺少 {key}", f"META has no {key}")
    for key in ("budget", "min_project_score_threshold", "min_length", "max_length"):
        said = read.meta.get(key)
        if said and not _is_amount(said):
            found.wrong(lines[key], f"{key} 不是数：{said}", f"{key} is no number: {said}")
    if read.meta.get("vote_type") and read.vote_type not in VOTE_TYPES:
        zh, en = f"不认识的 vote_type：{read.vote_type}", f"unknown vote_type {read.vote_type}"
        found.wrong(lines["vote_type"], zh, en)
    for key, table in (("num_projects", read.projects), ("num_votes", read.votes)):
        said, counted = read.meta.get(key, ""), len(table.rows)
        if said and said != str(counted):
            zh, en = (
                f"{key} 写的是 {said}，实有 {counted}",
                f"{key} says {said}, there are {counted}",
            )
            found.wrong(lines[key], zh, en, grave=False)


def _check_keys(found: _Found, read: PbFile) -> None:
    keys = read.projects.column("project_id") or ()
    costs = read.projects.column("cost") or ()
    _check_unique(found, read.projects, keys, grave=True)
    _check_unique(found, read.votes, read.votes.column("voter_id") or (), grave=False)
    for line, cost in zip(read.projects.lines, costs, strict=False):
        if not _is_amount(cost):
            found.wrong(line, f"cost 不是数：{cost}", f"the cost is no number: {cost}")
    known = {*keys, ""}
    for line, vote in zip(read.votes.lines, read.votes.column("vote") or (), strict=False):
        for key in {part.strip() for part in vote.split(",")} - known:
            found.wrong(line, f"投票中的项目不在 PROJECTS 中：{key}", f"no such project: {key}")


def _check_unique(found: _Found, table: Table, keys: Sequence[str], *, grave: bool) -> None:
    seen: dict[str, int] = {}
    for line, key in zip(table.lines, keys, strict=True):
        if key in seen:
            found.wrong(
                line,
                f"编号 {key} 与第 {seen[key]} 行重复",
                f"{key} stands on line {seen[key]} too",
                grave=grave,
            )
        seen.setdefault(key, line)


def _is_amount(text: str) -> bool:
    try:
        return amount(text) >= 0
    except ValueError:
        return False
