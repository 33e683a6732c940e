"""Decision tables: rows of tests on inputs, and by the hit policy what the rows that fit decide (OMG DMN, chapter 8).

U one row at most fits; A several may, if they agree; F the first decides; P the one whose outputs stand first in
`values`; R, O and C collect all (in the order of rows, of `values`, of rows); C+ C< C> C# give sum, least, greatest and
count. Cells are read in `cells`. Numbers are exact fractions, so 0.1 is one tenth and 58.4 equals 58.40.
A missing input meets only `-`, `null` and `not(...)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from linli.rulebook.mechanism import COLLECTING, Decision, Label, Mechanism
from linli.rulebook.tables.cells import (
    CellRefused,
    Expression,
    Inputs,
    Test,
    read_expression,
    read_test,
)
from linli.rulebook.tables.quantities import (
    Kind,
    Known,
    Value,
    exact,
    is_before,
    plain,
    stored,
)

__all__ = [
    "Answer",
    "NoRuleMatches",
    "RowsDisagree",
    "TableRefused",
    "Undecided",
    "Value",
    "check",
    "decide",
    "exact",
    "kinds_of",
    "output_of",
    "plain",
    "rank_of",
    "rows_that_fit",
    "test_of",
]

Answer = Value | tuple[Value, ...]
Found = dict[str, Known]
KINDS: dict[str, Kind] = {
    "int": "number", "number": "number", "fraction": "number", "money": "number", "body": "number", "bool": "bool",
    "code": "text", "word": "text", "area": "text", "dwelling": "text", "date": "date", "moment": "moment",
}  # fmt: skip


class TableRefused(Exception):
    """A cell of a decision table cannot be read; `row` counts from 1 (0: `values`, `default`), `column` is its name."""

    def __init__(self, message: Label, row: int, column: str) -> None:
        zh, en = (f"第{row}行", f"row {row}, ") if row else ("", "")
        where = Label(zh=f"{zh}“{column}”列：{message.zh}", en=f"{en}column {column}: {message.en}")
        super().__init__(where.en)
        self.message, self.row, self.column = where, row, column


class Undecided(Exception):
    """The table decides nothing for these inputs. `message` says why and names the cure."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


class NoRuleMatches(Undecided):
    """No row of the table fits the inputs. `message` names the inputs that were looked at."""


class RowsDisagree(Undecided):
    """Rows fit that the hit policy does not allow together, or what they yield is not what it can work on."""


def decide(
    decision: Decision, values: Mapping[str, object], kinds: Mapping[str, Kind] | None = None
) -> dict[str, Answer]:
    """Give the outputs: whole numbers as `int`, others as exact fractions; with R, O and C a tuple for each output.

    `kinds` are those that a mechanism declares for its fields; without them a value is taken for what it looks like.
    Raises `NoRuleMatches` or `RowsDisagree` when nothing is decided, `TableRefused` when a cell cannot be read.
    """
    inputs = Inputs(values, kinds or {})
    fitting = _fitting(decision, inputs)
    if decision.hit in AGGREGATES:
        return {decision.out[0]: stored(_aggregated(decision, inputs, fitting))}
    if decision.hit in COLLECTING:
        found = _collected(decision, inputs, fitting)
        return {name: tuple(stored(each[name]) for each in found) for name in decision.out}
    found = [_one(decision, inputs, fitting)] if fitting else _defaults(decision, inputs)
    if not found:
        raise _no_rule(decision, inputs)
    return {name: stored(value) for name, value in found[0].items()}


def rows_that_fit(
    decision: Decision, values: Mapping[str, object], kinds: Mapping[str, Kind] | None = None
) -> list[int]:
    """Give the numbers of all rows that fit, counted from 1."""
    return _fitting(decision, Inputs(values, kinds or {}))


@lru_cache(maxsize=512)
def kinds_of(mechanism: Mechanism) -> Mapping[str, Kind]:
    """Give what kind of value each field holds; `other` can only be there or missing."""
    return {name: KINDS.get(rule.type, "other") for name, rule in mechanism.fields.items()}


def check(decision: Decision) -> list[TableRefused]:
    """Give every malformed cell of the table, for the linter; an empty list when all can be read."""
    faults: list[TableRefused] = []
    wanted = len(decision.in_) + len(decision.out)
    places = [
        (row, place)
        for row, cells in enumerate(decision.rules, start=1)
        for place in range(max(len(cells), wanted))
    ]
    tries: list[Callable[[], object]] = [
        lambda row=row, place=place: (  # type: ignore[misc]
            test_of(decision, row, place)
            if place < len(decision.in_)
            else output_of(decision, row, place)
        )
        for row, place in places
    ]
    tries += [lambda name=name: _listed(decision, name) for name in decision.values]  # type: ignore[misc]
    tries += [lambda name=name: _default(decision, name) for name in decision.default]  # type: ignore[misc]
    for reading in tries:
        try:
            reading()
        except TableRefused as fault:
            faults.append(fault)
    return faults


def test_of(decision: Decision, row: int, place: int) -> Test:
    """Give the test in an input cell; rows count from 1, places from 0. Raises TableRefused."""
    names = tuple(decision.in_)
    try:
        return read_test(_cell(decision, row, place), names)
    except CellRefused as refusal:
        raise TableRefused(refusal.message, row, decision.in_[place]) from refusal


def output_of(decision: Decision, row: int, place: int) -> Expression:
    """Give the expression in an output cell; places count on from the inputs. Raises TableRefused."""
    names = [*decision.in_, *decision.out]
    try:
        return read_expression(_cell(decision, row, place), tuple(decision.in_))
    except CellRefused as refusal:
        column = names[place] if place < len(names) else str(place + 1)
        raise TableRefused(refusal.message, row, column) from refusal


def rank_of(decision: Decision, name: str, value: Known) -> int | None:
    """Give the place of a value in the output's list; 0 without a list, None when it is not in it."""
    if name not in decision.values:
        return 0
    kept = stored(value)
    listed = _listed(decision, name)
    return next((place for place, test in enumerate(listed) if test.holds(kept)), None)


def _listed(decision: Decision, name: str) -> list[Test]:
    try:
        return [read_test(cell, ()) for cell in decision.values[name]]
    except CellRefused as refusal:
        raise TableRefused(refusal.message, 0, f"values.{name}") from refusal


def _default(decision: Decision, name: str) -> Expression:
    try:
        return read_expression(decision.default[name], tuple(decision.in_))
    except CellRefused as refusal:
        raise TableRefused(refusal.message, 0, f"default.{name}") from refusal


def _fitting(decision: Decision, inputs: Inputs) -> list[int]:
    fitting = []
    for row in range(1, len(decision.rules) + 1):
        if all(
            test_of(decision, row, place).holds(inputs.values.get(name), inputs)
            for place, name in enumerate(decision.in_)
        ):
            fitting.append(row)
            if decision.hit == "F":
                break
    return fitting


def _outputs(decision: Decision, inputs: Inputs, row: int) -> Found:
    first = len(decision.in_)
    found = {
        name: output_of(decision, row, first + place).read(inputs)
        for place, name in enumerate(decision.out)
    }
    for name, value in found.items():
        if rank_of(decision, name, value) is None:
            raise RowsDisagree(
                Label(
                    zh=f"第{row}行的“{name}”得出{stored(value)}，不在 values 中，请补入或改写该格",
                    en=f"row {row} yields {stored(value)!r} for {name}, which is not in values; add it, or change the cell",
                )
            )
    return found


def _defaults(decision: Decision, inputs: Inputs) -> list[Found]:
    if not decision.default:
        return []
    return [{name: _default(decision, name).read(inputs) for name in decision.out}]


def _one(decision: Decision, inputs: Inputs, fitting: Sequence[int]) -> Found:
    """Give what is decided where one result is wanted (U A F P)."""
    if decision.hit == "U" and len(fitting) > 1:
        rows = _rows_text(fitting)
        raise RowsDisagree(
            Label(
                zh=f"第{rows}行同时符合，U 表只许一行符合（{_seen(decision, inputs)}），请改得互不重叠，或改用 F、P",
                en=f"rows {rows} fit at once, and a U table allows one ({_seen(decision, inputs)}); make them disjoint, or use F or P",
            )
        )
    found = [_outputs(decision, inputs, row) for row in fitting]
    if decision.hit == "A" and any(other != found[0] for other in found):
        rows = _rows_text(fitting)
        raise RowsDisagree(
            Label(
                zh=f"第{rows}行同时符合而结果不同，A 表要求一致（{_seen(decision, inputs)}），请改成一样，或改用 F、P",
                en=f"rows {rows} fit at once and differ, and an A table wants them alike ({_seen(decision, inputs)}); make them alike, or use F or P",
            )
        )
    return min(found, key=lambda each: _ranks(decision, each)) if decision.hit == "P" else found[0]


def _collected(decision: Decision, inputs: Inputs, fitting: Sequence[int]) -> list[Found]:
    """Give what is collected (R O C), or the defaults when no row fits."""
    found = [_outputs(decision, inputs, row) for row in fitting]
    if decision.hit == "O":
        found.sort(key=lambda each: _ranks(decision, each))
    return found or _defaults(decision, inputs)


def _ranks(decision: Decision, found: Found) -> tuple[int, ...]:
    return tuple(rank_of(decision, name, found[name]) or 0 for name in decision.out)


def _aggregated(decision: Decision, inputs: Inputs, fitting: Sequence[int]) -> Known:
    name = decision.out[0]
    listed = [_outputs(decision, inputs, row)[name] for row in fitting]
    if not listed and decision.default:
        return _defaults(decision, inputs)[0][name]
    if not listed and decision.hit != "C#":
        raise _no_rule(decision, inputs)
    result = AGGREGATES[decision.hit](listed)
    if result is None:
        rows = _rows_text(fitting)
        raise RowsDisagree(
            Label(
                zh=f"第{rows}行的“{name}”无法用 {decision.hit} 合计（{_seen(decision, inputs)}），请让每行都得出数",
                en=f"{decision.hit} cannot be taken of {name} in rows {rows} ({_seen(decision, inputs)}); let every row yield a number",
            )
        )
    return result


def _sum(listed: list[Known]) -> Known:
    numbers = [each for each in listed if isinstance(each, Fraction)]
    spans = [each for each in listed if isinstance(each, timedelta)]
    if len(spans) == len(listed):
        return sum(spans, timedelta(0))
    return sum(numbers, Fraction(0)) if len(numbers) == len(listed) else None


def _extreme(listed: list[Known], *, least: bool) -> Known:
    kept = listed[0]
    if len(listed) == 1:
        return kept if is_before(kept, kept) is not None else None
    for other in listed[1:]:
        is_less = is_before(*((other, kept) if least else (kept, other)))
        if is_less is None:
            return None
        kept = other if is_less else kept
    return kept


AGGREGATES: dict[str, Callable[[list[Any]], Known]] = {
    "C+": _sum,
    "C<": lambda listed: _extreme(listed, least=True),
    "C>": lambda listed: _extreme(listed, least=False),
    "C#": lambda listed: Fraction(len(listed)),
}


def _no_rule(decision: Decision, inputs: Inputs) -> NoRuleMatches:
    seen = _seen(decision, inputs)
    return NoRuleMatches(
        Label(
            zh=f"判定表没有一行符合（{seen}），请在末尾补一行全为“-”的规则",
            en=f"no row of the table fits ({seen}); add a last row of '-' cells",
        )
    )


def _seen(decision: Decision, inputs: Inputs) -> str:
    return ", ".join(f"{name}={inputs.values.get(name)!r}" for name in decision.in_)


def _rows_text(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows))


def _cell(decision: Decision, row: int, place: int) -> str:
    cells, wanted = decision.rules[row - 1], len(decision.in_) + len(decision.out)
    if place >= len(cells):
        raise CellRefused(f"缺格，每行应有{wanted}格", f"is missing; a row has {wanted} cells")
    if place >= wanted:
        raise CellRefused(
            f"多出一格，每行应有{wanted}格", f"is one too many; a row has {wanted} cells"
        )
    return cells[place]
