"""Inventing people, answers and evidence from a mechanism's definition alone, for whoever walks it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice, product
from typing import Any

from linli.rulebook.casefile import RESIDENT, Actor, Casefile, Duty, Exhibit
from linli.rulebook.deciding.plans import AUTO_WAYS
from linli.rulebook.deciding.standing import duty_of
from linli.rulebook.forms import code_list
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Evidence, FieldRule, Mechanism

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AREA = "/310000/310112/310112006/"
BODIES = (7, 8)
RESIDENT_ID = "resident:r"
JACK_ID = "account:jack"
FORMS_MOST = 6
VALUES_MOST = 5
NUMBERS = ("int", "number", "money", "fraction")
FITTING: Mapping[str, tuple[Any, ...]] = {
    "text": ("说明",), "word": ("A1", "B2"), "dwelling": ("3-201",), "area": (AREA,),
    "date": ("2026-03-02", "2026-01-05", "2027-01-04"),
    "moment": ("2026-03-02T09:00:00+08:00", "2026-01-05T09:00:00+08:00", "2027-01-04T09:00:00+08:00"),
    "place": ({"lon": 121.4, "lat": 31.1},), "photo": ("a" * 64,), "file": ("a" * 64,),
    "bool": (True, False), "body": BODIES, "bodies": ([*BODIES], [BODIES[0]]),
}  # fmt: skip


@dataclass(frozen=True)
class Inventor:
    """Knows one mechanism, and makes up what its actions ask for.

    A field is `telling` when a condition, a table or a computed value reads it: of such a field several
    values are tried, of any other one is enough.
    """

    mechanism: Mechanism
    book: Book

    def crowd(self, case: Casefile | None) -> list[Actor]:
        """Give people of one duty each, three for every duty and body; who opened the case; one who may all."""
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

    @cached_property
    def duties(self) -> list[str]:
        """Give the codes of the duties that the mechanism names."""
        return sorted({duty_of(self.mechanism, role) for role in self.mechanism.roles})

    def forms(self, action: str) -> list[dict[str, Any]]:
        """Give fitting forms of an action: a full one, what telling answers may be besides, one with other answers."""
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
        fitting: tuple[Any, ...] = FITTING.get(rule.type, FITTING["word"])
        return fitting

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

    def _numbers(self, rule: FieldRule) -> list[int]:
        low = rule.min if rule.min is not None else 0
        high = rule.max if rule.max is not None else low + 1000
        spoken = {
            n.value + by for n in self._constants if type(n.value) is int for by in (-1, 0, 1)
        }
        near = sorted(spoken, key=lambda n: (abs(n - 1), n))[: VALUES_MOST - 2]
        wanted = [low + 1, low + 10, *near, high, low]
        return list(dict.fromkeys(min(max(n, low), high) for n in wanted))[:VALUES_MOST]

    @cached_property
    def _trees(self) -> list[ast.Expression]:
        return [ast.parse(source, mode="eval") for source in self._conditions()]

    @cached_property
    def _constants(self) -> list[ast.Constant]:
        found = (n for tree in self._trees for n in ast.walk(tree))
        return [n for n in found if isinstance(n, ast.Constant)]

    def _conditions(self) -> Iterator[str]:
        for action in self.mechanism.actions.values():
            asked = [action.when, *(need.when for need in action.evidence)]
            autos = [by.auto for by in action.by if by.auto not in (*AUTO_WAYS, "true")]
            yield from filter(None, [*asked, *autos, *action.required_when.values()])
            yield from (text for text in action.set_.values() if isinstance(text, str))


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
