"""What linting says: findings with a line and a cure, collected for one mechanism."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from linli.rulebook.mechanism import CodeList, Label, Mechanism

Where = tuple[str | int, ...]
Severity = Literal["error", "warning"]


class Shelf(Protocol):
    """What linting needs of a book: its mechanisms, its code lists and the lines its rules stand on."""

    @property
    def mechanisms(self) -> Mapping[str, Mechanism]:
        """Give the mechanisms by key."""

    @property
    def codes(self) -> Mapping[str, CodeList]:
        """Give the code lists by key."""

    @property
    def duties(self) -> Mapping[str, Label]:
        """Give the duties that posts may carry, by code; none where nothing is known of posts."""

    def line_of(self, key: str, path: Where) -> int:
        """Give the line of a mechanism's file on which a rule stands."""


@dataclass(frozen=True)
class Finding:
    """One thing found: `error` keeps the mechanism out of the book, `warning` is for its author to weigh."""

    severity: Severity
    code: str
    where: str
    line: int
    message: Label
    cure: Label


@dataclass
class Findings:
    """Collects what is found in one mechanism."""

    mechanism: Mechanism
    book: Shelf
    found: list[Finding] = field(default_factory=list)

    def say(
        self, code: str, path: Where, message: Label, cure: Label, severity: Severity = "error"
    ) -> None:
        """Add a finding."""
        line = self.book.line_of(self.mechanism.mechanism, path)
        self.found.append(Finding(severity, code, ".".join(map(str, path)), line, message, cure))

    def unknown(self, path: Where, kind: tuple[str, str], word: str, known: Iterable[str]) -> None:
        """Say that a name is not declared, with the nearest one that is."""
        message = Label(zh=f"没有名为“{word}”的{kind[0]}。", en=f"There is no {kind[1]} {word!r}.")
        self.say("unknown", path, message, guess(word, known))

    def check_known(
        self, path: Where, kind: tuple[str, str], words: Iterable[str], known: Iterable[str]
    ) -> bool:
        """Say which of some names are not declared; True when all are."""
        names = list(known)
        missing = [word for word in words if word not in names]
        for word in missing:
            self.unknown(path, kind, word, names)
        return not missing


def text(zh: str, en: str) -> Label:
    """Give a label; short because findings say so much."""
    return Label(zh=zh, en=en)


def guess(word: str, known: Iterable[str]) -> Label:
    """Give the cure for an unknown name: the nearest known one, or all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, 1, 0.6)
    if near:
        return Label(zh=f"是否想写“{near[0]}”？", en=f"Did you mean {near[0]!r}?")
    if not names:
        return Label(zh="请先声明它。", en="Declare it first.")
    return Label(zh=f"可用：{'、'.join(names[:24])}。", en=f"Known: {', '.join(names[:24])}.")
