"""Kinds of surveys, as data: whose cases are sampled, where answers are kept, which closed cases may be called back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import Field

import linli.book
from linli.rulebook.labels import KEY, Label, Rule
from linli.rulebook.ownbook import own_folder
from linli.rulebook.reading import read_yaml

FOLDER = Path(linli.book.__path__[0]) / "surveys"


class SurveyKind(Rule):
    """One kind of survey: its mechanism with the actions that tell of sample and result, and that of the answers."""

    survey: str = Field(pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    of: str
    draw: str
    hand_in: str
    answers: str
    calls: list[str] = []


def kinds_at_hand() -> dict[str, SurveyKind]:
    """Give the kinds that Linli brings along and those of the office's own book, by the mechanism they sample."""
    own = own_folder()
    added = list(_read(own / "surveys")) if own else []
    return {one.of: one for one in [*_shipped(), *added]}


@lru_cache(maxsize=1)
def _shipped() -> tuple[SurveyKind, ...]:
    return tuple(_read(FOLDER))


def _read(folder: Path) -> Iterator[SurveyKind]:
    for file in sorted(folder.glob("*.yaml")):
        kind, _lines = read_yaml(file.read_text(encoding="utf-8"), file.name, SurveyKind)
        yield kind
