"""What the office's routing rules say for the questions of a form: filled in where nothing is, with the row that says so."""

from __future__ import annotations

from dataclasses import dataclass, replace

from linli.casework.queries import CaseView
from linli.hints.routing.deciding import Decided, decided
from linli.hints.routing.queries import case_given, table_in_force
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk
from linli.staff.hints.routes import routed_fields
from linli.staff.hints.sheets import sheet_of
from linli.ui.sheets import Sheet


@dataclass(frozen=True)
class Ruled:
    """What a rule says for one question: the body, by which row, and what that row asks for. Not `is_there`: no such body."""

    name: str
    label: Label
    value: str
    body: str
    row: int
    because: tuple[str, ...]
    is_there: bool


def ruled(desk: Desk, sheet: Sheet, view: CaseView) -> list[Ruled]:
    """Give what the rules say for each question of a form that they decide."""
    return [
        _told(desk, sheet, name, found)
        for name in routed_fields(sheet.mechanism)
        if name in sheet.action.fields and (found := _decided(sheet, name, view))
    ]


def prefilled(sheet: Sheet, rules: list[Ruled]) -> Sheet:
    """Give the form with what the rules say, where nothing is answered yet."""
    answers = {one.name: int(one.value) for one in rules if one.is_there}
    return replace(sheet, answers={**answers, **sheet.answers})


def _decided(sheet: Sheet, name: str, view: CaseView) -> Decided | None:
    mechanism = sheet.mechanism
    table = table_in_force(mechanism.mechanism, name)
    return decided(table, case_given(mechanism, view.row.area, view.values)) if table.rows else None


def _told(desk: Desk, sheet: Sheet, name: str, found: Decided) -> Ruled:
    form = sheet_of(desk, sheet.mechanism, name)
    because = tuple(
        f"{heading}：{dict(choices).get(found.given[column], found.given[column])}"
        for column, heading, choices in form.columns
        if found.given.get(column)
    )
    rule = sheet.mechanism.fields[name]
    body = form.bodies.get(found.body, "")
    label = Label(zh=rule.zh, en=rule.en)
    return Ruled(name, label, str(found.body), body, found.row, because, bool(body))
