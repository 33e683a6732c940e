"""A routing table and what it decides: from the top, the first row that fits, with what it rests on. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.rulebook.mechanism import Decision, Mechanism
from linli.rulebook.tables import rows_that_fit

AREA = "@area"
BODY = "body"
ANY = "-"


@dataclass(frozen=True)
class Row:
    """One row: what must hold, by column (a missing column is any), and the body it then goes to."""

    given: Mapping[str, str]
    body: int


@dataclass(frozen=True)
class Trial:
    """A test case kept with the rules: what is given, and the body wanted; 0 when none should be found."""

    given: Mapping[str, str]
    wanted: int


@dataclass(frozen=True)
class Table:
    """The rows in order, and the test cases kept with them."""

    rows: tuple[Row, ...] = ()
    trials: tuple[Trial, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Give the table as it is stored; `read` is the reverse."""
        return {
            "rows": [{"given": dict(row.given), "body": row.body} for row in self.rows],
            "trials": [{"given": dict(one.given), "wanted": one.wanted} for one in self.trials],
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Table:
        """Give the table that was stored so."""
        return cls(
            tuple(Row(row["given"], row["body"]) for row in stored["rows"]),
            tuple(Trial(one["given"], one["wanted"]) for one in stored["trials"]),
        )


@dataclass(frozen=True)
class Decided:
    """The body a table decides on, by which row counted from 1, and what that row asked for."""

    body: int
    row: int
    given: Mapping[str, str]


@dataclass(frozen=True)
class Failure:
    """A test case that does not come out: its number from 1, what was wanted and what came; 0 is none."""

    nth: int
    wanted: int
    came: int


def columns_of(mechanism: Mechanism) -> list[str]:
    """Give what a table may ask of a case: where it is, and the codes that it has before it is sent anywhere."""
    codes = [
        name
        for name, rule in mechanism.fields.items()
        if rule.type == "code" and not rule.personal and name in _early(mechanism)
    ]
    return [AREA, *codes]


def decided(table: Table, case: Mapping[str, str]) -> Decided | None:
    """Give what the first row that fits decides; None when no row fits."""
    if not table.rows:
        return None
    names = sorted({name for row in table.rows for name in row.given} | {AREA})
    columns = [f"c{nth}" for nth in range(len(names))]
    rules = [[*(_test(row.given.get(name)) for name in names), str(row.body)] for row in table.rows]
    rule = Decision.model_validate({"hit": "F", "in": columns, "out": [BODY], "rules": rules})
    values = {column: case.get(name) or None for column, name in zip(columns, names, strict=True)}
    fitting = rows_that_fit(rule, values, dict.fromkeys(columns, "text"))
    if not fitting:
        return None
    row = table.rows[fitting[0] - 1]
    return Decided(row.body, fitting[0], row.given)


def failures(table: Table) -> list[Failure]:
    """Give the test cases that do not come out."""
    came = [(one, decided(table, one.given)) for one in table.trials]
    return [
        Failure(nth, one.wanted, found.body if found else 0)
        for nth, (one, found) in enumerate(came, start=1)
        if (found.body if found else 0) != one.wanted
    ]


def never_reached(rows: Sequence[Row]) -> list[int]:
    """Give the rows, from 1, that an earlier row always forestalls: it asks for no more than they do."""
    return [
        nth
        for nth, row in enumerate(rows, start=1)
        if any(earlier.given.items() <= row.given.items() for earlier in rows[: nth - 1])
    ]


def _test(wanted: str | None) -> str:
    return f'"{wanted}"' if wanted else ANY


def _early(mechanism: Mechanism) -> set[str]:
    """Give the fields that a case may have from its opening on, and its category."""
    asked = {name for start in mechanism.starts() for name in mechanism.actions[start].fields}
    return asked | {mechanism.shows.category or ""}
