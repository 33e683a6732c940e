"""Which cases somebody may open, from the book alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from linli.rulebook.casefile import Actor
from linli.rulebook.deciding import standing_of
from linli.rulebook.deciding.effects import blank
from linli.rulebook.mechanism import Label, Mechanism


@dataclass(frozen=True)
class Start:
    """One way to open a case: an opening action of a mechanism."""

    mechanism: str
    title: Label
    action: str
    label: Label
    basis: tuple[str, ...]
    is_current: bool = False

    @property
    def name(self) -> Label:
        """Give the mechanism and the action in one line."""
        return Label(
            zh=f"{self.title.zh} · {self.label.zh}", en=f"{self.title.en} · {self.label.en}"
        )


def starts_for(mechanisms: Iterable[Mechanism], actor: Actor) -> list[Start]:
    """Give the opening actions that one of the actor's posts may take."""
    return [start for mechanism in mechanisms for start in _of(mechanism, actor)]


def marked(starts: Iterable[Start], mechanism: str, action: str) -> list[Start]:
    """Give the same with the one that is at hand marked."""
    return [
        replace(start, is_current=(start.mechanism, start.action) == (mechanism, action))
        for start in starts
    ]


def _of(mechanism: Mechanism, actor: Actor) -> Iterator[Start]:
    areas = {area for duty in actor.duties for area in duty.areas}
    for key in mechanism.starts():
        files = (blank(mechanism, actor, area, ()) for area in sorted(areas))
        if any(standing_of(mechanism, file, key, actor, opening=True) for file in files):
            rule = mechanism.actions[key]
            label = Label(zh=rule.zh, en=rule.en)
            yield Start(mechanism.mechanism, mechanism.title, key, label, tuple(mechanism.basis))
