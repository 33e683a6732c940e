"""Tightening a story: for each planted fault that nobody notices, a scene is sought that goes otherwise under the fault.

Scenes are sought among the places a search through the mechanism comes to: somebody tries the bent action there, a
clock runs out, or the case is left as it stands so that the figures differ. What is added is true of the file as it
is; its author reads whether that is what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice, product
from typing import Any

from pydantic import ValidationError

from linli.rulebook import deciding
from linli.rulebook.casefile import Casefile, Outcome
from linli.rulebook.counting.tallying import Tale, tally
from linli.rulebook.forms import code_list
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.proving.faults import Fault
from linli.rulebook.proving.filling import filled, flow
from linli.rulebook.proving.inventing import NUMBERS
from linli.rulebook.proving.judging import unnoticed
from linli.rulebook.proving.playwright import Ending, Playwright, Telling
from linli.rulebook.proving.searching import Deed, Place, search
from linli.rulebook.stories import Seen, Story, counted, read_story, run_story

PLACES_MOST = 160
TRIES_MOST = 4000
EXACT_MOST = 1000
FEW = 8
SOURCE = "story.yaml"
WORD = re.compile(r"\w+")
CLAIM = re.compile(r"\b([a-z_]+) = [\d./]+")


def tightened(mechanism: Mechanism, story: Story, text: str, book: Book) -> str:
    """Give the story's text with scenes that notice what it lets pass; the same text when none is found."""
    work = _Work(mechanism, story, book)
    work.fill_gaps()
    survivors = unnoticed(mechanism.mechanism, book, story)
    for fault in survivors:
        work.take(fault)
    whole = work.text(text)
    read = read_story(whole, SOURCE)
    return whole if not run_story(mechanism, read, book).failures else text


@dataclass(frozen=True)
class _Bent:
    """A mechanism with one fault, and a book that has it."""

    fault: Fault
    mechanism: Mechanism
    book: Book


@dataclass
class _Scene:
    """A scene that was found: as told, as a story of its own with all that is to be seen in it, and its case."""

    told: Telling
    alone: Story
    tale: Tale | None


@dataclass
class _Work:
    mechanism: Mechanism
    story: Story
    book: Book
    scenes: list[_Scene] = field(default_factory=list)

    def __post_init__(self) -> None:
        plot = self.story.plot
        cast = {name: part.model_dump(exclude_unset=True) for name, part in plot.actors.items()}
        self.playwright = Playwright(self.mechanism, self.book, cast, plot.at, plot.area)
        places = search(self.mechanism, self.book).places
        self.places = sorted(places, key=lambda place: place.length)[:PLACES_MOST]
        self.tales = list(run_story(self.mechanism, self.story, self.book).tales)

    def fill_gaps(self) -> None:
        """Keep scenes that show clocks running out that no scene has shown."""
        gaps = run_story(self.mechanism, self.story, self.book).gaps
        for clock in (key for key in self.mechanism.clocks if f"breach of {key}" in gaps):
            there = (late for late in map(partial(self.run_out, clock), self.places) if late)
            scene = next(filter(None, (self.told(place, None) for place in there)), None)
            if scene is not None:
                self.scenes.append(scene)

    def run_out(self, clock: str, place: Place) -> Place | None:
        """Give where a clock that runs in a place has run out, with no other action between; None when it does not."""
        there: Place | None = place
        while there is not None:
            reading = there.case.clocks.get(clock)
            if reading is None or not reading.is_running or reading.breached_at:
                return there if reading is not None and reading.breached_at else None
            there = self.playwright.seeker.later(there)
        return None

    def take(self, fault: Fault) -> None:
        """Keep a scene that notices a fault, unless one that is kept does."""
        try:
            bent = Mechanism.model_validate(fault.document)
        except ValidationError:
            return
        shelf = {**self.book.mechanisms, self.mechanism.mechanism: bent}
        one = _Bent(fault, bent, replace(self.book, mechanisms=shelf))
        if any(self.notices(scene, one) for scene in self.scenes):
            return
        for place, ending in islice(self.sought(one), 3):
            scene = self.told(place, ending)
            if scene is not None and self.notices(scene, one):
                self.scenes.append(scene)
                return

    def told(self, place: Place | None, ending: Ending | None) -> _Scene | None:
        """Tell a scene and all that is to be seen in it; None when it does not play as it was found."""
        told = self.playwright.told(place, ending, Seen(self.mechanism))
        if not told.is_whole or not told.lines:
            return None
        rows = [
            *(f"{key}: {flow(value)}" for key, value in self.head().items()),
            "scenes:",
            *told.rows(),
        ]
        text = "\n".join(rows) + "\n"
        text = filled(self.mechanism, read_story(text, SOURCE), text, self.book)
        alone = read_story(text, SOURCE)
        result = run_story(self.mechanism, alone, self.book)
        return (
            None if result.failures else _Scene(told, alone, next(iter(result.tales or ()), None))
        )

    def head(self) -> dict[str, Any]:
        """Give the head of a story with the cast as it stands."""
        return {
            "story": self.mechanism.mechanism,
            "at": self.playwright.at,
            "area": self.playwright.area,
            "actors": self.playwright.cast,
        }

    def notices(self, scene: _Scene, bent: _Bent) -> bool:
        """Tell whether a scene goes otherwise under a fault, or its case makes the figures differ."""
        if bent.fault.path[0] != "figures":
            return bool(run_story(bent.mechanism, scene.alone, bent.book, is_brief=True).failures)
        return self.counts_apart(bent, scene.tale)

    def counts_apart(self, bent: _Bent, more: Tale | None) -> bool:
        """Tell whether a figure differs over all cases and one more."""
        key = str(bent.fault.path[1])
        tales = [*self.tales, *(s.tale for s in self.scenes if s.tale), *([more] if more else [])]
        if key not in bent.mechanism.figures:
            return True
        return tally(self.mechanism, key, tales) != tally(bent.mechanism, key, tales)

    def sought(self, bent: _Bent) -> Iterator[tuple[Place | None, Ending | None]]:
        """Give where a case goes otherwise under a fault, and by what."""
        part, key = str(bent.fault.path[0]), str(bent.fault.path[1])
        if part == "figures":
            there = (one for place in self.places for one in (place, *self.otherwise(bent, place)))
            yield from ((p, None) for p in there if self.counts_apart(bent, _tale(p)))
        elif part == "clocks":
            yield from ((late, None) for late in self.late(bent, key))
        elif part == "actions" and key in self.mechanism.actions:
            yield from self.tried(bent, key, self.playwright.before(key, self.places))
            yield from self.tried(bent, key, self.barred(bent, key))
        elif part == "fields":
            yield from self.at_the_edge(bent, key)

    def otherwise(self, bent: _Bent, place: Place) -> Iterator[Place]:
        """Give the same way with other answers to what the figure asks for."""
        key = str(bent.fault.path[1])
        said = f"{self.mechanism.figures[key]} {bent.fault.said}"
        words = set(WORD.findall(said))
        for name in sorted(words & self.mechanism.fields.keys()):
            for value in self.answers(name, words):
                again = self.again(place, name, value)
                if again is not None:
                    yield again

    def answers(self, name: str, words: set[str]) -> list[Any]:
        """Give the answers to a question that a figure may tell apart."""
        rule = self.mechanism.fields[name]
        if rule.type == "bool":
            return [True, False]
        if rule.type != "code":
            return []
        codes = [code.code for code in code_list(rule, self.book).choices()]
        return [*(c for c in codes if c in words), *[c for c in codes if c not in words][:1]]

    def again(self, place: Place, name: str, value: Any) -> Place | None:
        """Go a way again with another answer wherever one question is asked; None where it comes to a stop."""
        there: Place | None = None
        is_asked = False
        for one in place.way:
            assert one.deed is not None
            if one.deed.actor is None:
                there = self.playwright.seeker.later(there) if there else None
            else:
                asked = name in one.deed.form
                form = {**one.deed.form, name: value} if asked else one.deed.form
                is_asked = is_asked or asked
                there = self.playwright.seeker.done(there, replace(one.deed, form=form))
            if there is None:
                return None
        return there if is_asked else None

    def barred(self, bent: _Bent, action: str) -> Iterator[Place | None]:
        """Give the places from which an action may start under the fault alone."""
        rule = bent.mechanism.actions.get(action)
        now = set(self.mechanism.states_named(self.mechanism.actions[action].from_))
        states = set(bent.mechanism.states_named(rule.from_)) - now if rule else set()
        yield from (place for place in self.places if place.case.state in states)

    def tried(
        self, bent: _Bent, action: str, places: Iterator[Place | None]
    ) -> Iterator[tuple[Place | None, Ending]]:
        """Give who tries an action where with which form, so that the fault shows."""
        known = list(islice(places, PLACES_MOST))
        plain = ((place, deed) for place in known for deed in self.playwright.tries(place, action))
        exact = ((place, deed) for place in known for deed in self.exact(bent, place, action))
        for place, deed in (*islice(plain, TRIES_MOST), *islice(exact, TRIES_MOST)):
            if ending := self.shown(bent, place, deed):
                yield place, ending

    def exact(self, bent: _Bent, place: Place | None, action: str) -> Iterator[Deed]:
        """Give forms with the numbers at which the action's condition, or the bent one, changes its mind."""
        rules = [m.actions[action] for m in (self.mechanism, bent.mechanism) if action in m.actions]
        said = " ".join(rule.when or "" for rule in rules)
        asked = [
            name for name in self.mechanism.actions[action].fields
            if name in WORD.findall(said) and self.mechanism.fields[name].type in NUMBERS
        ]  # fmt: skip
        if not asked:
            return
        edges = {int(n) + by for n in re.findall(r"\b\d+\b", said) for by in (-1, 0, 1)}
        numbers = sorted({*edges, *range(FEW)} - {-1})
        able = (
            deed for deed in self.playwright.tries(place, action)
            if self.playwright.outcome(self.mechanism, self.book, place, deed) != "permission"
        )  # fmt: skip
        for deed in islice(able, 2):
            for values in islice(product(numbers, repeat=len(asked)), EXACT_MOST):
                form = {**deed.form, **dict(zip(asked, values, strict=True))}
                yield replace(deed, form=form)

    def shown(self, bent: _Bent, place: Place | None, deed: Deed) -> Ending | None:
        """Give a deed as the ending of a scene when it goes otherwise under a fault."""
        if deed.action not in bent.mechanism.actions:
            return None
        so = self.playwright.outcome(self.mechanism, self.book, place, deed)
        else_ = self.playwright.outcome(bent.mechanism, bent.book, place, deed)
        if _seen(so) == _seen(else_):
            return None
        return Ending(deed, so if isinstance(so, str) else None)

    def late(self, bent: _Bent, clock: str) -> Iterator[Place]:
        """Give places where letting the next clock run out goes otherwise under a fault."""
        for place in self.places:
            reading = place.case.clocks.get(clock)
            later = self.playwright.seeker.later(place) if reading and reading.is_running else None
            if later is None or later.deed is None:
                continue
            so = deciding.elapse(self.mechanism, place.case, later.deed.action, later.at, self.book)
            if clock not in bent.mechanism.clocks:
                yield later
                continue
            else_ = deciding.elapse(
                bent.mechanism, place.case, later.deed.action, later.at, bent.book
            )
            if _seen(so) != _seen(else_):
                yield later

    def at_the_edge(self, bent: _Bent, name: str) -> Iterator[tuple[Place | None, Ending]]:
        """Give forms with the least and the most that a field takes, and one past either."""
        rule = self.mechanism.fields.get(name)
        bounds = [bound for bound in (rule.min, rule.max) if bound is not None] if rule else []
        edges = [bound + by for bound in bounds for by in (0, -1, 1)]
        asking = [key for key, action in self.mechanism.actions.items() if name in action.fields]
        for action in asking:
            for place in islice(self.playwright.before(action, self.places), 40):
                for deed in islice(self.playwright.tries(place, action), 60):
                    for edge in edges:
                        bold = replace(deed, form={**deed.form, name: edge})
                        if ending := self.shown(bent, place, bold):
                            yield place, ending

    def text(self, text: str) -> str:
        """Give the story's text with the scenes, the people in them, and the figures and claims counted anew."""
        if not self.scenes:
            return text
        rows = list(_without(text.splitlines(), "figures"))
        known = self.story.plot.actors
        new = {name: part for name, part in self.playwright.cast.items() if name not in known}
        at = next(n for n, row in enumerate(rows) if row.startswith("scenes:"))
        rows[at:at] = [f"  {name}: {flow(part)}" for name, part in new.items()]
        rows += [row for scene in self.scenes for row in scene.told.rows()]
        tales = [*self.tales, *(scene.tale for scene in self.scenes if scene.tale)]
        found = counted(self.mechanism, tales)
        rows = [*_recounted(rows, found)]
        rows += ["figures:", *(f"  {key}: {value}" for key, value in found.items())]
        whole = "\n".join(rows) + "\n"
        return filled(self.mechanism, read_story(whole, SOURCE), whole, self.book)


def _tale(place: Place) -> Tale:
    return Tale(place.case, tuple(step for one in place.way for step in one.drafts))


def _seen(found: Outcome | str) -> Any:
    """Give what a scene can tell of an outcome."""
    if isinstance(found, str):
        return found
    case: Casefile = found.case
    steps = [(s.action, s.to_state, s.role, s.entry) for s in found.steps]
    clocks = {k: (r.due_at, r.amber_at, r.was_met) for k, r in case.clocks.items()}
    return (
        case.state, dict(case.tracks), dict(case.values), case.members, dict(case.entry_counts),
        dict(case.entry_sums), case.holder, clocks, steps,
    )  # fmt: skip


def _without(rows: Sequence[str], section: str) -> Iterator[str]:
    """Leave out a section at the top level."""
    is_in = False
    for row in rows:
        if row and not row[0].isspace() and not row.startswith("#"):
            is_in = row.startswith(f"{section}:")
        if not is_in:
            yield row


def _recounted(rows: Sequence[str], found: dict[str, str]) -> Iterator[str]:
    """Give the claims' counts over all scenes."""
    is_claim = False
    for row in rows:
        if row and not row[0].isspace():
            is_claim = row.startswith("covers:")
        claimed = CLAIM.sub(lambda m: f"{m[1]} = {found.get(m[1], '?')}", row) if is_claim else row
        yield claimed
