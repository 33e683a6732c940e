"""Drafting a story for a mechanism that has none: ways through it that show every action, clock and condition found.

The people, answers and moments are invented; what is drafted is true of the file as it stands. Whoever writes the
mechanism reads it, gives the scenes the words of real cases, and signs it by keeping it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import islice

from linli.rulebook.casefile import Outcome
from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.guards import Guard
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.proving.filling import filled, flow
from linli.rulebook.proving.playwright import Ending, Playwright, Telling
from linli.rulebook.proving.searching import Deed, Place, search
from linli.rulebook.stories import Seen, read_story, run_story

WAITS_MOST = 8


class NothingToTell(Exception):
    """No way through a mechanism was found at all: nobody can open a case of it."""


def drafted(mechanism: Mechanism, book: Book) -> tuple[str, tuple[str, ...]]:
    """Give a story's text for a mechanism, and what no way was found to show: a person must tell that.

    Raises NothingToTell.
    """
    draft = _Draft(Playwright(mechanism, book))
    text = draft.text()
    if not draft.scenes:
        raise NothingToTell(mechanism.mechanism)
    source = f"{mechanism.mechanism}.story.yaml"
    text = filled(mechanism, read_story(text, source), text, book)
    result = run_story(mechanism, read_story(text, source), book)
    return text, (*result.failures, *result.gaps)


@dataclass
class _Draft:
    """A whole story in the making: scenes are kept that show something no scene before them has shown."""

    playwright: Playwright
    scenes: list[Telling] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mechanism = self.playwright.mechanism
        self.found = search(self.mechanism, self.playwright.book)
        self.seen = Seen(self.mechanism)

    def text(self) -> str:
        """Give the file."""
        for place, ending in self.candidates():
            before = len(list(self.seen.gaps()))
            known = deepcopy((self.seen.actions, self.seen.guards, self.seen.breaches))
            scene = self.playwright.told(place, ending, self.seen)
            if len(list(self.seen.gaps())) < before:
                self.scenes.append(scene)
            else:
                self.seen.actions, self.seen.guards, self.seen.breaches = known
        return "\n".join(self.rows()) + "\n"

    def rows(self) -> Iterator[str]:
        """Give the lines of the file."""
        title = self.mechanism.title
        yield f"# {title.zh}的故事（草稿）：由程序按机制文件写出，请逐行读过，换成真实的情形。"
        yield f"story: {self.mechanism.mechanism}"
        yield f"at: {self.playwright.at}"
        yield f"area: {self.playwright.area}"
        yield "actors:" if self.playwright.cast else "actors: {}"
        yield from (f"  {name}: {flow(part)}" for name, part in self.playwright.cast.items())
        yield "scenes:"
        for scene in self.scenes:
            yield from scene.rows()

    def candidates(self) -> Iterator[tuple[Place | None, Ending | None]]:
        """Give ways to play, the longest first; then those that let clocks run out, and refusals by condition."""
        reached = sorted(self.found.taken.values(), key=lambda place: -place.length)
        for place in reached:
            way = self.playwright.seeker.way_out(place, set())
            yield (way[-1] if way else place), None
        for key in self.mechanism.clocks:
            if key not in self.seen.breaches and (late := self.late(key)):
                yield late, None
        yield from self.refusals()
        yield from self.conditions()

    def late(self, clock: str) -> Place | None:
        """Give a place where a clock has run out, or None."""
        for place in self.found.places:
            reading = place.case.clocks.get(clock)
            there: Place | None = place if reading and reading.is_running else None
            for _ in range(WAITS_MOST):
                if there is None or there.case.clocks[clock].breached_at:
                    break
                there = self.playwright.seeker.later(there)
            if there is not None and there.case.clocks[clock].breached_at:
                return there
        return None

    def refusals(self) -> Iterator[tuple[Place | None, Ending]]:
        """Give, for each action whose condition was not seen to fail, a place and a deed that it refuses."""
        for key, action in self.mechanism.actions.items():
            if action.when and False not in self.seen.guards.get((key, action.when), set()):
                yield from islice(self.refused(key), 1)

    def refused(self, action: str) -> Iterator[tuple[Place | None, Ending]]:
        """Give places and deeds that an action's condition refuses."""
        for place in self.playwright.before(action, self.found.places):
            for deed in self.playwright.tries(place, action):
                if self.outcome(place, deed) == "guard":
                    yield place, Ending(deed, "guard")

    def conditions(self) -> Iterator[tuple[Place | None, Ending]]:
        """Give deeds under which what an action asks for only sometimes is asked for, or is not, as was not seen yet."""
        for key, move in plan_of(self.mechanism).moves.items():
            guards = [guard for _, guard in (*move.needs, *move.musts) if guard is not None]
            for guard in guards:
                for holds in (True, False):
                    yield from islice(self.under(key, guard, holds=holds), 1)

    def under(
        self, action: str, guard: Guard, *, holds: bool
    ) -> Iterator[tuple[Place | None, Ending]]:
        """Give places and deeds that are accepted while a condition of what is asked for is true, or false."""
        if holds in self.seen.guards.get((action, guard.source), set()):
            return
        for place in self.playwright.before(action, self.found.places):
            for deed in self.playwright.tries(place, action):
                outcome = self.outcome(place, deed)
                if isinstance(outcome, Outcome) and self.stood(outcome, guard) is holds:
                    yield place, Ending(deed)

    def stood(self, outcome: Outcome, guard: Guard) -> bool:
        """Tell how a condition stood when the first step of an outcome was taken."""
        values = {**outcome.case.values, **outcome.steps[0].values}
        return guard.holds(replace(outcome.case, values=values))

    def outcome(self, place: Place | None, deed: Deed) -> object:
        """Give what a deed leads to, or the code of its refusal."""
        return self.playwright.outcome(self.mechanism, self.playwright.book, place, deed)
