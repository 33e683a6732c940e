"""Suggestions over the cases that stand ready, and the wants that nobody came for in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from linli.casework.definitions import in_force
from linli.casework.queries import CaseFilters, CaseRow, cases
from linli.casework.queries.standing import Standing, standings
from linli.hints.matching.assigning import assigned
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label
from linli.rulebook.lasting.matching import Matches

MOST = 200
FAR = 1000


@dataclass(frozen=True)
class Side:
    """One case that gives or wants: how often still, until when."""

    row: CaseRow
    alike: str
    often: int
    until: date


@dataclass(frozen=True)
class Suggestion:
    """A want and something given that fit each other, and how often."""

    want: Side
    give: Side
    times: int


@dataclass(frozen=True)
class Board:
    """What is suggested in one mechanism, what is left over, and the wants unmet in time."""

    mechanism: str
    title: Label
    suggestions: tuple[Suggestion, ...]
    left_over: tuple[Side, ...]
    unmet: tuple[CaseRow, ...]


def boards(*, actor: Actor, at: datetime, today: date) -> tuple[Board, ...]:
    """Give a board for each mechanism in force whose cases may be put together, of the cases an actor sees."""
    return tuple(
        _board(key, one.matches, one.title, actor, at, today)
        for key, one in sorted(in_force().items())
        if one.matches is not None
    )


def _board(key: str, rule: Matches, title: Label, actor: Actor, at: datetime, today: date) -> Board:
    filters = (CaseFilters(mechanism=key, state=state) for state in rule.ready)
    rows = [
        row for one in filters for row in cases(actor=actor, filters=one, at=at, size=MOST).rows
    ]
    standing = {one.case: one for one in standings([row.id for row in rows])}
    sides = {
        row.number: side
        for row in rows
        if (side := _side(rule, row, standing[row.id].values, today)) is not None
    }
    wants = {n: one for n, one in sides.items() if _kind(rule, standing, one) in rule.wants}
    gives = {n: one for n, one in sides.items() if _kind(rule, standing, one) in rule.gives}
    found = assigned(
        {n: one.often for n, one in wants.items()},
        {n: one.often for n, one in gives.items()},
        {
            (w, g): _cost(want, give)
            for w, want in wants.items()
            for g, give in gives.items()
            if want.alike == give.alike
        },
    )
    put = tuple(Suggestion(wants[w], gives[g], times) for (w, g), times in found.items())
    met = {one.want.row.number for one in put}
    [(track, state)] = rule.unmet.items()
    unmet = tuple(
        row
        for row in rows
        if standing[row.id].tracks.get(track) == state
        and standing[row.id].values.get(rule.kind) in rule.wants
    )
    return Board(key, title, put, tuple(w for n, w in wants.items() if n not in met), unmet)


def _kind(rule: Matches, standing: Mapping[int, Standing], side: Side) -> object:
    return standing[side.row.id].values.get(rule.kind)


def _side(rule: Matches, row: CaseRow, values: Mapping[str, Any], today: date) -> Side | None:
    until, alike = values.get(rule.until), values.get(rule.alike)
    often = int(values.get(rule.capacity) or 1) - int(values.get(rule.used) or 0)
    if not alike or often < 1 or (until and date.fromisoformat(str(until)) < today):
        return None
    return Side(row, str(alike), often, date.fromisoformat(str(until)) if until else date.max)


def _cost(want: Side, give: Side) -> int:
    """Give what a pair costs: far apart first, then the days by which what is given ends before it is wanted."""
    near = want.row.area.startswith(give.row.area) or give.row.area.startswith(want.row.area)
    short = max(0, (want.until - give.until).days)
    return (0 if near else FAR) + min(short, FAR - 1)
