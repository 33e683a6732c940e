"""What a story file may say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field, field_validator, model_validator

from linli.rulebook.loading import Lines
from linli.rulebook.mechanism import BUDGET, KEY, Label, Rule, Wrong

AREA = re.compile(r"/(?:\w+/)+")


class Part(Rule):
    """Somebody in a story: a resident, or the holder of a duty for a body."""

    duty: str | list[str]
    body: int | None = None
    areas: list[str] | None = None

    @property
    def duties(self) -> list[str]:
        """Give the codes of the duties held."""
        return [self.duty] if isinstance(self.duty, str) else self.duty


class Line(Rule):
    """One line: an act, a refusal with its code, a moment, or what is expected."""

    by: str | None = None
    act: str | None = None
    refuse: str | None = None
    code: str | None = None
    form: dict[str, Any] = {}
    photos: list[str] = []
    unplaced: list[str] = []
    files: list[str] = []
    member: str | None = None
    child: str | None = None
    needs: list[str] | None = None
    then: dict[str, Any] = {}
    at: str | None = None
    expect: dict[str, Any] = {}

    @field_validator("at")
    @classmethod
    def _a_wait(cls, at: str | None) -> str | None:
        if at is not None and not BUDGET.fullmatch(at.lstrip("+ ")):
            raise Wrong(
                f"“{at}”写法不对，应如 +2 wd（两个工作日后）、+3 cd（三天后）",
                f"write {at!r} as '+2 wd' (two working days later) or '+3 cd' (three days later)",
            )
        return at

    @model_validator(mode="after")
    def _one_kind(self) -> Line:
        kinds = (self.act, self.refuse, self.at, self.expect or None)
        if sum(kind is not None for kind in kinds) != 1:
            raise Wrong(
                "act、refuse、at、expect 恰好写一个",
                "give exactly one of act, refuse, at and expect",
            )
        if (self.act or self.refuse) and not self.by:
            raise Wrong("要写 by（谁来办）", "say who acts: by")
        return self


class Scene(Rule):
    """One case from its opening on."""

    title: Label
    lines: list[Line] = Field(min_length=1)


class Claim(Rule):
    """How a story carries one system of systems.yaml.

    `does`: verb of the system -> the action that does it, or several; each must happen in the story.
    `counts`: figure of the system -> 'FIGURE = VALUE', the value over all scenes: 4, 12.50 or 5/13.
    Either may name a test instead ('tests/…::test_…') where a page carries the verb or the figure.
    """

    does: dict[str, str | list[str]] = Field(min_length=1)
    counts: dict[str, str] = {}


class Plot(Rule):
    """A story file. `covers` says which systems the story proves, and by what."""

    story: str = Field(pattern=KEY)
    covers: dict[str, Claim] = {}
    at: str
    area: str
    actors: dict[str, Part]
    scenes: list[Scene] = Field(min_length=1)
    figures: dict[str, Any] = {}

    @field_validator("at")
    @classmethod
    def _a_moment(cls, at: str) -> str:
        try:
            datetime.fromisoformat(at)
        except ValueError as error:
            said = f"时刻“{at}”应写成 2026-03-02 09:00", f"write {at!r} as 2026-03-02 09:00"
            raise Wrong(*said) from error
        return at

    @field_validator("area")
    @classmethod
    def _a_path(cls, area: str) -> str:
        if not AREA.fullmatch(area):
            said = (
                f"区划“{area}”应写成 /310000/310112/310112006/",
                f"write {area!r} as /310000/310112/310112006/",
            )
            raise Wrong(*said)
        return area


@dataclass(frozen=True)
class Story:
    """A story as read, with the lines it stands on."""

    source: str
    plot: Plot
    lines: Lines
