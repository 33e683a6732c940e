"""Projects that a fund pays for, whatever their mechanism: stage, progress, budget against what was paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection

from linli.budget.queries import Balance, balances_of
from linli.casework.definitions import in_force
from linli.casework.queries import CaseFilters, CaseRow, Page, Sought, cases, published_cases
from linli.casework.queries.public.published import published_count
from linli.casework.queries.seeing import seen_by
from linli.casework.queries.standing import standings
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand

SIZE = 50
EVERY = Label(zh="全部", en="All")
TOTALS = """
    SELECT a.kind, sum(a.balance) FROM budget_fundaccount a JOIN casework_case c ON c.id = a.project_id
    WHERE a.office_id = %s AND c.mechanism = %s AND a.kind NOT IN ('source', 'free') AND {}
    GROUP BY a.kind
"""


@dataclass(frozen=True)
class Progress:
    """What was reached, and of how much."""

    reached: int
    whole: int

    @property
    def percent(self) -> int:
        """Give the full per cent reached."""
        return min(100, self.reached * 100 // self.whole)


@dataclass(frozen=True)
class ProjectLine:
    """One project: the case, how far it is, and its money."""

    row: CaseRow
    progress: Progress | None
    money: Balance


@dataclass(frozen=True)
class Totals:
    """The money of all projects of one kind, in yuan."""

    granted: Decimal
    committed: Decimal
    paid: Decimal

    @property
    def execution(self) -> Fraction | None:
        """Give the share of what was granted that is paid; nothing where nothing was granted."""
        return Fraction(self.paid) / Fraction(self.granted) if self.granted else None


def paid_for(*, publicly: bool = False) -> dict[str, Mechanism]:
    """Give the mechanisms in force whose cases are paid from a fund they name; `publicly` those shown to all."""
    return {
        key: one
        for key, one in in_force().items()
        if any(kind.posts and kind.posts.fund != "self" for kind in one.entries.values())
        and (one.shows.resident or not publicly)
    }


def first_of(kinds: Mapping[str, Mechanism]) -> str:
    """Give the mechanism shown first: one that says how far its cases are, else the first by key."""
    return min(kinds, key=lambda key: (not kinds[key].shows.progress, key), default="")


@dataclass(frozen=True)
class Way:
    """A way to some of the projects: its words, the query it asks, and whether it is taken now."""

    label: Label
    href: str
    is_here: bool


def kinds_of(kinds: Mapping[str, Mechanism], chosen: str) -> tuple[Way, ...]:
    """Give the ways to each kind of project."""
    return tuple(
        Way(one.title, f"?mechanism={key}", is_here=key == chosen) for key, one in kinds.items()
    )


def classes_of(mechanism: Mechanism, chosen: str) -> tuple[Way, ...]:
    """Give the ways to all projects of a mechanism and to each class by which they are told apart."""
    field = mechanism.fields.get(mechanism.shows.category or "")
    if field is None:
        return ()
    listed = field.own_codes if isinstance(field.codes, list) else at_hand().codes[str(field.codes)]
    words = {"": EVERY, **{key: Label(zh=one.zh, en=one.en) for key, one in listed.codes.items()}}
    address = f"?mechanism={mechanism.mechanism}&class="
    return tuple(Way(label, address + key, is_here=key == chosen) for key, label in words.items())


def projects(
    *, actor: Actor, mechanism: str, category: str, at: datetime, page: int
) -> Page[ProjectLine]:
    """Give a page of the projects of one mechanism that an actor sees, newest first."""
    filters = CaseFilters(mechanism=mechanism, category=category or None)
    found = cases(actor=actor, filters=filters, at=at, page=page, size=SIZE)
    values = {one.case: one.values for one in standings([row.id for row in found.rows])}
    lines = _lines(found.rows, values)
    return Page(lines, found.total, found.page, found.pages)


def public_projects(*, mechanism: str, at: datetime, page: int) -> Page[ProjectLine]:
    """Give a page of the projects of one mechanism as everybody may see them, newest first."""
    sought = Sought({(mechanism, start) for start in in_force()[mechanism].starts()})
    total = published_count(sought)
    pages = max(1, -(-total // SIZE))
    page = min(max(1, page), pages)
    found = published_cases(sought, at=at, most=SIZE, skip=(page - 1) * SIZE)
    lines = _lines([one.row for one in found], {one.row.id: one.values for one in found})
    return Page(lines, total, page, pages)


def totals(*, mechanism: str, actor: Actor | None = None) -> Totals:
    """Give the money of all projects of one mechanism: of those an actor sees, or of all."""
    condition, values = seen_by(actor) if actor else ("true", [])
    with connection.cursor() as cursor:
        cursor.execute(TOTALS.format(condition), [current_office(), mechanism, *values])
        sums = {kind: Decimal(amount) for kind, amount in cursor.fetchall()}
    nothing = Decimal("0.00")
    return Totals(
        sum(sums.values(), nothing), sums.get("committed", nothing), sums.get("paid", nothing)
    )


def _lines(
    rows: Sequence[CaseRow], values: Mapping[int, Mapping[str, Any]]
) -> tuple[ProjectLine, ...]:
    money = balances_of([row.id for row in rows])
    return tuple(
        ProjectLine(row, _progress(row, values.get(row.id, {})), money[row.id]) for row in rows
    )


def _progress(row: CaseRow, values: Mapping[str, Any]) -> Progress | None:
    named = in_force()[row.mechanism].shows.progress
    if not named:
        return None
    reached, whole = (int(values.get(name) or 0) for name in named)
    return Progress(reached, whole) if whole else None
