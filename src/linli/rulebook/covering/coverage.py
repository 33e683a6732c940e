"""Coverage: which systems work, held against stories that pass and tests that are there."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from linli.rulebook.covering.claims import Told, check_claims, shortfalls
from linli.rulebook.covering.systems import System, Systems
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label
from linli.rulebook.stories import Story, run_story


@dataclass(frozen=True)
class Covered:
    """One system: who carries it, and what is still lacking. It works when somebody does and nothing is."""

    number: str
    system: System
    by: tuple[str, ...]
    lacking: tuple[Label, ...]

    @property
    def works(self) -> bool:
        """True when a passing story, or a test, carries the whole system."""
        return bool(self.by) and not self.lacking


@dataclass(frozen=True)
class TestNames:
    """The tests of a checkout, by the names that pytest gives them; none where there is no checkout."""

    repository: Path | None

    def has(self, name: str) -> bool:
        """Say whether `tests/room/test_x.py::test_y` is there."""
        file, _, function = name.partition("::")
        if self.repository is None or not file.startswith("tests/"):
            return False
        return function.partition("[")[0] in _functions(self.repository / file)


@cache
def _functions(file: Path) -> frozenset[str]:
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def repository_of(folder: Path) -> Path | None:
    """Give the checkout that a folder lies in, or None."""
    return next((f for f in folder.parents if (f / "pyproject.toml").exists()), None)


def all_told(book: Book, stories: Mapping[str, Story]) -> dict[str, Told]:
    """Run every story that is there, by the key of its mechanism."""
    return {
        key: Told(mechanism, stories[key], run_story(mechanism, stories[key], book))
        for key, mechanism in book.mechanisms.items()
        if key in stories
    }


def coverage(
    book: Book, told: Mapping[str, Told], systems: Systems, tests: TestNames
) -> list[Covered]:
    """Give every system that is not declined, in order: who carries it and what is lacking."""
    wrongs = {key: _wrongs(one, systems, tests) for key, one in told.items()}
    return [
        _covered(number, system, book, told, wrongs, tests)
        for number, system in systems.wanted.items()
    ]


def _covered(
    number: str,
    system: System,
    book: Book,
    told: Mapping[str, Told],
    wrongs: Mapping[str, tuple[Label, ...]],
    tests: TestNames,
) -> Covered:
    if system.test is not None:
        there = tests.has(system.test)
        lacking = (
            () if there else (Label(zh=f"没有测试 {system.test}", en=f"no test {system.test}"),)
        )
        return Covered(number, system, (system.test,), lacking)
    by = tuple(key for key, mechanism in book.mechanisms.items() if number in mechanism.covers)
    found = [wrong for key in by for wrong in wrongs.get(key, (_untold(key),))]
    claims = [told[k].story.plot.covers[number] for k in by if _claims(told.get(k), number)]
    return Covered(
        number, system, by, (*found, *(shortfalls(number, system, claims) if by else ()))
    )


def _claims(told: Told | None, number: str) -> bool:
    return told is not None and number in told.story.plot.covers


def _untold(key: str) -> Label:
    return Label(zh=f"{key} 没有故事", en=f"{key} has no story")


def _wrongs(told: Told, systems: Systems, tests: TestNames) -> tuple[Label, ...]:
    """Say what keeps a mechanism's systems from working: failures and gaps of its story, and false claims."""
    result = told.result
    said = [
        Label(zh=f"{result.source}:{line}: {wrong.zh}", en=f"{result.source}:{line}: {wrong.en}")
        for line, wrong in result.wrongs
    ]
    said += [Label(zh=gap, en=gap) for gap in result.gaps]
    for found in check_claims(told, systems, tests.has):
        where = f"{told.story.source}:{found.line}"
        said.append(
            Label(zh=f"{where}: {found.message.zh}", en=f"{where}: {found.message.en}"),
        )
    return tuple(said)
