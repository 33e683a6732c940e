"""A search through all that can become of a case, nearest and least known first: where it can stand, and how it gets to its end.

Case files that no condition can tell apart count as one. People, answers and evidence are invented from the
definition; a clock that runs out is a move like any other. What is proved is that a way exists, or that none was
found among the answers tried: such a case is called stranded.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from heapq import heappop, heappush
from itertools import count, islice
from typing import Any

from linli.rulebook import clocks
from linli.rulebook.casefile import Actor, Casefile, Opening, StepDraft, StepRefused
from linli.rulebook.deciding import child_of, decide, elapse, hear, standing_of
from linli.rulebook.deciding.effects import blank
from linli.rulebook.deciding.expecting import members_for
from linli.rulebook.deciding.plans import MemberKey, plan_of
from linli.rulebook.deciding.standing import is_possible
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.proving.inventing import JACK_ID, MONDAY, RESIDENT_ID, Ground, Inventor

PLACES_MOST = 400
TRIES_MOST = 600
ENOUGH = 3  # stranded places that are named; where there is one there are many
FAR = 99
Offer = tuple[Actor, Opening]


@dataclass(frozen=True)
class Deed:
    """What was done: an action by somebody with a form, or a clock that ran out (`actor` None, `action` its key)."""

    action: str
    actor: Actor | None = None
    form: dict[str, Any] = field(default_factory=dict)
    member: MemberKey | None = None


@dataclass(frozen=True)
class Place:
    """Where a case stands, at which moment, and how it came there."""

    case: Casefile
    at: datetime
    before: Place | None = None
    deed: Deed | None = None
    drafts: tuple[StepDraft, ...] = ()
    length: int = 0

    @property
    def steps(self) -> tuple[str, ...]:
        """Give the actions that were taken on the last move: the one asked for, and those that followed."""
        return tuple(step.action for step in self.drafts)

    @property
    def way(self) -> list[Place]:
        """Give the places from the first to this one."""
        return [*(self.before.way if self.before else []), self]


@dataclass
class Found:
    """What a search came to: the places seen, the first place each action led to, which places strand."""

    key: str
    places: list[Place] = field(default_factory=list)
    taken: dict[str, Place] = field(default_factory=dict)
    stranded: list[Place] = field(default_factory=list)
    is_whole: bool = True


def search(
    mechanism: Mechanism,
    book: Book,
    *,
    most: int = PLACES_MOST,
    tries: int = TRIES_MOST,
    hears_children: bool = False,
) -> Found:
    """Go from the opening actions on until `most` places are looked into; then see from where an end is reached."""
    seeker = Seeker(mechanism, book, tries, hears_children)
    return _Search(seeker, Found(mechanism.mechanism)).run(most)


@dataclass(frozen=True)
class Seeker:
    """Knows the moves of one mechanism, and the shortest way out of a place.

    `hears_children`: that the cases it opened come to their ends is a move too; a story cannot tell it in a line.
    """

    mechanism: Mechanism
    book: Book
    tries: int = TRIES_MOST
    hears_children: bool = False
    ground: Ground = field(default_factory=Ground)

    @cached_property
    def inventor(self) -> Inventor:
        """Give who makes up people, answers and evidence."""
        return Inventor(self.mechanism, self.book, self.ground)

    def moves(self, place: Place | None) -> Iterator[Place]:
        """Give where a case can get to in one move."""
        offers = self.offers(place.case) if place else self.starts()
        for actor, opening in offers:
            yield from self.tried(place, actor, opening)
        if place and (ran_out := self.later(place)):
            yield ran_out
        if place and self.hears_children:
            yield from self.ended(place)

    def starts(self) -> Iterator[Offer]:
        """Give each way to open a case: by a resident, a colleague, one with all duties where it matters, or by itself."""
        for key in self.mechanism.starts():
            fit = [actor for actor in self.inventor.crowd(None) if self.may_open(key, actor)]
            colleagues = [actor for actor in fit if actor.duties]
            last = colleagues[1:][-1:] if self.inventor.asks_opener else []
            own = [a for a in fit if not a.duties] if fit else self.inventor.of_themselves(key)[:1]
            for actor in [*own, *colleagues[:1], *last]:
                yield actor, Opening(key)

    def may_open(self, key: str, actor: Actor) -> bool:
        """Tell whether somebody may open a case in one way."""
        file = blank(self.mechanism, actor.id, self.ground.area, ())
        return standing_of(self.mechanism, file, key, actor, opening=True) is not None

    def offers(self, case: Casefile) -> Iterator[Offer]:
        """Give each thing that can be done now once, with one who may do it."""
        crowd = self.inventor.crowd(case)
        for move in plan_of(self.mechanism).leaving.get(case.state, ()):
            for member in members_for(case, move):
                if not is_possible(self.mechanism, case, move, member):
                    continue
                fit = [actor for actor in crowd if self.may(case, move.key, actor, member)]
                for actor in (fit or self.inventor.of_themselves(move.key))[:1]:
                    yield actor, Opening(move.key, member)

    def may(self, case: Casefile, action: str, actor: Actor, member: MemberKey | None) -> bool:
        """Tell whether somebody may take an action."""
        return standing_of(self.mechanism, case, action, actor, member) is not None

    def tried(self, place: Place | None, actor: Actor, opening: Opening) -> Iterator[Place]:
        """Give what the invented forms of an action lead to; refusals lead nowhere."""
        for form in self.inventor.forms(opening.action, place.case if place else None):
            deed = Deed(opening.action, actor, form, opening.member)
            if reached := self.done(place, deed):
                yield reached

    def done(self, place: Place | None, deed: Deed) -> Place | None:
        """Take an action; None when it is refused."""
        assert deed.actor is not None
        at = place.at if place else MONDAY
        try:
            outcome = decide(
                self.mechanism, place.case if place else None, deed.action, actor=deed.actor, at=at, form=deed.form,
                exhibits=self.inventor.exhibits(deed.action), member=deed.member, book=self.book, area=self.ground.area,
            )  # fmt: skip
        except StepRefused:
            return None
        return Place(outcome.case, at, place, deed, outcome.steps, _next(place))

    def later(self, place: Place) -> Place | None:
        """Let the clock that comes due first run out."""
        due = self.dues(place.case)
        if not due:
            return None
        key, moment = due[0]
        at = max(place.at, moment)
        outcome = elapse(self.mechanism, place.case, key, at, self.book)
        return Place(outcome.case, at, place, Deed(key), outcome.steps, _next(place))

    def ended(self, place: Place) -> Iterator[Place]:
        """Give where the case gets to once those it opened by one mechanism have all come to one of its ends."""
        for key in dict.fromkeys(child.mechanism for child in place.case.children):
            opened = self.book.mechanisms[key]
            for state in (name for name, rule in opened.states.items() if rule.final):
                case, drafts = place.case, tuple[StepDraft, ...]()
                for child in place.case.children:
                    if child.mechanism == key and not opened.states[child.state].final:
                        told = child_of(opened, child.nth, state)
                        outcome = hear(self.mechanism, case, told, place.at, self.book)
                        case, drafts = outcome.case, (*drafts, *outcome.steps)
                if case is not place.case:
                    yield Place(case, place.at, place, Deed(f"{key}.{state}"), drafts, _next(place))

    def due(self, place: Place) -> datetime | None:
        """Give when the next clock runs out."""
        return next((moment for _, moment in self.dues(place.case)), None)

    def dues(self, case: Casefile) -> list[tuple[str, datetime]]:
        """Give the clocks that will run out and when, the first one first."""
        moments = clocks.next_moments(case.clocks)
        return [(key, moment) for key, what, moment in moments if what == "breach"]

    def is_end(self, case: Casefile) -> bool:
        """Tell whether nothing more need happen: the case is over, or it is one that never ends."""
        states = self.mechanism.states
        endless = self.mechanism.kind == "register" or not any(s.final for s in states.values())
        return endless or states[case.state].final

    def mark(self, case: Casefile) -> Any:
        """Give what conditions can tell a case by; two cases with one mark go the same ways."""
        inventor = self.inventor
        values = tuple((n, self._value(case, n)) for n in sorted(inventor.telling))
        running = tuple(k for k, r in case.clocks.items() if r.is_running and not r.breached_at)
        past = tuple(k for k, r in case.clocks.items() if k in inventor.clocks and r.breached_at)
        told = inventor.entries_told
        entered = tuple((k, min(n, told[k])) for k, n in case.entry_counts.items() if told[k])
        sums = tuple(case.entry_sums.items()) if inventor.asks_totals else ()
        members = tuple(sorted(Counter((m.kind, m.state) for m in case.members).items()))
        opened = {(c.mechanism, c.state) for c in case.children}
        return (
            case.state, tuple(case.tracks.items()), members, case.holder is None,
            case.opened_by in (RESIDENT_ID, JACK_ID) and case.opened_by, values, running, past, entered, sums,
            tuple(sorted(opened)),
        )  # fmt: skip

    def way_out(self, place: Place, known: set[Any]) -> list[Place] | None:
        """Give the way from a place to an end, or to a mark that is known to lead to one; None when none is found.

        What stands nearest to an end in the drawing is looked into first.
        """

        def is_there(here: Place) -> bool:
            return self.is_end(here.case) or self.mark(here.case) in known

        ends = [key for key, state in self.mechanism.states.items() if state.final]
        found = self.led([place], ends, is_there)
        return found.way[len(place.way) - 1 :] if found else None

    def way_to(self, action: str, places: Sequence[Place]) -> Place | None:
        """Give the place that an action leads to, starting from any of those given; None when none is found."""
        origins = self.mechanism.states_named(self.mechanism.actions[action].from_)
        return self.led(places, origins, lambda here: action in here.steps)

    def led(
        self, places: Sequence[Place], states: Iterable[str], is_there: Callable[[Place], bool]
    ) -> Place | None:
        """Search from some places for one that is wanted; those nearest to certain states come first."""
        line = _Line(self, self.distances(states), {self.mark(place.case) for place in places})
        for place in places:
            if is_there(place):
                return place
            line.join(place)
        for _ in range(self.tries):
            if not line.waiting:
                return None
            for there in self.moves(line.first()):
                if is_there(there):
                    return there
                if (mark := self.mark(there.case)) not in line.seen:
                    line.seen.add(mark)
                    line.join(there)
        return None

    def distances(self, states: Iterable[str]) -> dict[str, int]:
        """Give how many moves each state is from certain ones in the drawing."""
        found = dict.fromkeys(states, 0)
        queue = deque(found)
        while queue:
            end = queue.popleft()
            for action in self.mechanism.actions.values():
                for start in self.mechanism.states_named(action.from_) if action.to == end else ():
                    if start not in found:
                        found[start] = found[end] + 1
                        queue.append(start)
        return found

    def _value(self, case: Casefile, name: str) -> Any:
        value = case.values.get(name)
        is_counter = self.mechanism.fields[name].by == "engine" and type(value) is int
        return min(value or 0, self.inventor.highest + 1) if is_counter else repr(value)


@dataclass
class _Line:
    """Places waiting to be looked into, in three orders that take turns.

    Those unlike any before come first, or those nearest to where it goes, or those with the shortest way:
    neither a counter that can be driven up for ever nor a long way round keeps another place from its turn.
    """

    seeker: Seeker
    far: Mapping[str, int]
    seen: set[Any]
    stood: Counter[Any] = field(default_factory=Counter)
    queues: tuple[list[tuple[int, ...]], ...] = field(default_factory=lambda: ([], [], []))
    waiting: dict[int, Place] = field(default_factory=dict)
    order: Iterator[int] = field(default_factory=count)
    turn: Iterator[int] = field(default_factory=count)

    def join(self, place: Place) -> None:
        """Queue a place."""
        case, m = place.case, self.seeker.mechanism
        counted = tuple(case.values.get(n) for n, rule in m.fields.items() if rule.by == "engine")
        likeness = (case.state, counted, tuple(case.entry_counts.items()))
        self.stood[likeness] += 1
        near, nth = self.far.get(case.state, FAR), next(self.order)
        self.waiting[nth] = place
        ranks = (self.stood[likeness], near), (near, place.length), (place.length, near)
        for queue, rank in zip(self.queues, ranks, strict=True):
            heappush(queue, (*rank, nth))

    def first(self) -> Place:
        """Take the first out of the line."""
        queue = self.queues[next(self.turn) % len(self.queues)]
        while (nth := heappop(queue)[-1]) not in self.waiting:
            pass
        return self.waiting.pop(nth)


def _next(place: Place | None) -> int:
    return place.length + 1 if place else 0


@dataclass
class _Search:
    """One search at work."""

    seeker: Seeker
    found: Found
    marks: dict[Any, Place] = field(default_factory=dict)
    back: dict[Any, set[Any]] = field(default_factory=dict)
    stood: Counter[Any] = field(default_factory=Counter)
    queue: list[tuple[int, int, int, Place]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)

    def run(self, most: int) -> Found:
        """Spread out, then look for what strands."""
        self.look(None)
        for _ in range(most):
            if not self.queue:
                break
            self.look(heappop(self.queue)[-1])
        self.found.is_whole = not self.queue
        self.complete()
        self.found.places = list(self.marks.values())
        self.found.stranded = list(islice(self.without_end(), ENOUGH))
        return self.found

    def complete(self) -> None:
        """Search for each action that was not met on the way."""
        for action in self.seeker.mechanism.actions:
            if action in self.found.taken or self.found.is_whole:
                continue
            place = self.seeker.way_to(action, [*self.marks.values()])
            for one in place.way if place else ():
                for step in one.steps:
                    self.found.taken.setdefault(step, one)
                self.marks.setdefault(self.seeker.mark(one.case), one)

    def look(self, place: Place | None) -> None:
        """Note where one move leads from a place."""
        for there in self.seeker.moves(place):
            for action in there.steps:
                self.found.taken.setdefault(action, there)
            mark = self.seeker.mark(there.case)
            if mark not in self.marks:
                self.marks[mark] = there
                self.wait_for_its_turn(there)
            if place is not None:
                self.back.setdefault(mark, set()).add(self.seeker.mark(place.case))

    def wait_for_its_turn(self, place: Place) -> None:
        """Queue a place: first those a case has come to least often by the same action, then those with the shortest way."""
        last = place.deed.action if place.deed else ""
        kind = (place.case.state, tuple(place.case.tracks.items()), last)
        self.stood[kind] += 1
        heappush(self.queue, (self.stood[kind], place.length, next(self.order), place))

    def without_end(self) -> Iterator[Place]:
        """Give the places from which no end is reached, asking a way out of those on the edge."""
        good: set[Any] = set()
        self.spread((m for m, p in self.marks.items() if self.seeker.is_end(p.case)), good)
        for mark, place in reversed(self.marks.items()):
            if mark in good:
                continue
            way = self.seeker.way_out(place, good)
            if way is None:
                yield place
            else:
                self.spread((self.seeker.mark(one.case) for one in way), good)

    def spread(self, marks: Any, good: set[Any]) -> None:
        """Note marks from which an end is reached, and all that lead to them."""
        queue = [mark for mark in marks if mark not in good]
        while queue:
            mark = queue.pop()
            if mark not in good:
                good.add(mark)
                queue += self.back.get(mark, ())
