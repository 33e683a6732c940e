"""Telling: who is told what of a step, as the mechanism says; names of people and their addresses are not known here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from linli.rulebook.casefile import Member
from linli.rulebook.mechanism import Mechanism

REPORTER, HOLDER = "reporter", "holder"
OWN_WORDS = ("number", "state")
PLACE = re.compile(r"<([a-z][a-z0-9_]*)>")
Kind = Literal["reporter", "body", "role", "field"]


class Taken(Protocol):
    """A step as far as telling looks at it."""

    @property
    def action(self) -> str:
        """Give the action."""

    @property
    def holder(self) -> int | None:
        """Give the body that has the case after it."""

    @property
    def member(self) -> tuple[str, str] | None:
        """Give the participant it is about."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Give the open values it set."""


@dataclass(frozen=True)
class Addressee:
    """Somebody to be told, and by which rule of `tells`: a body by its id, a role or a personal field by its name."""

    tell: str
    kind: Kind
    key: str = ""

    def __str__(self) -> str:
        return f"body/{self.key}" if self.kind == "body" else self.key or self.kind


def told_of(mechanism: Mechanism, step: Taken, members: Iterable[Member]) -> list[Addressee]:
    """Give who is told of a step, each once for each rule, in the order of the file."""
    there = list(members)
    return list(
        dict.fromkeys(
            Addressee(key, kind, whose)
            for key, rule in mechanism.tells.items()
            if step.action in rule.at
            for name in rule.whom
            for kind, whose in _meant(mechanism, name, step, there)
        )
    )


def places_in(text: str) -> list[str]:
    """Give the names that stand in a text of `tells` as '<name>', each once."""
    return list(dict.fromkeys(PLACE.findall(text)))


def filled_in(text: str, words: Mapping[str, str]) -> str:
    """Give a text of `tells` with what stands for each name set in; an unknown one is left out."""
    return PLACE.sub(lambda found: words.get(found[1], ""), text)


def _meant(
    mechanism: Mechanism, name: str, step: Taken, members: list[Member]
) -> Iterator[tuple[Kind, str]]:
    if name == REPORTER:
        yield "reporter", ""
    elif name == HOLDER:
        if step.holder is not None:
            yield "body", str(step.holder)
    elif name in mechanism.participants:
        yield from (("body", key) for key in _members_meant(mechanism, name, step, members))
    elif name in mechanism.roles:
        yield "role", name
    else:
        yield "field", name


def _members_meant(
    mechanism: Mechanism, kind: str, step: Taken, members: list[Member]
) -> list[str]:
    """Give the participants of a kind that a step invites or is about; all of them when it does neither."""
    invited = mechanism.actions[step.action].invite.get(kind)
    if invited:
        return [str(key) for key in step.values.get(invited) or ()]
    if step.member is not None and step.member[0] == kind:
        return [step.member[1]]
    return [member.key for member in members if member.kind == kind]
