"""Questions about work lists: those of one's own, and those that colleagues share."""

from __future__ import annotations

from dataclasses import dataclass

from linli.registry.asking.statements import Statement, array
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

MINE_AND_SHARED = Statement("""
    SELECT w.id, w.name, w.query, w.owner = $2, w.body, b.name_zh, b.name_en
    FROM casework_worklist w LEFT JOIN registry_body b ON b.id = w.body
    WHERE w.office_id = $1 AND (w.owner = $2 OR w.body = ANY($3::bigint[]))
    ORDER BY w.owner <> $2, w.name, w.id
""")


@dataclass(frozen=True)
class KeptList:
    """A work list: its name and filter, whether it is one's own, and the body it is shared with."""

    id: int
    name: str
    query: str
    is_mine: bool
    body: int | None
    body_name: Label | None


def work_lists(actor: Actor) -> tuple[KeptList, ...]:
    """Give the work lists an actor may use, their own first. One statement."""
    bodies = sorted({str(duty.body) for duty in actor.duties if duty.body is not None})
    return tuple(
        KeptList(number, name, query, is_mine, body, Label(zh=zh, en=en) if zh else None)
        for number, name, query, is_mine, body, zh, en in MINE_AND_SHARED.rows(
            current_office(), actor.id, array(bodies)
        )
    )
