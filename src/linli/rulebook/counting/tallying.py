"""Figures counted over the cases of a story, in plain Python: what a reader of the story would count."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from linli.rulebook.casefile import Casefile, StepDraft
from linli.rulebook.counting import Counted, FigureRefused, Predicate, expand
from linli.rulebook.counting.shares import parts_of
from linli.rulebook.mechanism import Mechanism

COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt,
    "ge": operator.ge,
}  # fmt: skip
HAPPENED = ("to", "left", "act", "entry")
NUMERIC = ("int", "number", "money")


@dataclass(frozen=True)
class Tale:
    """One case as a story told it: its steps, and how it stands at the end."""

    case: Casefile
    steps: tuple[StepDraft, ...]


@dataclass(frozen=True)
class Tally:
    """What a figure comes to: a number, or one over another."""

    num: Fraction
    den: Fraction | None = None

    def __str__(self) -> str:
        return _plain(self.num) if self.den is None else f"{_plain(self.num)}/{_plain(self.den)}"

    @property
    def shows_something(self) -> bool:
        """True unless the value would also come out of a figure that counts nothing, or all."""
        return self.num not in (0, self.den) and self.den != 0


def tally(mechanism: Mechanism, figure: str, tales: Sequence[Tale]) -> Tally:
    """Count a figure over all cases of a story, from first to last step. Raises FigureRefused."""
    tree = expand(mechanism, figure)
    if tree.give is not None:
        raise FigureRefused(
            f"“{figure}”是用时，故事里不数", f"{figure!r} is a duration, which stories do not count"
        )
    num = _counted(mechanism, tree.num[0], tales)
    return Tally(num, None if tree.den is None else _counted(mechanism, tree.den[0], tales))


def _plain(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number.numerator)
    return format((Decimal(number.numerator) / Decimal(number.denominator)).normalize(), "f")


def _counted(mechanism: Mechanism, counted: Counted, tales: Sequence[Tale]) -> Fraction:
    found = [_Reader(mechanism, tale) for tale in tales]
    if counted.entity == "case" and counted.total is not None:
        amounts = (r.field(counted.total) for r in found if r.holds(counted.where, None))
        return sum((Fraction(str(amount)) for amount in amounts if amount is not None), Fraction(0))
    if counted.entity == "case":
        return Fraction(sum(reader.holds(counted.where, None) for reader in found))
    if counted.entity == "entry":
        return sum((reader.summed(counted) for reader in found), Fraction(0))
    if counted.total is not None:
        return sum((reader.added(counted) for reader in found), Fraction(0))
    return Fraction(sum(reader.times(counted) for reader in found))


class _Reader:
    """Reads predicates over one case of a story."""

    def __init__(self, mechanism: Mechanism, tale: Tale) -> None:
        self.mechanism = mechanism
        self.case = tale.case
        self.steps = tale.steps

    def times(self, counted: Counted) -> int:
        """Give how many steps count; with `once` or `distinct`, only whether the first does."""
        steps: Sequence[StepDraft] = self.steps
        if counted.once or counted.distinct:
            kinds = _happenings(counted.where)
            steps = [s for s in steps if all(self.holds(part, s) for part in kinds)][:1]
        return sum(self.holds(counted.where, step) for step in steps)

    def added(self, counted: Counted) -> Fraction:
        """Give the sum of a number over the steps that count: as each wrote it, or as the case has it."""
        name = counted.total or ""
        if not counted.own:
            amounts = [self.field(name)] * self.times(counted)
        else:
            counting = (step for step in self.steps if self.holds(counted.where, step))
            amounts = [step.values.get(name) for step in counting]
        return sum((Fraction(str(amount)) for amount in amounts if amount is not None), Fraction(0))

    def summed(self, counted: Counted) -> Fraction:
        """Give the sum of the amounts of the entries that count."""
        amounts = [
            step.values.get(counted.total or "")
            for step in self.steps
            if step.entry and self.holds(counted.where, step)
        ]
        return sum((Fraction(str(amount)) for amount in amounts if amount is not None), Fraction(0))

    def field(self, name: str) -> Any:
        """Give a value of the case file; None where there is none."""
        return self.case.values.get(name)

    def holds(self, where: Predicate, step: StepDraft | None) -> bool:
        """Say whether a predicate holds of the case at its end, and of one of its steps."""
        kind, *parts = where
        if kind in ("and", "or"):
            held = (self.holds(part, step) for part in parts if isinstance(part, tuple))
            return all(held) if kind == "and" else any(held)
        if kind == "not" and isinstance(parts[0], tuple):
            return not self.holds(parts[0], step)
        if kind == "exists" and isinstance(parts[0], tuple):
            return any(self.holds(parts[0], each) for each in self.steps)
        if kind in HAPPENED:
            return step is not None and _happened(str(kind), parts[0], step)
        if kind in ("met", "breached"):
            return self._clocked(str(kind), str(parts[0]))
        return self._compared(str(kind), str(parts[0]), parts[1], step)

    def _clocked(self, kind: str, clock: str) -> bool:
        reading = self.case.clocks.get(clock)
        if reading is None:
            return False
        return reading.breached_at is not None if kind == "breached" else bool(reading.was_met)

    def _compared(self, kind: str, name: str, value: object, step: StepDraft | None) -> bool:
        found = self._found(name, step)
        if kind == "in":
            return isinstance(value, tuple) and found in value
        if kind not in COMPARED:
            raise FigureRefused(
                f"故事里数不出“{kind}”这种条件",
                f"a story cannot be counted by a condition of the kind {kind!r}",
            )
        if kind not in ("eq", "ne") and found is None:
            return False
        return bool(COMPARED[kind](found, value))

    def _found(self, name: str, step: StepDraft | None) -> object:
        owner, _, key = name.partition(".")
        if owner == "step" and step is not None:
            return self._typed(key, step.values.get(key))
        if owner == "tracks":
            return self.case.tracks.get(key, self.mechanism.tracks[key].initial)
        if owner == "values":
            return self._value(key)
        if name == "phase":
            return self.mechanism.states[self.case.state].phase
        if name == "category":
            return self._value(self.mechanism.shows.category or "")
        return self.case.state if name == "state" else ""

    def _value(self, key: str) -> object:
        return self._typed(key, self.case.values.get(key))

    def _typed(self, key: str, found: object) -> object:
        rule = self.mechanism.fields.get(key)
        numeric = rule is not None and rule.type in NUMERIC
        return Decimal(str(found)) if numeric and found is not None else found


def _happenings(where: Predicate) -> list[Predicate]:
    """Give the parts of a predicate that speak of the step itself."""
    return [part for part in parts_of(where) if part[0] in HAPPENED]


def _happened(kind: str, what: object, step: StepDraft) -> bool:
    if kind in ("act", "entry"):
        return what == (step.action if kind == "act" else step.entry)
    assert isinstance(what, tuple)
    came, went = step.to_state in what, step.from_state in what
    return came and not went if kind == "to" else went and not came
