"""Toy cases counted in plain Python: a definition's own tests, run without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from linli.figures.compiling import Frame
from linli.figures.periods import ZONE, period_named
from linli.figures.readings import Value, printed
from linli.figures.valuing import carried
from linli.rulebook.counting import Counted, FigureTree, Predicate
from linli.rulebook.counting.definitions import Expected, ToyCase, ToyTest
from linli.rulebook.counting.shares import parts_of
from linli.rulebook.mechanism import Label, Mechanism

LATEST = datetime.max.replace(tzinfo=ZONE)
SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": eq,
    "ne": ne,
    "lt": lt,
    "le": le,
    "gt": gt,
    "ge": ge,
}


@dataclass(frozen=True)
class Failing:
    """A toy test that fails: which, over which period, what should have come out, and what did."""

    nth: int
    period: str
    expected: str
    found: str


def failing(
    tree: FigureTree, tests: list[ToyTest], mechanisms: Mapping[str, Mechanism]
) -> list[Failing]:
    """Give the toy tests of a figure that fail."""
    wrong = []
    for nth, test in enumerate(tests, 1):
        for expect in test.expect:
            value, label = counted_toys(tree, test, expect, mechanisms)
            said = (expect.num, expect.den, expect.printed)
            found = (value.num, value.den, None if expect.printed is None else label.zh)
            if said != found:
                wrong.append(Failing(nth, expect.period, _plain(said), _plain(found)))
    return wrong


def counted_toys(
    tree: FigureTree, test: ToyTest, expect: Expected, mechanisms: Mapping[str, Mechanism]
) -> tuple[Value, Label]:
    """Give what a figure comes to over toy cases, and how it is printed."""
    as_of = None if expect.as_of is None else _moment(expect.as_of)
    frame = Frame(period_named(expect.period), "/", as_of)
    first = tree.mechanisms[0]
    toys = [_Toy(case, mechanisms[case.mechanism or first]) for case in test.cases]
    value, _ = carried(tree, frame, Toys(toys))
    return value, printed(value, tree)


def _plain(answer: tuple[Decimal, Decimal | None, str | None]) -> str:
    num, den, text = answer
    pair = str(num) if den is None else f"{num}/{den}"
    return pair if text is None else f"{pair} {text}"


def _moment(given: datetime | date) -> datetime:
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=ZONE)
    return datetime(given.year, given.month, given.day, tzinfo=ZONE)


@dataclass(frozen=True)
class _Step:
    seq: int
    at: datetime
    act: str
    came: str
    to: str
    values: Mapping[str, Any]
    entry: str | None


class Toys:
    """Counts over toy cases, as the database would over real ones."""

    def __init__(self, toys: list[_Toy]) -> None:
        self.toys = toys

    def amount(self, counted: Counted, frame: Frame) -> Decimal | None:
        """Give how many records there are, or the sum of their amounts; None where there must be one and is none."""
        found = [(toy, step) for toy in self._of(counted) for step in toy.records(counted, frame)]
        if counted.last:
            found = sorted(found, key=lambda one: one[0].dated(counted.basis))[-1:]
            found = [(toy, step) for toy, step in found if toy.is_valid(counted, frame)]
        if counted.needed and not found:
            return None
        if counted.total is None:
            return Decimal(len(found))
        return sum((toy.weight(counted, step) for toy, step in found), Decimal(0))

    def histogram(self, counted: Counted, frame: Frame) -> Mapping[int, int]:
        """Give how many records took how many full units."""
        found: Counter[int] = Counter()
        for toy in self._of(counted):
            for step in toy.records(counted, frame):
                assert step is not None
                took = toy.took(counted, step)
                assert took is not None
                found[took] += 1
        return found

    def _of(self, counted: Counted) -> list[_Toy]:
        return [toy for toy in self.toys if toy.mechanism.mechanism == counted.mechanism]


class _Toy:
    """One toy case: its steps, and how it stood at any moment."""

    def __init__(self, case: ToyCase, mechanism: Mechanism) -> None:
        self.mechanism = mechanism
        self.source, self.clocks = case.source, case.clocks
        self.steps: list[_Step] = []
        state = ""
        for seq, step in enumerate(case.steps, 1):
            to = step.to or state
            made = _Step(seq, _moment(step.at), step.act, state, to, step.values, step.entry)
            self.steps.append(made)
            state = to

    def records(self, counted: Counted, frame: Frame) -> list[_Step | None]:
        """Give the steps that count, or nothing in place of one where the case itself does."""
        if counted.entity == "case":
            cuts = frame.cuts(counted)
            is_in = self._falls(counted, frame) and self.holds(counted.where, None, *cuts)
            return [None] if is_in else []
        return [step for step in self.steps if self._counts(counted, step, frame)]

    def weight(self, counted: Counted, step: _Step | None) -> Decimal:
        """Give the amount of a record."""
        if counted.entity == "entry" and step is not None:
            return Decimal(str(step.values.get(counted.total or "", 0)))
        if counted.own and step is not None:
            return Decimal(str(step.values.get(counted.total or "") or 0))
        return Decimal(str(self._value(counted.total or "", None) or 0))

    def took(self, counted: Counted, step: _Step) -> int | None:
        """Give how many full units a record took; None where its beginning is not there."""
        assert counted.span is not None
        since = counted.span.since
        began = [s for s in self.steps if s.seq <= step.seq and self.holds(since, s, None, None)]
        if not began:
            return None
        first = began[0] if counted.once else began[-1]
        return int((step.at - first.at).total_seconds() // counted.span.unit)

    def _counts(self, counted: Counted, step: _Step, frame: Frame) -> bool:
        if not frame.period.start <= step.at < frame.end:
            return False
        if not self.holds(counted.where, step, *frame.cuts(counted)):
            return False
        if counted.span is not None and self.took(counted, step) is None:
            return False
        since = frame.period.start if counted.distinct else None
        events = _events(counted.where)
        earlier = [s for s in self.steps if s.seq < step.seq and (since is None or s.at >= since)]
        came_before = any(all(self.holds(e, s, None, None) for e in events) for s in earlier)
        return not (came_before and (counted.once or counted.distinct))

    def _falls(self, counted: Counted, frame: Frame) -> bool:
        opened, last = self.steps[0].at, self.steps[-1]
        if counted.basis == "period_end":
            return opened < frame.end
        if counted.basis == "opened":
            return frame.period.start <= opened < frame.end
        if counted.basis == "closed":
            is_over = self.mechanism.states[last.to].phase in ("done", "void")
            return is_over and frame.period.start <= last.at < frame.end
        day = self.dated(counted.basis)
        begins = datetime.min.replace(tzinfo=ZONE) if counted.last else frame.period.start
        return begins <= day < frame.period.end

    def dated(self, basis: str) -> datetime:
        """Give the moment of a date field; the end of time where it is blank."""
        day = self._value(basis.removeprefix("values."), None)
        return LATEST if day is None else _moment(_dated(day))

    def is_valid(self, counted: Counted, frame: Frame) -> bool:
        """Say whether a value has not expired by the end."""
        ends = frame.end - timedelta(days=1)
        return counted.expires is None or self.dated(f"values.{counted.expires}") >= ends

    def holds(
        self, where: Predicate, step: _Step | None, state_cut: datetime | None, cut: datetime | None
    ) -> bool:
        """Say whether a predicate holds of the case as of the cuts, and of one of its steps."""
        kind, *parts = where
        first = parts[0] if parts else None
        if kind in ("and", "or"):
            held = (self.holds(p, step, state_cut, cut) for p in parts if isinstance(p, tuple))
            return all(held) if kind == "and" else any(held)
        if kind == "not" and isinstance(first, tuple):
            return not self.holds(first, step, state_cut, cut)
        if kind == "exists" and isinstance(first, tuple):
            seen = (s for s in self.steps if cut is None or s.at < cut)
            return any(self.holds(first, s, state_cut, cut) for s in seen)
        if kind in ("met", "breached"):
            return self._clocked(str(kind), str(first), cut)
        if kind in ("to", "left", "act", "entry"):
            return step is not None and _happened(str(kind), first, step)
        return self._compared(str(kind), str(first), parts[1], state_cut, cut, step)

    def _clocked(self, kind: str, name: str, cut: datetime | None) -> bool:
        clock = self.clocks.get(name)
        if clock is None:
            return False
        reached = {
            word: at is not None and (cut is None or _moment(at) < cut)
            for word, at in (("ended", clock.ended), ("breached", clock.breached))
        }
        return (
            reached["breached"]
            if kind == "breached"
            else reached["ended"] and not reached["breached"]
        )

    def _compared(
        self,
        kind: str,
        name: str,
        value: object,
        state_cut: datetime | None,
        cut: datetime | None,
        step: _Step | None,
    ) -> bool:
        owner, _, key = name.partition(".")
        if owner == "step" and step is not None:
            return _is(kind, step.values.get(key), value)
        return _is(kind, self._found(name, state_cut, cut), value)

    def _found(self, name: str, state_cut: datetime | None, cut: datetime | None) -> object:
        owner, _, key = name.partition(".")
        if owner == "values":
            return self._value(key, cut)
        if name == "source":
            return self.source
        if name == "category":
            return self._value(self.mechanism.shows.category or "", cut) or ""
        if owner == "tracks":
            return self.mechanism.tracks[key].initial
        states = [s.to for s in self.steps if state_cut is None or s.at < state_cut][-1:]
        state = states[0] if states else None
        return self.mechanism.states[state].phase if name == "phase" and state else state

    def _value(self, key: str, cut: datetime | None) -> Any:
        rule = self.mechanism.fields.get(key)
        found = None if rule is None else rule.default
        for step in self.steps:
            if key in step.values and step.entry is None and (cut is None or step.at < cut):
                found = step.values[key]
        return found


def _is(kind: str, found: object, value: object) -> bool:
    if kind == "in":
        return isinstance(value, tuple) and found in value
    if kind not in ("eq", "ne") and found is None:
        return False
    return SIGNS[kind](found, value)


def _dated(day: Any) -> datetime | date:
    return day if isinstance(day, (datetime, date)) else datetime.fromisoformat(str(day))


def _events(where: Predicate) -> list[Predicate]:
    return [part for part in parts_of(where) if part[0] in ("to", "left", "act")]


def _happened(kind: str, what: object, step: _Step) -> bool:
    if kind in ("act", "entry"):
        return what == (step.act if kind == "act" else step.entry)
    assert isinstance(what, tuple)
    came, went = step.to in what, step.came in what
    return came and not went if kind == "to" else went and not came
