"""Which cases somebody may open, from the book alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.urls import reverse

from linli.rulebook.casefile import Actor
from linli.rulebook.deciding import standing_of
from linli.rulebook.deciding.effects import blank
from linli.rulebook.mechanism import Label, Mechanism
from linli.ui.shelves import Choice, Shelf, shelved, titled


@dataclass(frozen=True)
class Start:
    """One way to open a case: an opening action of a mechanism."""

    mechanism: str
    about: Mechanism
    title: Label
    action: str
    label: Label
    basis: tuple[str, ...]
    is_current: bool = False

    @property
    def href(self) -> str:
        """Give the address of its form."""
        return reverse("staff:intake", args=[self.mechanism, self.action])

    @property
    def hint(self) -> Label:
        """Give what its opening action is called, and the first law it rests on."""
        basis = self.basis[0]
        return Label(zh=f"{self.label.zh} · {basis}", en=f"{self.label.en} · {basis}")

    @property
    def name(self) -> Label:
        """Give the mechanism and the action in one line."""
        return Label(
            zh=f"{self.title.zh} · {self.label.zh}", en=f"{self.title.en} · {self.label.en}"
        )


def starts_for(mechanisms: Iterable[Mechanism], actor: Actor) -> list[Start]:
    """Give the opening actions that one of the actor's posts may take."""
    return [start for mechanism in mechanisms for start in _of(mechanism, actor)]


def shelves_of(starts: Iterable[Start], words: str = "") -> list[Shelf[Start]]:
    """Give those whose titles hold the words, by what they are about."""
    wanted = titled(starts, words, lambda start: (start.title, start.label))
    return shelved(wanted, lambda start: start.about)


def chosen_from(starts: Iterable[Start]) -> list[Shelf[Choice]]:
    """Give the same as choices for another form."""
    return [
        Shelf(
            shelf.about,
            tuple(
                Choice(start.href, start.name, start.is_current, href=start.href)
                for start in shelf.things
            ),
        )
        for shelf in shelves_of(starts)
    ]


def marked(starts: Iterable[Start], mechanism: str, action: str) -> list[Start]:
    """Give the same with the one that is at hand marked."""
    return [
        replace(start, is_current=(start.mechanism, start.action) == (mechanism, action))
        for start in starts
    ]


def _of(mechanism: Mechanism, actor: Actor) -> Iterator[Start]:
    areas = {area for duty in actor.duties for area in duty.areas}
    for key in mechanism.starts():
        files = (blank(mechanism, actor.id, area) for area in sorted(areas))
        if any(standing_of(mechanism, file, key, actor, opening=True) for file in files):
            rule = mechanism.actions[key]
            label = Label(zh=rule.zh, en=rule.en)
            basis = tuple(mechanism.basis)
            yield Start(mechanism.mechanism, mechanism, mechanism.title, key, label, basis)
