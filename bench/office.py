"""A small office to measure in: four committees with six cells each, and somebody for every duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bench.reporting import CELLS, COMMITTEES, SIDE, SOUTH, WEST

from linli.casework import definitions
from linli.registry import actions as registry
from linli.registry.actors import actor_of
from linli.registry.gazetteer.drawing import draw_cell
from linli.registry.isolation import office_transaction
from linli.registry.models import Account
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label

FOUNDED = datetime(2025, 12, 1, 1, 0, tzinfo=UTC)
CODE = "310112006"
DUTIES = ("operator", "dispatcher", "handler", "lead", "verifier", "caller", "supervisor")


@dataclass(frozen=True)
class Office:
    """The office's id, the body that handles its cases, and one actor who holds every duty there."""

    id: int
    body: int
    actor: Actor


def small_office(password: str = "") -> Office:
    """Found the office in an empty installation. With a password its founder can log in as 'founder'."""
    founded = registry.found_office(
        office=registry.NewOffice(CODE, "古美路街道办事处", Label(zh="古美", en="Gumei")),
        founder=registry.NewAccount("founder", "创办人", password, "" if password else "!"),
        duties=DUTIES,
        at=FOUNDED,
    )
    with office_transaction(founded.office):
        if not definitions.current_keys():
            definitions.publish(shipped(), office=founded.office)
        by = Actor(founded.office, f"account:{founded.account}")
        for n in range(COMMITTEES):
            _committee(n, by)
        actor = actor_of(Account.objects.get(pk=founded.account), datetime.now(UTC))  # noqa: TID251
    return Office(founded.office, founded.body, actor)


def _committee(nth: int, by: Actor) -> None:
    area = registry.add_area(
        code=f"{CODE}{nth + 1:03d}", stat_name=f"{nth + 1}村居委会", by=by, at=FOUNDED
    )
    west = WEST + SIDE * nth
    for row in range(CELLS):
        south = SOUTH + SIDE * row
        corners = ((west, south), (west + SIDE, south), (west + SIDE, south + SIDE))
        draw_cell(
            code=f"W{nth}{row}",
            area=area,
            outline=(*corners, (west, south + SIDE), corners[0]),
            by=by,
            at=FOUNDED,
            on=date(2015, 1, 1),
        )
