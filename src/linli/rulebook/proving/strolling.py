"""A walker that knows no mechanism: it invents people, answers and evidence from the definition and goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.proving.searching import (
    ENOUGH,
    PLACES_MOST,
    TRIES_MOST,
    Deed,
    Offer,
    Place,
    Seeker,
    search,
)

LONGEST = 60
SPANS = (50, 500, 5_000, 50_000)


@dataclass
class Stroll:
    """What walking a mechanism came to: cases, steps, refusals, where cases ended, which ones stranded."""

    key: str
    cases: int = 0
    steps: int = 0
    refused: int = 0
    places: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    stranded: list[str] = field(default_factory=list)
    untaken: list[str] = field(default_factory=list)


def stroll(
    mechanism: Mechanism,
    book: Book,
    *,
    steps: int,
    seed: int = 1,
    places: int = PLACES_MOST,
    tries: int = TRIES_MOST,
) -> Stroll:
    """Walk cases until so many steps are taken, then search through so many places; each must have a way to its end."""
    seeker = Seeker(mechanism, book, tries, hears_children=True)
    walker = _Walker(seeker, Random(seed), Stroll(mechanism.mechanism))  # noqa: S311 - no secret
    while walker.told.steps < steps and len(walker.told.stranded) < ENOUGH:
        walker.walk_one()
    told = walker.told
    found = search(mechanism, book, most=places, tries=tries, hears_children=True)
    told.places = len(found.places)
    told.stranded += [_said(place) for place in found.stranded]
    told.untaken = [key for key in mechanism.actions if key not in {*found.taken, *told.taken}]
    return told


def _said(place: Place) -> str:
    case = place.case
    way = " → ".join(one.deed.action for one in place.way if one.deed)
    return f"{case.state} {dict(case.tracks)} {dict(case.values)} ({way})"


@dataclass
class _Walker:
    seeker: Seeker
    chance: Random
    told: Stroll

    def walk_one(self) -> None:
        """Open a case and go on at random; then search a way to its end from where it stands."""
        before = self.told.steps
        place = self.one_of(list(self.seeker.starts()), None)
        for _ in range(self.chance.randint(0, LONGEST)):
            if place is None or self.seeker.mechanism.states[place.case.state].final:
                break
            place = self.one_more(place)
        # a mechanism nobody can open still comes to an end
        self.told.steps = max(self.told.steps, before + 1)
        if place is None:
            self.told.stranded.append("?")
            return
        self.told.cases += 1
        way = self.seeker.way_out(place, set())
        if way is None:
            self.told.stranded.append(_said(place))
        else:
            self.told.ends[way[-1].case.state] += 1

    def one_more(self, place: Place) -> Place:
        """Take one step that somebody may take; let time pass when nobody can, or now and then."""
        offers = list(self.seeker.offers(place.case))
        is_idle = self.chance.random() < 1 / 6
        there = None if is_idle else self.one_of(offers, place)
        return there or self.passed(place)

    def one_of(self, offers: list[Offer], place: Place | None) -> Place | None:
        """Take one of the offers with one of the forms that are invented for it; None when all are refused.

        A case is opened with any form that opens it; in a case, one form is tried for each offer.
        """
        self.chance.shuffle(offers)
        for actor, opening in offers:
            forms = self.seeker.inventor.forms(opening.action, place.case if place else None)
            for form in self.chance.sample(forms, len(forms) if place is None else 1):
                if there := self.seeker.done(
                    place, Deed(opening.action, actor, form, opening.member)
                ):
                    return self.noted(there)
                self.told.refused += 1
        return None

    def passed(self, place: Place) -> Place:
        """Let some time pass, or wait until the first clock that comes due runs out."""
        if self.chance.random() < 1 / 2 and (there := self.seeker.later(place)):
            return self.noted(there)
        wait = timedelta(minutes=self.chance.choice(SPANS))
        due = self.seeker.due(place)
        return replace(place, at=min(place.at + wait, due) if due else place.at + wait)

    def noted(self, place: Place) -> Place:
        """Count the steps taken."""
        self.told.steps += len(place.steps)
        self.told.taken.update(place.steps)
        return place
