"""A routing table as a form: a line of choices for each row and each test case, a few empty ones at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from linli.hints.routing.deciding import AREA, Failure, Row, Table, Trial, columns_of
from linli.hints.routing.queries import DryRun
from linli.registry.queries import areas_of_office, bodies
from linli.rulebook.forms import code_list
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.ownbook import at_hand
from linli.staff.desk import Desk

EMPTY_LINES = 3
MOST_LINES = 200
MOST_SHOWN = 50
FIRST = 10

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Box:
    """One choice of a line: its name in the form, its heading, what may be chosen, what is."""

    name: str
    heading: str
    choices: Choices
    chosen: str


@dataclass(frozen=True)
class Line:
    """One line of the form: its place, its choices, and the body chosen."""

    nth: int
    order: int
    order_name: str
    boxes: tuple[Box, ...]
    body: Box


@dataclass(frozen=True)
class Sent:
    """A case that went elsewhere than the table would have sent it, in words."""

    number: str
    row: int
    decided: str
    went: str


@dataclass(frozen=True)
class RouteSheet:
    """The form of one routing table. `columns` are (name, heading, choices)."""

    mechanism: Mechanism
    field: str
    columns: Sequence[tuple[str, str, Choices]]
    bodies: Mapping[int, str]
    table: Table

    @property
    def rows(self) -> list[Line]:
        """Give the rows as lines, and empty ones to add to."""
        given = [(row.given, row.body) for row in self.table.rows]
        return self._lines("r", given, _("分派到"))

    @property
    def trials(self) -> list[Line]:
        """Give the test cases as lines, and empty ones to add to."""
        given = [(one.given, one.wanted) for one in self.table.trials]
        return self._lines("t", given, _("应分派到"))

    def told(self, post: QueryDict) -> RouteSheet:
        """Give the sheet with what was posted: rows without a body are left out, the rest in the order named."""
        rows = [Row(given, body) for given, body in self._read(post, "r") if body]
        trials = [
            Trial(given, body) for given, body in self._read(post, "t") if any(given.values())
        ]
        return replace(self, table=Table(tuple(rows), tuple(trials)))

    def _read(self, post: QueryDict, letter: str) -> list[tuple[dict[str, str], int]]:
        found = []
        for nth in range(1, MOST_LINES):
            if f"{letter}{nth}.body" not in post:
                break
            given = {
                name: chosen
                for name, _heading, choices in self.columns
                if (chosen := post.get(f"{letter}{nth}.{name}", ""))
                in {code for code, _label in choices}
                and chosen
            }
            body, order = post.get(f"{letter}{nth}.body", ""), post.get(f"{letter}{nth}.order", "")
            place = int(order) if order.isdecimal() else nth * FIRST
            found.append((place, nth, given, int(body) if body.isdecimal() else 0))
        return [
            (given, body) for _place, _nth, given, body in sorted(found, key=lambda one: one[:2])
        ]

    def _lines(
        self, letter: str, given: Sequence[tuple[Mapping[str, str], int]], heading: str
    ) -> list[Line]:
        whole = [*given, *([({}, 0)] * EMPTY_LINES)]
        choices = [(str(body), name) for body, name in self.bodies.items()]
        return [
            Line(
                nth,
                nth * FIRST,
                f"{letter}{nth}.order",
                tuple(
                    Box(f"{letter}{nth}.{name}", title, offered, chosen.get(name, ""))
                    for name, title, offered in self.columns
                ),
                Box(f"{letter}{nth}.body", heading, choices, str(body or "")),
            )
            for nth, (chosen, body) in enumerate(whole, start=1)
        ]


def sheet_of(
    desk: Desk, mechanism: Mechanism, field: str, table: Table | None = None
) -> RouteSheet:
    """Give the form of a table, with what may be chosen in it."""
    names = {row.id: row.name.in_language(desk.language) for row in bodies(on=desk.today)}
    columns = [(name, *_column(desk, mechanism, name)) for name in columns_of(mechanism)]
    return RouteSheet(mechanism, field, columns, names, table or Table())


def faults_told(
    sheet: RouteSheet, failed: Sequence[Failure], unreached: Sequence[int], gone: Sequence[int]
) -> list[str]:
    """Give what is wrong with a table, in words."""
    nobody = _("没有一行符合")
    return [
        *(
            _("测试例 %(nth)s：应为%(wanted)s，实为%(came)s")
            % {
                "nth": one.nth,
                "wanted": sheet.bodies.get(one.wanted, nobody),
                "came": sheet.bodies.get(one.came, nobody),
            }
            for one in failed
        ),
        *(_("第 %(nth)s 行轮不到：前面有一行先符合") % {"nth": nth} for nth in unreached),
        *(_("第 %(nth)s 行的单位已不在") % {"nth": nth} for nth in gone),
    ]


def differing(sheet: RouteSheet, run: DryRun) -> list[Sent]:
    """Give the first cases that went elsewhere, in words."""
    return [
        Sent(
            one.number, one.row, sheet.bodies.get(one.decided, "—"), sheet.bodies.get(one.went, "—")
        )
        for one in run.differing[:MOST_SHOWN]
    ]


def _column(desk: Desk, mechanism: Mechanism, name: str) -> tuple[str, Choices]:
    if name == AREA:
        areas = [(row.path, row.name) for row in areas_of_office(on=desk.today)]
        return _("所在居民区"), areas
    rule = mechanism.fields[name]
    codes = code_list(rule, at_hand()).codes
    named = [(code, found.in_language(desk.language)) for code, found in codes.items()]
    return rule.in_language(desk.language), named
