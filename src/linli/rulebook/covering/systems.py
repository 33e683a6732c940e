"""The systems that the source documents name: what a user does in each, and what each counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from linli.rulebook.loading import FOLDER, read_yaml
from linli.rulebook.mechanism import Label, Rule

WEIGHTS = ("A", "B", "C")
NUMBER = r"^S\d{3}$"


class System(Label):
    """One system: `does` are its verbs, `counts` its figures. `test` names the test of one without a mechanism."""

    weight: Literal["A", "B", "C"]
    room: str
    does: list[str] = []
    counts: list[str] = []
    test: str | None = None


class Declined(Label):
    """One system that is not built, and why."""

    why: Label


class _SystemsFile(Rule):
    title: Label
    basis: list[str] = Field(min_length=1)
    rooms: dict[str, Label]
    systems: dict[str, System]


class _DeclinedFile(Rule):
    title: Label
    basis: list[str] = Field(min_length=1)
    declined: dict[str, Declined]
    codes: dict[str, list[str]] = {}


@dataclass(frozen=True)
class Systems:
    """All systems by their number, the rooms they fall into, and those that are declined."""

    all: Mapping[str, System]
    rooms: Mapping[str, Label]
    declined: Mapping[str, Declined]

    @property
    def wanted(self) -> Mapping[str, System]:
        """Give the systems that count: all that are not declined."""
        return {number: found for number, found in self.all.items() if number not in self.declined}


def read_systems(folder: Path = FOLDER) -> Systems:
    """Read systems.yaml and declined.yaml of a book. Raises MechanismRefused."""
    listed, _ = read_yaml(_text(folder, "systems.yaml"), "systems.yaml", _SystemsFile)
    left, _ = read_yaml(_text(folder, "declined.yaml"), "declined.yaml", _DeclinedFile)
    return Systems(listed.systems, listed.rooms, left.declined)


def _text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
