"""The demo's script: how cases of one mechanism begin and what tends to happen next, as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

import linli.book
from linli.rulebook.mechanism import Rule

FOLDER = Path(linli.book.__path__[0]) / "demo"


class ScriptWrong(Exception):
    """The demo's script asks for something that its mechanism refuses."""


class Members(Rule):
    """What the participants of one kind then do."""

    kind: str
    action: str
    by: str
    wait: list[Any]
    answer: dict[str, str] = {}


class Turn(Rule):
    """One thing that may happen in a state. `only` asks for a case begun that way, `only_if` for field values; `most` limits repeats."""

    action: str = ""
    by: str = ""
    weight: float = 1
    stop: bool = False
    only: str | None = None
    only_if: dict[str, list[str]] = {}
    most: int | None = None
    wait: list[Any] = ["wm", 5, 60, 600]
    photos: dict[str, float] = {}
    answer: dict[str, str] = {}
    then: list[Turn] = []
    members: Members | None = None


class Start(Rule):
    """One way a case begins."""

    action: str
    by: str
    source: str
    weight: float
    photos: dict[str, float] = {}
    answer: dict[str, str] = {}


class Script(Rule):
    """How the cases of one mechanism run in the demo."""

    mechanism: str
    cases: int
    subjects: str
    starts: list[Start] = Field(min_length=1)
    next_: dict[str, list[Turn]] = Field(alias="next")


class Trouble(Rule):
    """Something people report: its code, how often, and the words used for it and for its remedy."""

    code: str = ""
    nature: str = ""
    weight: float
    picture: str = "road"
    body: str = ""
    urgent: float = 0
    texts: list[str]
    results: list[str]


class Words(Rule):
    """All the texts of the demo."""

    troubles: list[Trouble]
    asks: list[Trouble]
    reasons: dict[str, list[str]]
    remarks: dict[str, list[str]]


class TownNames(Rule):
    """The names of the synthetic map, its people and its bodies."""

    roads: list[str]
    estate_heads: list[str]
    estate_tails: list[str]
    surnames: list[str]
    given: list[str]
    spots: list[str]
    bodies: list[dict[str, str]]


def scripts() -> list[Script]:
    """Give the scripts of all mechanisms that the demo runs."""
    names = ("troubles.yaml", "town.yaml", "facilities.yaml", "rest-of-the-year.yaml", "votes.yaml")
    files = sorted(file for file in FOLDER.glob("*.yaml") if file.name not in names)
    return [
        Script.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files
    ]


def words() -> Words:
    """Give the demo's texts."""
    return Words.model_validate(
        yaml.safe_load((FOLDER / "troubles.yaml").read_text(encoding="utf-8"))
    )


def town_names() -> TownNames:
    """Give the demo's names."""
    return TownNames.model_validate(
        yaml.safe_load((FOLDER / "town.yaml").read_text(encoding="utf-8"))
    )
