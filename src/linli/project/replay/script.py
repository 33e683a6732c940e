"""The script of a replay: what a document printed, and which records would have given those numbers, as data."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

import linli.book
from linli.project.progress import Refused
from linli.rulebook.labels import Label, Rule
from linli.rulebook.reading import read_yaml

FOLDER = Path(linli.book.__path__[0]) / "replays"
DIGITS = 10**7

How = Literal["exact", "over", "about", "reached", "above", "least", "target"]
Why = Literal["import", "survey", "declined", "none", "open"]


class Spread(Rule):
    """A total that the cases of a group share out among them, as evenly as it goes."""

    spread: str | int


class Days(Rule):
    """A day, so many days after the action is taken."""

    days: int


class Each(Rule):
    """Answers that the cases of a group give in turn."""

    each: list[str | int | bool] = Field(min_length=1)


Answer = Spread | Days | Each | bool | int | str


class Group(Rule):
    """Cases of one kind: which mechanism, how many, which way they go, and what is answered on it.

    `way` names actions in order, each with how long after the one before it is taken: 'award +8d', 'check +2h';
    without it ten minutes. 'operate *3 +1d' is taken three times. `answers` are for a field, or for a field of one action: 'visit.visitors'. In texts
    `{n}` is the number of the case. `areas` keeps to the first so many neighbourhoods; `months` to some months of
    `year`, which is the first of the replay's period unless it is named.
    """

    mechanism: str
    cases: int = Field(ge=1)
    way: list[str] = Field(min_length=1)
    answers: dict[str, Answer] = {}
    source: str = ""
    areas: int | None = None
    months: list[int] = [1, 12]
    year: int | None = None


class Claim(Rule):
    """One number that the document prints, and how it is read back.

    `how` says what the printed form stands for. `by` and `part` (a key or a name) read one line of the figure's
    breakdown, `lines` counts its lines that are not nought; `share` sets these against all neighbourhoods. `codes`
    counts the entries of a code list, of the book or of one field ('mechanism.field'). `times` is what a printed unit
    is worth in units of the figure: 10000 where 万元 are printed and yuan are counted. `why` says why no record
    gives the number.
    """

    zh: str
    unit: str
    printed: str
    how: How = "exact"
    figure: str | None = None
    period: str | None = None
    by: str | None = None
    part: str | None = None
    lines: bool = False
    share: bool = False
    codes: str | None = None
    times: int = 1
    why: Why | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Claim:
        if [self.figure, self.codes, self.why].count(None) != 2:  # noqa: PLR2004
            raise ValueError("a claim has a figure, or codes, or why there is none")
        return self


class Replay(Rule):
    """A replay: a document, the office it is about, its claims, and the records made for them.

    `report` is the template from which the report is drafted again.
    """

    replay: str
    title: Label
    basis: list[str]
    period: str
    report: str = ""
    office: Label
    neighbourhoods: list[str] = Field(min_length=1)
    bodies: dict[str, Label]
    claims: dict[str, Claim]
    records: list[Group]


def keys() -> list[str]:
    """Give the keys of the replays that Linli brings along."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def replay_text(key: str) -> str:
    """Give the text of a replay of the book, or of a file. Raises Refused."""
    path = Path(key) if key.endswith(".yaml") else FOLDER / f"{key}.yaml"
    if not path.is_file():
        known = "、".join(keys())
        raise Refused(
            f"没有“{key}”这份重放；现有：{known}", f"no replay {key!r}; there are: {known}"
        )
    return path.read_text(encoding="utf-8")


def read_replay(text: str, source: str) -> Replay:
    """Give a replay from its text. Raises MechanismRefused."""
    replay, _ = read_yaml(text, source, Replay)
    return replay


def office_code(text: str) -> str:
    """Give the code of the office that a replay lives in: another text, another office."""
    made_of = text[text.index("\nrecords:") :] if "\nrecords:" in text else text
    return f"99{int(sha256(made_of.encode()).hexdigest(), 16) % DIGITS:07d}"
