"""Profiles of platforms: how their lists become cases here, and in which columns they are told what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

import linli.book
from linli.ledgers.mapping import MomentColumn
from linli.rulebook.labels import KEY, Label, Rule
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.ownbook import own_folder
from linli.rulebook.reading import read_yaml

FOLDER = Path(linli.book.__path__[0]) / "platforms"
Standing = Literal["running", "done", "void"]
PHASES: Mapping[str, Standing] = {
    "intake": "running", "open": "running", "done": "done", "void": "void",
}  # fmt: skip
Taken = Literal["number", "here", "status", "holder", "closed_at", "opened_at", "due_at"]


class ProfileRefused(Exception):
    """A profile does not fit the mechanism it fills; `message` says what does not."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


class NumberOutside(Rule):
    """The column of the number there, and the field of the mechanism that keeps it, if it has one."""

    column: str
    field: str | None = None


class PlaceColumns(Rule):
    """The columns of a position, the datum they are in, and the field it goes to."""

    field: str
    lon: str
    lat: str
    datum: Literal["wgs84", "gcj02", "bd09"]


class Answered(Rule):
    """One question of the opening form: its column, and what each of their words means."""

    column: str
    codes: dict[str, str] | None = None


class TheirWords(Rule):
    """Their words for a state: still running, done, or given back and void."""

    running: list[str] = Field(min_length=1)
    done: list[str] = Field(min_length=1)
    void: list[str] = []

    def standing(self, word: str) -> Standing | None:
        """Give how an order stands that has this word; nothing for a word nobody declared."""
        if word in self.running:
            return "running"
        if word in self.done:
            return "done"
        return "void" if word in self.void else None


class BackColumn(Rule):
    """One column of the list they are given: what every case has, or a field of the mechanism with its words."""

    take: Taken | None = None
    field: str | None = None
    codes: dict[str, str] | None = None


class Back(Rule):
    """What goes back: their word for each state here, and their columns in order."""

    status: dict[str, list[str]]
    columns: dict[str, BackColumn] = Field(min_length=1)

    def word(self, state: str) -> str:
        """Give their word for a state."""
        return next(word for word, states in self.status.items() if state in states)


class Profile(Rule):
    """One platform beside which the office lives."""

    platform: str = Field(pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    mechanism: str
    action: str
    number: NumberOutside
    status: str
    sent: MomentColumn
    due: MomentColumn | None = None
    area: str | None = None
    place: PlaceColumns | None = None
    missing: list[str] = ["", "-", "无"]
    fields: dict[str, Answered]
    their_words: TheirWords
    back: Back

    def needed(self) -> list[str]:
        """Give the columns without which a list cannot be read: the others may be left out of it."""
        return [self.number.column, self.status, self.sent.column]

    def column_of(self, field: str) -> str:
        """Give the column that fills a field; the number's for all that no column fills."""
        if self.place is not None and field == self.place.field:
            return f"{self.place.lon}、{self.place.lat}"
        return self.fields[field].column if field in self.fields else self.number.column


def profiles_at_hand() -> dict[str, Profile]:
    """Give the profiles that Linli brings along and those of the office's own book, which win by name.

    The columns of a platform differ from city to city, so an office may put its own in place of a shipped example.
    Raises MechanismRefused.
    """
    own = own_folder()
    added = dict(_read(own / "platforms")) if own else {}
    return shipped_profiles() | added


@lru_cache(maxsize=1)
def shipped_profiles() -> dict[str, Profile]:
    """Give the profiles that Linli brings along, by name."""
    return dict(_read(FOLDER))


def _read(folder: Path) -> Iterator[tuple[str, Profile]]:
    for file in sorted(folder.glob("*.yaml")):
        profile, _lines = read_yaml(file.read_text(encoding="utf-8"), file.name, Profile)
        yield profile.platform, profile


def check_profile(profile: Profile, mechanisms: Mapping[str, Mechanism]) -> Mechanism:
    """Give the mechanism a profile fills. Raises ProfileRefused for what the mechanism has not."""
    mechanism = mechanisms.get(profile.mechanism)
    if mechanism is None:
        raise ProfileRefused(
            f"没有机制“{profile.mechanism}”", f"no mechanism {profile.mechanism!r}"
        )
    for zh, en in (*_form_faults(profile, mechanism), *_back_faults(profile.back, mechanism)):
        raise ProfileRefused(zh, en)
    return mechanism


def _form_faults(profile: Profile, mechanism: Mechanism) -> Iterator[tuple[str, str]]:
    action = mechanism.actions.get(profile.action)
    if action is None or not action.start:
        yield f"动作“{profile.action}”不能立案", f"{profile.action!r} opens no case"
        return
    filled = set(profile.fields)
    filled |= {profile.number.field} if profile.number.field else set()
    filled |= {profile.place.field} if profile.place else set()
    for name in sorted(filled - set(action.fields)):
        yield f"表单里没有“{name}”", f"the form does not ask for {name!r}"
    for name in sorted(action.required - filled):
        yield f"必填的“{name}”没有列", f"no column fills {name!r}, which the form needs"


def _back_faults(back: Back, mechanism: Mechanism) -> Iterator[tuple[str, str]]:
    named = [state for states in back.status.values() for state in states]
    for state in mechanism.states:
        if named.count(state) != 1:
            yield f"状态“{state}”应恰有一个对方用词", f"state {state!r} needs one word of theirs"
    for state in sorted(set(named) - set(mechanism.states)):
        yield f"没有状态“{state}”", f"no state {state!r}"
    for column, rule in back.columns.items():
        if (rule.take is None) == (rule.field is None):
            yield f"列“{column}”应写 take 或 field 之一", f"column {column!r}: take or field"
        elif rule.field is not None and rule.field not in mechanism.fields:
            yield f"没有字段“{rule.field}”", f"no field {rule.field!r}"
        elif rule.field is not None and mechanism.fields[rule.field].personal:
            yield f"“{rule.field}”是个人信息，不回传", f"{rule.field!r} is personal: not told"
