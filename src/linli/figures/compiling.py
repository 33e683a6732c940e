"""The predicate tree as SQL: the same condition gives the value, its breakdown and the list of records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from json import dumps
from typing import Any

from linli.figures.periods import Period
from linli.registry.scope import within_sql
from linli.rulebook.counting import Counted, Predicate
from linli.rulebook.mechanism import Mechanism


@dataclass(frozen=True)
class Clause:
    """SQL text and its parameters."""

    text: str
    parameters: list[Any] = field(default_factory=list)


NUMERIC = ("int", "number", "money")
SIGNS = {"eq": "=", "ne": "IS DISTINCT FROM", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
COLUMNS = {"category": Clause("c.category"), "source": Clause("c.source")}
STEP_KINDS = ("to", "left", "act")
FROM = {
    "step": "casework_step x JOIN casework_case c ON c.id = x.case_id",
    "entry": "casework_entry x JOIN casework_case c ON c.id = x.case_id",
    "case": "casework_case c",
}
MOMENTS = {"step": "x.at", "entry": "x.at", "case": "c.opened_at"}
LATEST = (
    "(SELECT l.to_state FROM casework_step l WHERE l.case_id = c.id AND l.at < %s"
    " ORDER BY l.seq DESC LIMIT 1)"
)


class PredicateUnknown(ValueError):
    """A predicate that the tree does not know: a fault of the program, never of a file."""


def selection(counted: Counted, mechanism: Mechanism, period: Period, place: str) -> Clause:
    """Give `FROM … WHERE …` for one side of a figure, over a half-open period, within an area path."""
    compiler = _Compiler(mechanism, period)
    where = compiler.of(counted.where)
    inside, bounds = within_sql("c.area", [place])
    moment = MOMENTS[counted.entity]
    parts = ["c.mechanism = %s", inside, where.text]
    parameters: list[Any] = [mechanism.mechanism, *bounds, *where.parameters]
    if counted.entity == "case":
        parts.append(f"{moment} < %s")
        parameters.append(period.end)
    else:
        parts.append(f"{moment} >= %s AND {moment} < %s")
        parameters += [period.start, period.end]
    if counted.entity == "step":
        parts.append("x.mechanism = %s")
        parameters.append(mechanism.mechanism)
    if counted.once:
        first = _first_only(_step_part(counted.where), mechanism, period)
        parts.append(first.text)
        parameters += first.parameters
    return Clause(f"{FROM[counted.entity]} WHERE " + " AND ".join(parts), parameters)


def _first_only(where: Predicate, mechanism: Mechanism, period: Period) -> Clause:
    earlier = _Compiler(mechanism, period, step="e").of(where)
    text = (
        "NOT EXISTS (SELECT 1 FROM casework_step e WHERE e.case_id = x.case_id"
        f" AND e.seq < x.seq AND {earlier.text})"
    )
    return Clause(text, earlier.parameters)


def _step_part(where: Predicate) -> Predicate:
    kind, *parts = where
    if kind in STEP_KINDS:
        return where
    steps = [part for part in parts if isinstance(part, tuple) and part and part[0] in STEP_KINDS]
    return ("and", *steps)


class _Compiler:
    """Compiles predicates for one mechanism; `step` is the alias that step predicates speak of."""

    def __init__(self, mechanism: Mechanism, period: Period, step: str = "x") -> None:
        self.mechanism = mechanism
        self.period = period
        self.step = step

    def of(self, where: Predicate) -> Clause:
        """Give the SQL of one predicate."""
        match where:
            case ("and" | "or" as word, *parts):
                clause = self._joined(word, parts)
            case ("not", tuple(part)):
                inner = self.of(part)
                clause = Clause(f"NOT coalesce({inner.text}, false)", inner.parameters)
            case ("to" | "left" as word, tuple(states)):
                clause = self._crossing(word, list(states))
            case ("act", action):
                clause = Clause(f"{self.step}.action = %s", [action])
            case ("entry", entries):
                clause = Clause("x.kind = %s", [entries])
            case ("met" | "breached" as word, str(clock)):
                clause = self._clock(word, clock)
            case (str(sign), str(name), value):
                clause = self._compared(sign, name, value)
            case _:
                raise PredicateUnknown(where)
        return clause

    def _joined(self, kind: str, parts: list[object]) -> Clause:
        clauses = [self.of(part) for part in parts if isinstance(part, tuple)]
        if not clauses:
            return Clause("true")
        text = f" {kind.upper()} ".join(clause.text for clause in clauses)
        return Clause(f"({text})", [value for clause in clauses for value in clause.parameters])

    def _crossing(self, kind: str, states: list[object]) -> Clause:
        here, there = ("to_state", "from_state") if kind == "to" else ("from_state", "to_state")
        step = self.step
        text = (
            f"({step}.from_state <> {step}.to_state"
            f" AND {step}.{here} = ANY(%s) AND NOT {step}.{there} = ANY(%s))"
        )
        return Clause(text, [states, states])

    def _clock(self, kind: str, clock: str) -> Clause:
        ended = "c.clocks -> %s ->> 'ended_at' IS NOT NULL"
        late = "c.clocks -> %s ->> 'breached_at' IS NOT NULL"
        if kind == "breached":
            return Clause(f"({late})", [clock])
        return Clause(f"({ended} AND NOT {late})", [clock, clock])

    def _compared(self, kind: str, name: str, value: object) -> Clause:
        if name == "state":
            return self._state(kind, _listed(value))
        if name == "phase":
            phases = _listed(value)
            states = [key for key, state in self.mechanism.states.items() if state.phase in phases]
            return self._state(kind, states)
        if name in COLUMNS:
            return self._plain(kind, COLUMNS[name], value)
        owner, _, key = name.partition(".")
        if owner == "tracks":
            initial = self.mechanism.tracks[key].initial
            return self._plain(kind, Clause("coalesce(c.tracks ->> %s, %s)", [key, initial]), value)
        return self._field(kind, key, value)

    def _field(self, kind: str, key: str, value: object) -> Clause:
        if value is None:
            sign = "IS NULL" if kind == "eq" else "IS NOT NULL"
            return Clause(f"(c.values ->> %s {sign})", [key])
        if self.mechanism.fields[key].type in NUMERIC:
            return self._plain(kind, Clause("(c.values ->> %s)::numeric", [key]), value)
        if kind == "in":
            given = [dumps(part) for part in _listed(value)]
            return Clause("(c.values -> %s = ANY(%s::jsonb[]))", [key, given])
        return Clause(f"(c.values -> %s {SIGNS[kind]} %s::jsonb)", [key, dumps(value)])

    def _state(self, kind: str, states: Sequence[object]) -> Clause:
        """Say whether the case was in one of the states at the period's end."""
        negated = "NOT " if kind == "ne" else ""
        return Clause(f"({negated}{LATEST} = ANY(%s::text[]))", [self.period.end, list(states)])

    def _plain(self, kind: str, column: Clause, value: object) -> Clause:
        if kind == "in":
            return Clause(f"({column.text} = ANY(%s))", [*column.parameters, _listed(value)])
        return Clause(f"({column.text} {SIGNS[kind]} %s)", [*column.parameters, value])


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, tuple) else [value]
