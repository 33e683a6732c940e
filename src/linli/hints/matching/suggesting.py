"""Suggestions over the wants that stand ready and what is given, and the wants that nobody came for in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from linli.casework.definitions import in_force
from linli.casework.journal.families.taking import Taking, in_period, most_of, takings
from linli.casework.queries import CaseFilters, CaseRow, cases
from linli.casework.queries.standing import Standing, standings
from linli.hints.matching.assigning import assigned
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label
from linli.rulebook.lasting.matching import Matches, Takes
from linli.rulebook.mechanism import Mechanism

MOST = 200
FAR = 1000


@dataclass(frozen=True)
class Side:
    """One case that gives or wants: how often in all, how often still, until when."""

    row: CaseRow
    alike: str
    most: int
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
    """What is suggested in one mechanism, what is left over on both sides, and the wants unmet in time."""

    mechanism: str
    title: Label
    suggestions: tuple[Suggestion, ...]
    left_over: tuple[Side, ...]
    given: tuple[Side, ...]
    unmet: tuple[CaseRow, ...]


@dataclass(frozen=True)
class _Asked:
    """Who asks, and for when."""

    actor: Actor
    at: datetime
    today: date


def boards(*, actor: Actor, at: datetime, today: date) -> tuple[Board, ...]:
    """Give a board for each mechanism in force whose cases may be put together, of the cases an actor sees."""
    asked, shelf = _Asked(actor, at, today), in_force()
    return tuple(
        _board(shelf, one, one.matches, asked)
        for _, one in sorted(shelf.items())
        if one.matches is not None
    )


def _board(shelf: Mapping[str, Mechanism], m: Mechanism, rule: Matches, asked: _Asked) -> Board:
    [(key, field)] = rule.claims.items()
    claims = shelf[key]
    takes, register = claims.takes[field], claims.fields[field].of or ""
    rows, standing = _standing(m.mechanism, rule.ready, asked)
    entries, there = _standing(register, takes.ready, asked)
    taken = takings(claims, field, [one.number for one in there.values()])
    found = _found(taken)
    wants = _sides(
        rows,
        lambda row: _want(rule, row, standing[row.id].values, found[row.id], asked.today),
    )
    gives = _sides(entries, lambda row: _give(rule, takes, row, there[row.id], taken, asked.today))
    put = _put(wants, gives)
    met = {one.want.row.number for one in put}
    [(track, state)] = rule.unmet.items()
    unmet = tuple(row for row in rows if standing[row.id].tracks.get(track) == state)
    left = tuple(w for n, w in wants.items() if n not in met)
    return Board(m.mechanism, m.title, put, left, tuple(gives.values()), unmet)


def _standing(
    mechanism: str, states: Sequence[str], asked: _Asked
) -> tuple[list[CaseRow], dict[int, Standing]]:
    filters = (CaseFilters(mechanism=mechanism, state=state) for state in states)
    rows = [
        row
        for one in filters
        for row in cases(actor=asked.actor, filters=one, at=asked.at, size=MOST).rows
    ]
    return rows, {one.case: one for one in standings([row.id for row in rows])}


def _found(taken: Sequence[Taking]) -> Mapping[int, Decimal]:
    """Give how often each want was found something, by the claims it opened."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for one in taken:
        found[one.parent or one.case] += one.amount
    return found


def _sides(rows: Sequence[CaseRow], side: Any) -> dict[str, Side]:
    return {row.number: one for row in rows if (one := side(row)) is not None}


def _want(
    rule: Matches, row: CaseRow, values: Mapping[str, Any], found: Decimal, today: date
) -> Side | None:
    most = int(values.get(rule.wanted) or 1)
    return _side(row, values.get(rule.alike), most, most - int(found), values.get(rule.until), today)  # fmt: skip


def _give(
    rule: Matches, takes: Takes, row: CaseRow, entry: Standing, taken: Sequence[Taking], today: date
) -> Side | None:
    own = [one for one in taken if one.entry == entry.number]
    most = int(most_of(takes, entry.values))
    left = most - int(in_period(takes, entry.values, own, today))
    until = entry.values.get(takes.until) if takes.until else None
    return _side(row, entry.values.get(rule.alike), most, left, until, today)


def _side(row: CaseRow, alike: Any, most: int, often: int, until: Any, today: date) -> Side | None:
    last = date.fromisoformat(str(until)) if until else date.max
    if not alike or often < 1 or last < today:
        return None
    return Side(row, str(alike), most, often, last)


def _put(wants: Mapping[str, Side], gives: Mapping[str, Side]) -> tuple[Suggestion, ...]:
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
    return tuple(Suggestion(wants[w], gives[g], times) for (w, g), times in found.items())


def _cost(want: Side, give: Side) -> int:
    """Give what a pair costs: far apart first, then the days by which what is given ends before it is wanted."""
    near = want.row.area.startswith(give.row.area) or give.row.area.startswith(want.row.area)
    short = max(0, (want.until - give.until).days)
    return (0 if near else FAR) + min(short, FAR - 1)
