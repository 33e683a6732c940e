"""Where a case opened at the desk lies, when it is about an area and its form asks for none."""

from __future__ import annotations

from linli.registry.queries import areas_of_office
from linli.rulebook.deciding.standing import duty_of
from linli.rulebook.mechanism import Mechanism
from linli.staff.desk import Desk
from linli.ui.sheets import asks_for

ABOUT = "area"


def grounds_for(desk: Desk, mechanism: Mechanism, action: str) -> list[tuple[str, str]]:
    """Give (path, name) of the areas to choose from: those that the posts which open such a case cover.

    None where the case is about something else, or its form says where it lies.
    """
    rule = mechanism.actions[action]
    if not rule.start or mechanism.subject != ABOUT or asks_for(rule, mechanism, "area", "place"):
        return []
    codes = {duty_of(mechanism, by.role) for by in rule.by if by.role}
    covered = tuple(area for duty in desk.actor.duties if duty.code in codes for area in duty.areas)
    rows = areas_of_office(on=desk.today)
    return [(row.path, row.name) for row in rows if row.path.startswith(covered)]
