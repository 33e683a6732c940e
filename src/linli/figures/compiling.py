"""The predicate tree as SQL: the same condition gives the value, its breakdown and the list of records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from json import dumps
from typing import Any

from linli.figures.periods import Period
from linli.registry.queries import this_office
from linli.registry.scope import within_sql
from linli.rulebook.counting import Counted, Predicate
from linli.rulebook.counting.shares import parts_of
from linli.rulebook.labels import KEY
from linli.rulebook.mechanism import NAME, Mechanism


@dataclass(frozen=True)
class Clause:
    """SQL text and its parameters."""

    text: str
    parameters: list[Any] = field(default_factory=list)


NAMED, KEYED = re.compile(NAME), re.compile(KEY)
NUMERIC = ("int", "number", "money")
SIGNS = {"eq": "=", "ne": "IS DISTINCT FROM", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
COLUMNS = {"category": Clause("c.category"), "source": Clause("c.source")}
EVERYWHERE = "/"
STEP_KINDS = ("to", "left", "act")
FROM = {
    "step": "casework_step x JOIN casework_case c ON c.id = x.case_id",
    "entry": "casework_entry x JOIN casework_case c ON c.id = x.case_id",
    "case": "casework_case c",
}
MOMENTS = {"happened": "x.at", "opened": "c.opened_at", "closed": "c.closed_at"}
LATEST = (
    "(SELECT l.to_state FROM casework_step l WHERE l.case_id = c.id AND l.at < %s"
    " ORDER BY l.seq DESC LIMIT 1)"
)
LATEST_VALUE = (
    "coalesce((SELECT l.values -> %s FROM casework_step l WHERE l.case_id = c.id AND l.at < %s"
    " AND l.values ? %s ORDER BY l.seq DESC LIMIT 1), %s::jsonb)"
)
LATEST_TRACK = (
    "(SELECT l.tracks ->> %s FROM casework_step l WHERE l.case_id = c.id AND l.at < %s"
    " ORDER BY l.seq DESC LIMIT 1)"
)


class PredicateUnknown(ValueError):
    """A predicate that the tree does not know: a fault of the program, never of a file."""


@dataclass(frozen=True)
class Frame:
    """What a figure is read over: a half-open period, an area path, and as of when (None: as things stand)."""

    period: Period
    place: str
    as_of: datetime | None = None

    @property
    def end(self) -> datetime:
        """Give the first moment that no longer counts."""
        return self.period.end if self.as_of is None else min(self.period.end, self.as_of)

    def cuts(self, counted: Counted) -> tuple[datetime | None, datetime | None]:
        """Give as of when states, and as of when fields, tracks and clocks are read; None is now."""
        match counted.asof:
            case "event":
                return self.end, self.as_of
            case "period_end":
                return self.end, self.end
            case _:
                return self.as_of, self.as_of


def selection(counted: Counted, mechanism: Mechanism, frame: Frame) -> Clause:
    """Give `FROM … WHERE …` for one part of a side of a figure, over what the frame says."""
    compiler = Compiler(mechanism, *frame.cuts(counted))
    clauses = [
        Clause("c.mechanism = %s", [mechanism.mechanism]),
        *_inside(frame.place),
        compiler.of(counted.where),
        _within(counted, frame),
    ]
    if counted.entity == "step":
        clauses.append(Clause("x.mechanism = %s", [mechanism.mechanism]))
    if counted.once or counted.distinct:
        since = frame.period.start if counted.distinct else None
        clauses.append(_first_only(_step_part(counted.where), compiler, since))
    if counted.span is not None:
        began = began_at(counted, compiler)
        clauses.append(Clause(f"{began.text} IS NOT NULL", began.parameters))
    joined = " AND ".join(clause.text for clause in clauses)
    parameters = [value for clause in clauses for value in clause.parameters]
    chosen = Clause(f"{FROM[counted.entity]} WHERE {joined}", parameters)
    return _last_only(counted, chosen, frame) if counted.last else chosen


def _inside(place: str) -> list[Clause]:
    """Give the bound of a place. Row-level security bounds a whole office: said twice, PostgreSQL counts on almost no rows."""
    if place == EVERYWHERE or place == this_office().path:
        return []
    text, bounds = within_sql("c.area", [place])
    return [Clause(text, list(bounds))]


def _last_only(counted: Counted, chosen: Clause, frame: Frame) -> Clause:
    """Narrow to the last case of each area, if it has not expired by the end."""
    moment = moment_of(counted)
    last = (
        f"casework_case c WHERE c.id IN (SELECT DISTINCT ON (c.area) c.id FROM {chosen.text}"
        f" ORDER BY c.area, {moment.text} DESC, c.id DESC)"
    )
    parameters = [*chosen.parameters, *moment.parameters]
    if counted.expires is None:
        return Clause(last, parameters)
    day = _day_of(counted, counted.expires)
    last_day = frame.end - timedelta(days=1)
    return Clause(f"{last} AND {day.text} >= %s", [*parameters, *day.parameters, last_day])


def _day_of(counted: Counted, field_name: str) -> Clause:
    """Give a date field as a moment; CASE keeps fields of that name in other mechanisms from being read as dates."""
    day = "(c.values ->> %s)::timestamp AT TIME ZONE 'Asia/Shanghai'"
    text = f"(CASE WHEN c.mechanism = %s THEN {day} END)"
    return Clause(text, [counted.mechanism, field_name])


def summed(counted: Counted) -> str:
    """Give how many records there are, or the sum of their amounts, as SQL."""
    return "count(*)" if counted.total is None else f"coalesce(sum({amount_of(counted)}), 0.00)"


def amount_of(counted: Counted) -> str:
    """Give the amount of a record: a name of the mechanism's own, which holds letters and digits only."""
    if counted.entity == "entry":
        return "x.amount"
    if counted.total is None:
        return "NULL"
    assert NAMED.fullmatch(counted.total)
    assert KEYED.fullmatch(counted.mechanism)
    # CASE keeps a field of that name in other mechanisms, which may be no number, from being read as one.
    number = f"(c.values ->> '{counted.total}')::numeric"
    if counted.own:
        number = f"(x.values ->> '{counted.total}')::numeric"
    return f"(CASE WHEN c.mechanism = '{counted.mechanism}' THEN {number} END)"


def moment_of(counted: Counted) -> Clause:
    """Give the moment that puts a record into a period: the figure's basis."""
    if counted.basis == "period_end":
        return Clause("c.opened_at")
    if counted.basis in MOMENTS:
        return Clause(MOMENTS[counted.basis])
    return _day_of(counted, counted.basis.removeprefix("values."))


def began_at(counted: Counted, compiler: Compiler) -> Clause:
    """Give the moment a span is measured from: the first such step, or, where each counts, the last before."""
    assert counted.span is not None
    since = compiler.aliased("b").of(counted.span.since)
    order = "ASC" if counted.once else "DESC"
    text = (
        f"(SELECT b.at FROM casework_step b WHERE b.case_id = c.id AND b.seq <= x.seq AND {since.text}"
        f" ORDER BY b.seq {order} LIMIT 1)"
    )
    return Clause(text, since.parameters)


def took(counted: Counted, mechanism: Mechanism) -> Clause:
    """Give how many full units a record took."""
    assert counted.span is not None
    began = began_at(counted, Compiler(mechanism, None, None))
    text = f"floor(extract(epoch FROM x.at - {began.text}) / %s)::bigint"
    return Clause(text, [*began.parameters, counted.span.unit])


def _within(counted: Counted, frame: Frame) -> Clause:
    moment = moment_of(counted)
    if counted.basis == "period_end":
        return Clause(f"{moment.text} < %s", [frame.end])
    text = f"{moment.text} >= %s AND {moment.text} < %s"
    given = moment.parameters
    end = frame.period.end if counted.basis.startswith("values.") else frame.end
    within = Clause(text, [*given, frame.period.start, *given, end])
    if counted.last:
        within = Clause(f"{moment.text} < %s", [*given, end])
    if counted.entity == "case" and frame.as_of is not None:
        return Clause(f"{within.text} AND c.opened_at < %s", [*within.parameters, frame.as_of])
    return within


def _first_only(where: Predicate, compiler: Compiler, since: datetime | None) -> Clause:
    """Say that no such step of the case came before, ever or since a moment."""
    earlier = compiler.aliased("e").of(where)
    bound = "" if since is None else " AND e.at >= %s"
    text = (
        "NOT EXISTS (SELECT 1 FROM casework_step e WHERE e.case_id = x.case_id"
        f" AND e.seq < x.seq AND {earlier.text}{bound})"
    )
    return Clause(text, [*earlier.parameters, *([] if since is None else [since])])


def _step_part(where: Predicate) -> Predicate:
    """Give what a predicate says of the step itself."""
    steps = [part for part in parts_of(where) if part[0] in STEP_KINDS]
    return steps[0] if len(steps) == 1 == len(parts_of(where)) else ("and", *steps)


class Compiler:
    """Compiles predicates for one mechanism; `step` is the alias that step predicates speak of.

    States are read as of `state_cut`, all else as of `cut`; None is as the case stands.
    """

    def __init__(
        self,
        mechanism: Mechanism,
        state_cut: datetime | None,
        cut: datetime | None,
        step: str = "x",
    ) -> None:
        self.mechanism = mechanism
        self.state_cut = state_cut
        self.cut = cut
        self.step = step

    def aliased(self, step: str) -> Compiler:
        """Give the same compiler for predicates of another step."""
        return Compiler(self.mechanism, self.state_cut, self.cut, step)

    def of(self, where: Predicate) -> Clause:
        """Give the SQL of one predicate."""
        match where:
            case ("and" | "or" as word, *parts):
                clause = self._joined(word, parts)
            case ("not" | "exists" as word, tuple(part)):
                clause = self._denied(part) if word == "not" else self._exists(part)
            case ("to" | "left" as word, tuple(states)):
                clause = self._crossing(word, list(states))
            case ("act", action):
                clause = Clause(f"{self.step}.action = %s", [action])
            case ("entry", entries):
                clause = Clause(f"{self.step}.kind = %s", [entries])
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
            return Clause("true" if kind == "and" else "false")
        text = f" {kind.upper()} ".join(clause.text for clause in clauses)
        return Clause(f"({text})", [value for clause in clauses for value in clause.parameters])

    def _crossing(self, kind: str, states: list[object]) -> Clause:
        here, there = ("to_state", "from_state") if kind == "to" else ("from_state", "to_state")
        step = self.step
        if len(states) == 1:  # as the partial indexes have it, which then answer alone
            return Clause(f"({step}.from_state <> {step}.to_state AND {step}.{here} = %s)", states)
        text = (
            f"({step}.from_state <> {step}.to_state"
            f" AND {step}.{here} = ANY(%s) AND NOT {step}.{there} = ANY(%s))"
        )
        return Clause(text, [states, states])

    def _denied(self, where: Predicate) -> Clause:
        inner = self.of(where)
        return Clause(f"NOT coalesce({inner.text}, false)", inner.parameters)

    def _exists(self, where: Predicate) -> Clause:
        """Say that the case had, up to the cut, a step or an entry of which a predicate holds."""
        table = "casework_entry" if _names_entry(where) else "casework_step"
        inner = self.aliased(f"{self.step}h").of(where)
        alias, bound = f"{self.step}h", "" if self.cut is None else f" AND {self.step}h.at < %s"
        text = f"EXISTS (SELECT 1 FROM {table} {alias} WHERE {alias}.case_id = c.id AND {inner.text}{bound})"
        return Clause(text, [*inner.parameters, *([] if self.cut is None else [self.cut])])

    def _clock(self, kind: str, clock: str) -> Clause:
        ended, late = self._reached(clock, "ended_at"), self._reached(clock, "breached_at")
        if kind == "breached":
            return late
        text = f"({ended.text} AND NOT coalesce({late.text}, false))"
        return Clause(text, [*ended.parameters, *late.parameters])

    def _reached(self, clock: str, moment: str) -> Clause:
        """Say that a moment of a clock is there, and came before the cut."""
        if self.cut is None:
            return Clause(f"(c.clocks -> %s ->> '{moment}' IS NOT NULL)", [clock])
        return Clause(
            f"coalesce((c.clocks -> %s ->> '{moment}')::timestamptz < %s, false)",
            [clock, self.cut],
        )

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
            return self._plain(kind, self._track(key), value)
        own = Clause(f"({self.step}.values -> %s)", [key])
        return self._field(kind, own if owner == "step" else self._value(key), key, value)

    def _track(self, key: str) -> Clause:
        initial = self.mechanism.tracks[key].initial
        if self.cut is None:
            return Clause("coalesce(c.tracks ->> %s, %s)", [key, initial])
        return Clause(f"coalesce({LATEST_TRACK}, %s)", [key, self.cut, initial])

    def _value(self, key: str) -> Clause:
        """Give a field as JSON: as the case holds it, or as the journal had it at the cut."""
        if self.cut is None:
            return Clause("(c.values -> %s)", [key])
        default = self.mechanism.fields[key].default
        filled = None if default is None else dumps(default)
        return Clause(LATEST_VALUE, [key, self.cut, key, filled])

    def _field(self, kind: str, found: Clause, key: str, value: object) -> Clause:
        if value is None:
            sign = "IS NULL" if kind == "eq" else "IS NOT NULL"
            return Clause(f"(({found.text} #>> '{{}}') {sign})", found.parameters)
        if self.mechanism.fields[key].type in NUMERIC:
            number = Clause(f"({found.text} #>> '{{}}')::numeric", found.parameters)
            return self._plain(kind, number, value)
        if kind == "in":
            given = [dumps(part) for part in _listed(value)]
            return Clause(f"({found.text} = ANY(%s::jsonb[]))", [*found.parameters, given])
        return Clause(f"({found.text} {SIGNS[kind]} %s::jsonb)", [*found.parameters, dumps(value)])

    def _state(self, kind: str, states: Sequence[object]) -> Clause:
        """Say whether the case was in one of the states at the cut, or is in one now."""
        negated = "NOT " if kind == "ne" else ""
        if self.state_cut is None:
            return Clause(f"({negated}c.state = ANY(%s::text[]))", [list(states)])
        return Clause(f"({negated}{LATEST} = ANY(%s::text[]))", [self.state_cut, list(states)])

    def _plain(self, kind: str, column: Clause, value: object) -> Clause:
        if kind == "in":
            return Clause(f"({column.text} = ANY(%s))", [*column.parameters, _listed(value)])
        return Clause(f"({column.text} {SIGNS[kind]} %s)", [*column.parameters, value])


def _names_entry(where: Predicate) -> bool:
    kind, *parts = where
    return kind == "entry" or any(_names_entry(part) for part in parts if isinstance(part, tuple))


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, tuple) else [value]
