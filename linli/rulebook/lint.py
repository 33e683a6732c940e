"""Linting: what is wrong with a mechanism that its shape alone does not show, each with line and cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from linli.rulebook.mechanism import CodeList, Label, Mechanism

Where = tuple[str | int, ...]


class Shelf(Protocol):
    """What linting needs of a book: its code lists and the lines its rules stand on."""

    @property
    def codes(self) -> Mapping[str, CodeList]:
        """Give the code lists by key."""

    def line_of(self, key: str, path: Where) -> int:
        """Give the line of a mechanism's file on which a rule stands."""


@dataclass(frozen=True)
class Finding:
    """One thing found: `error` keeps the mechanism out of the book, `warning` is for its author to weigh."""

    severity: Literal["error", "warning"]
    code: str
    where: str
    line: int
    message: Label
    cure: Label


def lint(mechanism: Mechanism, book: Shelf) -> list[Finding]:
    """Give everything found, in the order of the file."""
    del mechanism, book
    return []
