"""Mechanisms on shelves: sorted by what they are about, found by their titles, so that a hundred stay usable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label, Mechanism

T = TypeVar("T")
FEW = 6
ABOUT = {
    "place": Label(zh="身边的地方", en="Places around us"),
    "facility": Label(zh="设施设备", en="Facilities"),
    "building": Label(zh="楼栋", en="Buildings"),
    "doorway": Label(zh="楼组门洞", en="Doorways"),
    "dwelling": Label(zh="住户", en="Dwellings"),
    "estate": Label(zh="小区", en="Estates"),
    "area": Label(zh="居民区", en="Neighbourhoods"),
    "body": Label(zh="单位", en="Bodies"),
    "office": Label(zh="街道", en="The subdistrict"),
    "person": Label(zh="人员", en="People"),
    "case": Label(zh="其他事项", en="Other cases"),
}
MINE = Label(zh="与我的岗位有关", en="For my posts")


@dataclass(frozen=True)
class Choice:
    """One thing to choose; `count` is how many it would show, `href` leads straight to it."""

    value: str
    label: Label | str
    is_chosen: bool = False
    count: int | None = None
    href: str = ""


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """Things that are about the same sort of subject."""

    about: Label
    things: tuple[T, ...]


def shelved(things: Iterable[T], about: Callable[[T], Mechanism]) -> list[Shelf[T]]:
    """Give things by the subject of their mechanism, without empty shelves; order within is kept."""
    sorted_in: dict[str, list[T]] = {subject: [] for subject in ABOUT}
    for thing in things:
        sorted_in[about(thing).subject].append(thing)
    return [Shelf(ABOUT[subject], tuple(kept)) for subject, kept in sorted_in.items() if kept]


def titled(things: Iterable[T], words: str, about: Callable[[T], Sequence[Label]]) -> list[T]:
    """Give the things whose titles, in either language, hold every one of the words."""
    wanted = words.casefold().split()

    def told(thing: T) -> str:
        return " ".join(f"{label.zh} {label.en}" for label in about(thing)).casefold()

    return [thing for thing in things if all(word in told(thing) for word in wanted)]


def concerns(mechanism: Mechanism, actor: Actor) -> bool:
    """Say whether one of the actor's duties is a role of the mechanism."""
    duties = {duty.code for duty in actor.duties}
    return any((role.duty or name) in duties for name, role in mechanism.roles.items())


def shelved_for(
    actor: Actor, mechanisms: Iterable[Mechanism], choice: Callable[[Mechanism], Choice]
) -> list[Shelf[Choice]]:
    """Give mechanisms as choices: those of the actor's posts on the first shelf, the others by subject."""
    known = list(mechanisms)
    theirs = {one.mechanism for one in known if concerns(one, actor)}
    mine = [one for one in known if one.mechanism in theirs]
    others = [one for one in known if one.mechanism not in theirs]
    shelves = [Shelf(MINE, tuple(map(choice, mine)))] if mine else []
    return shelves + [
        Shelf(shelf.about, tuple(map(choice, shelf.things)))
        for shelf in shelved(others, lambda one: one)
    ]
