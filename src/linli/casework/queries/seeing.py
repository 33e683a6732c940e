"""Who sees which cases: by area, by body, as a participant, or as the one who opened them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linli.registry.queries import this_office
from linli.registry.scope import covers, within_sql
from linli.rulebook.casefile import JOINED, Actor, Casefile

Condition = tuple[str, list[Any]]
RECEIPT = "resident:receipt-"


def joined_id(case: int, nth: int) -> str:
    """Give the id of the nth resident who joined a case: it tells them apart and says nothing else."""
    return f"{JOINED}-{case}-{nth}"


def joined_which(actor: str) -> tuple[int, int] | None:
    """Give the case that somebody joined, and as which of those who did; None for others."""
    if not actor.startswith(f"{JOINED}-"):
        return None
    case, _dash, nth = actor.removeprefix(f"{JOINED}-").partition("-")
    return int(case), int(nth)


def sees(actor: Actor, case: int, casefile: Casefile) -> bool:
    """Say whether an actor may see a case. A resident sees what they opened, joined, or hold the receipt of."""
    if actor.id in (casefile.opened_by, f"{RECEIPT}{case}"):
        return True
    if actor.has_joined:
        joined = joined_which(actor.id)
        return joined is not None and joined[0] == case
    bodies = {duty.body for duty in actor.duties if duty.body is not None}
    keys = {actor.id, *map(str, bodies)}
    areas = {area for duty in actor.duties for area in duty.areas}
    return (
        casefile.holder in bodies
        or any(member.key in keys for member in casefile.members)
        or any(casefile.area.startswith(area) for area in areas)
    )


def seen_by(actor: Actor) -> Condition:
    """Give the same as a condition on casework_case c.

    Whoever has a post for the whole office sees every case by its area: nothing else is asked then.
    """
    bodies = sorted({duty.body for duty in actor.duties if duty.body is not None})
    areas = [area for duty in actor.duties for area in duty.areas]
    text, values = within_sql("c.area", areas)
    if areas and covers(areas, this_office().path):
        return text, [*values]
    conditions = [text, "c.opened_by = %s"]
    given: list[Any] = [*values, actor.id]
    if bodies:
        conditions.append("c.holder_id = ANY(%s::bigint[])")
        given.append(bodies)
    conditions.append(
        "EXISTS (SELECT FROM casework_participant p"
        " WHERE p.case_id = c.id AND p.key = ANY(%s::text[]))"
    )
    given.append([actor.id, *map(str, bodies)])
    return f"({' OR '.join(conditions)})", given


def awaits(actor: Actor) -> Condition:
    """Give the condition on casework_inboxrow i that a row waits for this actor."""
    conditions = ["i.person = %s"]
    values: list[Any] = [actor.id]
    for duty in actor.duties:
        reach, given = _reach(duty.body, duty.areas)
        conditions.append(f"(i.duty = %s AND {reach})")
        values += [duty.code, *given]
    return f"(({' OR '.join(conditions)}) AND %s <> ALL(i.barred))", [*values, actor.id]


def _reach(body: int | None, areas: Iterable[str]) -> Condition:
    inside, values = within_sql("i.area", areas)
    reach = f"i.scope IN ('office', 'district') OR (i.scope = 'area' AND {inside})"
    return f"({reach} OR i.body = %s)", [*values, body]
