"""What cases take of entries of which there is only so much: no more than there is, whoever comes at the same time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from linli.casework.journal.runs import Run
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Casefile, Fault, StepRefused
from linli.rulebook.lasting.matching import Takes
from linli.rulebook.mechanism import Label, Mechanism

MONTHS_OF_A_QUARTER = 3
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(20115, hashtext(%s))"
ENTRY = """
    SELECT c.state, c.holder_id, c.values FROM casework_case c WHERE c.office_id = %s AND c.number = %s
"""
TAKEN = """
    SELECT c.id, c.parent_id, c.values FROM casework_case c
    WHERE c.office_id = %s AND c.mechanism = %s AND c.state = ANY(%s::text[]) AND c.values ->> %s = ANY(%s::text[])
"""


@dataclass(frozen=True)
class Taking:
    """How much one case takes of an entry, and on which day; `parent` is the case that opened it."""

    case: int
    parent: int | None
    entry: str
    amount: Decimal
    on: date | None


def check_takings(run: Run) -> None:
    """Refuse what takes more of an entry than is left, or what cannot be taken of it. Raises StepRefused.

    Whoever takes waits for others taking of the same entry. A case that takes no more than it did is not asked again.
    """
    m = run.mechanism
    wanted = [
        (field, rule, new)
        for field, rule in m.takes.items()
        if (new := _taking(m, field, rule, run.held.id, run.file))
        and new != _taking(m, field, rule, run.held.id, run.held.casefile)
    ]
    for field, rule, new in sorted(wanted, key=lambda asked: asked[2].entry):
        _check(run, field, rule, new)


def takings(mechanism: Mechanism, field: str, entries: Collection[str]) -> tuple[Taking, ...]:
    """Give what the cases of a mechanism take now of entries, by the field that names them. One statement."""
    rule = mechanism.takes[field]
    states = mechanism.states_named(rule.in_)
    office, key = current_office(), mechanism.mechanism
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, [office, key, states, field, sorted(entries)])
        found = cursor.fetchall()
    return tuple(
        _of(field, rule, case, parent, json.loads(values)) for case, parent, values in found
    )


def most_of(rule: Takes, entry: Mapping[str, Any]) -> Decimal:
    """Give how much there is of an entry in each period."""
    return Decimal(str(entry.get(rule.most) or 0))


def in_period(
    rule: Takes, entry: Mapping[str, Any], takings: Collection[Taking], day: date | None
) -> Decimal:
    """Give how much is taken of an entry in the period of a day."""
    per = str(entry.get(rule.per)) if rule.per else "once"
    wanted = _period(per, day)
    return sum((one.amount for one in takings if _period(per, one.on) == wanted), Decimal(0))


def _taking(
    m: Mechanism, field: str, rule: Takes, case: int, file: Casefile | None
) -> Taking | None:
    if file is None or file.state not in m.states_named(rule.in_) or not file.values.get(field):
        return None
    return _of(field, rule, case, None, file.values)


def _of(
    field: str, rule: Takes, case: int, parent: int | None, values: Mapping[str, Any]
) -> Taking:
    amount = Decimal(str(values.get(rule.amount) or 0)) if rule.amount else Decimal(1)
    on = values.get(rule.on) if rule.on else None
    day = date.fromisoformat(str(on)) if on else None
    return Taking(case, parent, str(values[field]), amount, day)


def _check(run: Run, field: str, rule: Takes, new: Taking) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [f"{run.held.office}/{new.entry}"])
        cursor.execute(ENTRY, [run.held.office, new.entry])
        state, holder, text = cursor.fetchone()
    entry = json.loads(text)
    for message in _unfit(run, rule, new, state, holder, entry):
        raise StepRefused("taken", message, [Fault(field, message)])
    others = [one for one in takings(run.mechanism, field, [new.entry]) if one.case != run.held.id]
    left = most_of(rule, entry) - in_period(rule, entry, others, new.on)
    if new.amount > left:
        message = Label(
            zh=f"“{new.entry}”只剩 {max(left, Decimal(0))}，这次要 {new.amount}。",
            en=f"{new.entry} has {max(left, Decimal(0))} left; this asks for {new.amount}.",
        )
        raise StepRefused("taken", message, [Fault(field, message)])


def _unfit(
    run: Run, rule: Takes, new: Taking, state: str, holder: int | None, entry: Mapping[str, Any]
) -> Iterator[Label]:
    if state not in rule.ready:
        yield Label(zh=f"“{new.entry}”现在不能取用。", en=f"{new.entry} is not to be taken now.")
    if rule.same_holder and holder != run.file.holder:
        yield Label(zh=f"“{new.entry}”不是这个单位的。", en=f"{new.entry} is another body's.")
    until = entry.get(rule.until) if rule.until else None
    if until and new.on and new.on > date.fromisoformat(str(until)):
        yield Label(zh=f"“{new.entry}”到 {until} 为止。", en=f"{new.entry} ends on {until}.")


def _period(per: str, day: date | None) -> tuple[int, ...]:
    if day is None or per == "once":
        return ()
    if per == "week":
        return day.isocalendar()[:2]
    part = {"month": day.month, "quarter": (day.month - 1) // MONTHS_OF_A_QUARTER}
    return (day.year, part[per]) if per in part else (day.year,)
