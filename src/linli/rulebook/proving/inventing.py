"""Inventing people, answers and evidence from a mechanism's definition alone, for whoever walks it."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property
from itertools import islice, product
from typing import Any

from linli.rulebook.casefile import (
    PARENT_ACTOR,
    RESIDENT,
    SCHEDULE_ACTOR,
    Actor,
    Casefile,
    Duty,
    Exhibit,
)
from linli.rulebook.deciding import is_by_itself
from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.deciding.standing import duty_of
from linli.rulebook.forms import code_list
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Evidence, FieldRule, Mechanism
from linli.rulebook.proving.solving import Solver
from linli.rulebook.tables import exact

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AREA = "/310000/310112/310112006/"
BODIES = (7, 8)
RESIDENT_ID = "resident:r"
JACK_ID = "account:jack"
FORMS_MOST = 6
FEW = 12  # so many entries more than any number in a condition are told apart
VALUES_MOST = 5
NUMBERS_MOST = 24
WHOLE = re.compile(r"(?<![\w.])\d+(?![\w.])")
NUMBERS = ("int", "number", "money", "fraction")
FITTING: Mapping[str, tuple[Any, ...]] = {
    "text": ("说明",), "word": ("A1", "B2"), "dwelling": ("3-201",),
    "date": ("2026-03-02", "2026-01-05", "2027-01-04"),
    "moment": ("2026-03-02T09:00:00+08:00", "2026-01-05T09:00:00+08:00", "2027-01-04T09:00:00+08:00"),
    "photo": ("a" * 64,), "file": ("a" * 64,), "bool": (True, False),
}  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """Where invented things happen: bodies, an area, a spot; people and entries of registers, when there are real ones.

    `day`: the date (YYYY-MM-DD) to answer first where one is asked.
    """

    bodies: tuple[int, ...] = BODIES
    area: str = AREA
    spot: tuple[float, float] = (121.4, 31.1)
    people: tuple[Actor, ...] = ()
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    day: str = ""

    def fitting(self, rule: FieldRule) -> tuple[Any, ...]:
        """Give answers to a question about bodies, places, entries or days; none to any other."""
        lon, lat = self.spot
        told: Mapping[str, tuple[Any, ...]] = {
            "body": self.bodies, "bodies": ([*self.bodies], [self.bodies[0]]), "area": (self.area,),
            "place": ({"lon": lon, "lat": lat},), "entry": self.entries.get(rule.of or "", ()),
            "date": (self.day, *FITTING["date"]) if self.day else (),
        }  # fmt: skip
        return told.get(rule.type, ())


@dataclass(frozen=True)
class Inventor:
    """Knows one mechanism, and makes up what its actions ask for.

    A field is `telling` when a condition, a table or a computed value reads it: of such a field several
    values are tried, of any other one is enough.
    """

    mechanism: Mechanism
    book: Book
    ground: Ground = field(default_factory=Ground)

    def crowd(self, case: Casefile | None) -> list[Actor]:
        """Give people of one duty each, three for every duty and body; who opened the case; one who may all."""
        if self.ground.people:
            return [*self.ground.people]
        bodies = [*BODIES]
        if case and case.holder and case.holder not in BODIES:
            bodies.append(case.holder)
        people = [
            Actor(1, f"account:{code}-{body}-{n}", (Duty(code, body, (AREA,)),))
            for n in (1, 2, 3)
            for code in self.duties
            for body in bodies
        ]
        jack = Actor(1, JACK_ID, tuple(Duty(c, BODIES[0], (AREA,)) for c in self.duties))
        return [Actor(1, RESIDENT_ID), *people, jack]

    def of_themselves(self, action: str) -> list[Actor]:
        """Give the schedule or the case above when one of them takes an action; none where real people walk."""
        if self.ground.people:
            return []
        move = plan_of(self.mechanism).moves[action]
        rules = [Actor(1, name) for name in (SCHEDULE_ACTOR, PARENT_ACTOR)]
        return [actor for actor in rules if is_by_itself(move, actor)]

    @cached_property
    def duties(self) -> list[str]:
        """Give the codes of the duties that the mechanism names."""
        return sorted({duty_of(self.mechanism, role) for role in self.mechanism.roles})

    def forms(self, action: str, case: Casefile | None = None) -> list[dict[str, Any]]:
        """Give fitting forms of an action: those made up blindly, and those that its conditions and tables want."""
        blind = self.blind_forms(action)
        if not self.telling & {*self.mechanism.actions[action].fields}:
            return blind
        known = case.values if case else {}
        entered = (case.entry_sums, case.entry_counts) if case else ()
        key = (action, repr(([known.get(name) for name in sorted(self.telling)], entered)))
        if key not in self._solved:
            apart = _apart(case) if case else []
            names = self.mechanism.actions[action].fields
            wide = {name: self.wide(action, name, apart) for name in names}
            self._solved[key] = self.solver.solved(action, blind, wide, case)
        return [*blind, *self._solved[key]]

    @cached_property
    def solver(self) -> Solver:
        """Give who finds the answers that conditions and tables want."""
        return Solver(self.mechanism)

    @cached_property
    def _solved(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        return {}

    def wide(self, action: str, name: str, apart: list[int]) -> list[Any]:
        """Give all answers to one question worth trying: none, and of numbers also what lies between two sums."""
        rule = self.mechanism.fields[name]
        many = list(self.values(name))
        if rule.type in NUMBERS:
            low, high = math.ceil(rule.min or 0), math.inf if rule.max is None else rule.max
            fit = [n for n in apart if low <= n <= high][:NUMBERS_MOST]
            many = [*fit, *self._numbers(rule, most=NUMBERS_MOST)]
        is_needed = name in self.mechanism.actions[action].required
        return [*many, *([] if is_needed else [None])]

    def blind_forms(self, action: str) -> list[dict[str, Any]]:
        """Give a full form, what telling answers may be besides, one with other answers."""
        rule = self.mechanism.actions[action]
        offered, others = [], []
        for name in rule.fields:
            values = list(self.values(name))
            told = values if name in self.telling else values[:1]
            left_out = name not in rule.required and name in self.telling
            offered.append([*told, *([None] if left_out else [])])
            others.append(values[:2][-1])
        several = [*islice(_turned(offered), FORMS_MOST), tuple(others)]
        return [
            {name: value for name, value in zip(rule.fields, one, strict=True) if value is not None}
            for one in several
        ]

    def values(self, name: str) -> Iterable[Any]:
        """Give fitting answers to one question, those that conditions speak of first."""
        rule = self.mechanism.fields[name]
        if rule.type == "code":
            choices = [code.code for code in code_list(rule, self.book).choices()]
            spoken = [code for code in choices if code in self.words]
            others = [code for code in choices if code not in self.words]
            return [*spoken, *others[:1]] or ["自写"]
        if rule.type in NUMBERS:
            return self._numbers(rule)
        return self.ground.fitting(rule) or FITTING.get(rule.type, FITTING["word"])

    def exhibits(self, action: str) -> list[Exhibit]:
        """Give the evidence an action asks for, with positions."""
        asked = enumerate(self.asked(action))
        return [Exhibit(e.kind, e.tag, f"{n:064x}", has_position=True) for n, e in asked]

    def asked(self, action: str) -> list[Evidence]:
        """Give each piece of evidence that must come along; of several that are enough, the first."""
        needs = [need for need in self.mechanism.actions[action].evidence if need.min]
        firsts = [need.choices[0] for need in needs]
        return [one for one in firsts for _ in range(max(one.min, 1))]

    @cached_property
    def telling(self) -> frozenset[str]:
        """Give the fields that any condition, table or computed value reads."""
        names = {n.id for tree in self._trees for n in ast.walk(tree) if isinstance(n, ast.Name)}
        read = {name for table in self.mechanism.decisions.values() for name in table.in_}
        return frozenset((names | read) & self.mechanism.fields.keys())

    @cached_property
    def words(self) -> frozenset[str]:
        """Give the texts that conditions and tables compare with."""
        cells = " ".join(c for t in self.mechanism.decisions.values() for r in t.rules for c in r)
        said = {n.value for n in self._constants if isinstance(n.value, str)}
        return frozenset(said | set(cells.replace('"', " ").replace(",", " ").split()))

    @cached_property
    def highest(self) -> int:
        """Give the greatest whole number a condition compares with: beyond it counters look alike."""
        found = [n.value for n in self._constants if type(n.value) is int]
        return max([0, *found])

    @cached_property
    def entries_told(self) -> dict[str, int]:
        """Give how many entries of each kind conditions can tell apart: one more than a bare number they compare with."""
        heard = self.called("entries")
        pairs = [n for tree in self._trees for n in ast.walk(tree) if isinstance(n, ast.Compare)]
        bare = [(_entries_of(n.left), n.comparators[0]) for n in pairs if len(n.comparators) == 1]
        found = {
            kind: [limit for k, c in bare if k == kind and (limit := _count(c)) is not None]
            for kind in self.mechanism.entries
        }
        calls = Counter(map(_entries_of, (n for tree in self._trees for n in ast.walk(tree))))
        return {
            kind: 0 if kind not in heard
            else max(limits) + 1 if len(limits) == calls[kind]
            else self.highest + FEW
            for kind, limits in found.items()
        }  # fmt: skip

    @cached_property
    def clocks(self) -> frozenset[str]:
        """Give the clocks whose outcome a condition asks for."""
        return self.called("breached", "met")

    @cached_property
    def asks_totals(self) -> bool:
        """Tell whether a condition asks what entries add up to."""
        return bool(self.called("total"))

    @cached_property
    def asks_opener(self) -> bool:
        """Tell whether something is for the colleague alone who opened the case."""
        ways = [by for action in self.mechanism.actions.values() for by in action.by]
        return any(by.scope == "own" and by.role != RESIDENT for by in ways)

    def called(self, *functions: str) -> frozenset[str]:
        """Give the names that conditions hand to one of the functions."""
        calls = [n for tree in self._trees for n in ast.walk(tree) if isinstance(n, ast.Call)]
        return frozenset(
            str(word.value)
            for call in calls
            if isinstance(call.func, ast.Name) and call.func.id in functions
            for word in call.args
            if isinstance(word, ast.Constant)
        )

    def _numbers(self, rule: FieldRule, *, most: int = VALUES_MOST) -> list[int]:
        low = math.ceil(rule.min) if rule.min is not None else 0
        high = rule.max if rule.max is not None else low + 1000
        compared = {n.value for n in self._constants if type(n.value) is int}
        if most > VALUES_MOST:
            compared |= self.counted
        spoken = {value + by for value in compared for by in (-1, 0, 1)}
        near = sorted(spoken, key=lambda n: (abs(n - 1), n))[: most - 2]
        wanted = [low + 1, low + 10, *near, high, low]
        return list(dict.fromkeys(min(max(n, low), high) for n in wanted))[:most]

    @cached_property
    def counted(self) -> set[int]:
        """Give the whole numbers that cells of tables compare with."""
        cells = " ".join(c for t in self.mechanism.decisions.values() for r in t.rules for c in r)
        return {int(found) for found in WHOLE.findall(cells)}

    @cached_property
    def _trees(self) -> list[ast.Expression]:
        return [ast.parse(source, mode="eval") for source in self._conditions()]

    @cached_property
    def _constants(self) -> list[ast.Constant]:
        found = (n for tree in self._trees for n in ast.walk(tree))
        return [n for n in found if isinstance(n, ast.Constant)]

    def _conditions(self) -> Iterator[str]:
        yield from self.solver.conditions()
        for action in self.mechanism.actions.values():
            yield from (text for text in action.set_.values() if isinstance(text, str))


def _entries_of(node: ast.AST) -> str | None:
    """Give the kind of entries a node counts; None when it counts none."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "entries":
        return str(ast.literal_eval(node.args[0]))
    return None


def _count(node: ast.expr) -> int | None:
    """Give the whole number that stands there."""
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _apart(case: Casefile) -> list[int]:
    """Give how far the sums and counts of entries and the numbers on file lie apart: the whole numbers, least first."""
    known = [*case.values.values(), *case.entry_sums.values(), *case.entry_counts.values()]
    sums = [Fraction(0), *filter(None, map(exact, known))]
    return sorted({int(a - b) for a in sums for b in sums if a > b and (a - b).denominator == 1})


def _turned(offered: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    """Give combinations, those that differ from the first in one place before all others."""
    first = tuple(values[0] for values in offered)
    yield first
    seen = {repr(first)}
    for place, values in enumerate(offered):
        for value in values[1:]:
            one = (*first[:place], value, *first[place + 1 :])
            seen.add(repr(one))
            yield one
    yield from (one for one in product(*offered) if repr(one) not in seen)
