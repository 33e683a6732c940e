"""Decision tables: rows of tests read from top to bottom; the first row whose tests all hold decides.

Cells are S-FEEL unary tests (OMG DMN 1.3, chapter 9): `-`, `"text"`, `3`, `< 5`, `>= 2/3`, `[1..5]`,
`not("a","b")`, lists separated by commas, `true`, `false`, `null`, `date("2026-05-01")`. Numbers are
exact fractions, so 0.1 is one tenth and 58.4 equals 58.40. A missing input meets only `-`, `null` and `not(...)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from linli.rulebook.mechanism import Decision, Label

Value = str | bool | int | Fraction | None
Kind = Literal["number", "text", "bool", "date", "null"]
Known = str | bool | Fraction | date | None

NUMBER = re.compile(r"[+-]?\d+(\.\d+|/\d*[1-9]\d*)?")
TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*")|(?P<date>date\(\s*"[^"]*"\s*\))|(?P<number>-?\d+(?:\.\d+|/\d+)?)"""
    r"""|(?P<word>[A-Za-z_]\w*)|(?P<mark><=|>=|\.\.|[][<>(),-]))""",
    re.ASCII,
)
WORDS: dict[str, tuple[Kind, bool | None]] = {
    "true": ("bool", True),
    "false": ("bool", False),
    "null": ("null", None),
}


class TableRefused(Exception):
    """A cell of a decision table cannot be read; `row` counts from 1, `column` is the input or output."""

    def __init__(self, message: Label, row: int, column: str) -> None:
        where = Label(
            zh=f"第{row}行“{column}”列：{message.zh}",
            en=f"row {row}, column {column}: {message.en}",
        )
        super().__init__(where.en)
        self.message, self.row, self.column = where, row, column


class NoRuleMatches(Exception):
    """No row of the table fits the inputs. `message` names the inputs that were looked at."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


class _CellRefused(Exception):
    """A cell is malformed; the table adds the row and the column."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def decide(decision: Decision, values: Mapping[str, object]) -> dict[str, Value]:
    """Give the outputs of the first row that fits; whole numbers as `int`, others as exact fractions.

    Raises `NoRuleMatches` when no row fits and `TableRefused` when a cell that is looked at cannot be read.
    """
    for row in range(1, len(decision.rules) + 1):
        if all(
            _read_test(decision, row, place).holds(values.get(name))
            for place, name in enumerate(decision.in_)
        ):
            return {
                name: _read_output(decision, row, place)
                for place, name in enumerate(decision.out, start=len(decision.in_))
            }
    seen = ", ".join(f"{name}={values.get(name)!r}" for name in decision.in_)
    raise NoRuleMatches(
        Label(
            zh=f"决策表没有一行符合（{seen}），请在末尾补一行全为“-”的规则",
            en=f"no row of the table fits ({seen}); add a last row of '-' cells",
        )
    )


def check(decision: Decision) -> list[TableRefused]:
    """Give every malformed cell of the table, for the linter; an empty list when all can be read."""
    faults: list[TableRefused] = []
    for row, cells in enumerate(decision.rules, start=1):
        for place in range(max(len(cells), len(decision.in_) + len(decision.out))):
            try:
                if place < len(decision.in_):
                    _read_test(decision, row, place)
                else:
                    _read_output(decision, row, place)
            except TableRefused as fault:
                faults.append(fault)
    return faults


def exact(value: object) -> Fraction | None:
    """Give a number exactly: from int, Fraction or text such as '12.50' or '2/3'; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return Fraction(value)
    return None


def plain(number: Fraction) -> int | Fraction:
    """Give a whole number as `int`, any other as the exact fraction."""
    return number.numerator if number.denominator == 1 else number


@dataclass(frozen=True)
class _Constant:
    """A literal of a cell."""

    kind: Kind
    value: Known

    def seen_in(self, value: object) -> Known:
        """Give an input as this literal's kind, or None when it is missing or of another kind."""
        if self.kind == "number":
            return exact(value)
        if self.kind == "date":
            return _day(value)
        if self.kind == "bool":
            return value if isinstance(value, bool) else None
        return value if isinstance(value, str) else None

    def holds(self, value: object) -> bool:
        """Tell whether the input equals this literal."""
        if self.kind == "null":
            return value is None
        seen = self.seen_in(value)
        return seen is not None and seen == self.value


@dataclass(frozen=True)
class _Bound:
    """One side of an interval, or a comparison."""

    mark: str
    limit: _Constant

    def holds(self, value: object) -> bool:
        """Tell whether the input lies on the right side of the limit."""
        seen, limit = _rank(self.limit.seen_in(value)), _rank(self.limit.value)
        if seen is None or limit is None:
            return False
        return {"<": seen < limit, "<=": seen <= limit, ">": seen > limit, ">=": seen >= limit}[
            self.mark
        ]


@dataclass(frozen=True)
class _Between:
    """An interval such as [1..5]."""

    low: _Bound
    high: _Bound

    def holds(self, value: object) -> bool:
        """Tell whether the input lies in the interval."""
        return self.low.holds(value) and self.high.holds(value)


@dataclass(frozen=True)
class _Test:
    """A whole cell. No parts means `-`; `is_negated` means not(...)."""

    parts: tuple[_Constant | _Bound | _Between, ...] = ()
    is_negated: bool = False

    def holds(self, value: object) -> bool:
        """Tell whether the input fits the cell."""
        return not self.parts or any(part.holds(value) for part in self.parts) != self.is_negated


class _Reader:
    """Reads one cell from left to right."""

    def __init__(self, cell: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place, cell = 0, cell.strip()
        while place < len(cell):
            found = TOKEN.match(cell, place)
            if not found or not found.lastgroup:
                raise _CellRefused(
                    f"从“{cell[place:]}”起看不懂", f"cannot be read from {cell[place:]!r} on"
                )
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()

    def test(self) -> _Test:
        """Read a unary test."""
        if self.tokens == [("mark", "-")]:
            return _Test()
        if self.tokens[:2] == [("word", "not"), ("mark", "(")]:
            del self.tokens[:2]
            parts = self.parts()
            self.take(")")
            test = _Test(parts, is_negated=True)
        else:
            test = _Test(self.parts())
        self.end()
        return test

    def parts(self) -> tuple[_Constant | _Bound | _Between, ...]:
        """Read one or more tests separated by commas."""
        found = [self.part()]
        while self.tokens[:1] == [("mark", ",")]:
            self.take(",")
            found.append(self.part())
        return tuple(found)

    def part(self) -> _Constant | _Bound | _Between:
        """Read one comparison, interval or literal."""
        if not self.tokens or self.tokens[0][0] != "mark":
            return self.constant()
        mark = self.take("<", "<=", ">", ">=", "[", "(", "]")
        if mark not in "[(]":
            return self.bound(mark)
        low = self.bound(">=" if mark == "[" else ">")
        self.take("..")
        limit = self.limit()
        closing = self.take("]", ")", "[")
        return self.interval(low, _Bound("<=" if closing == "]" else "<", limit))

    def interval(self, low: _Bound, high: _Bound) -> _Between:
        """Join two bounds, which must be in order and of one kind."""
        if not high.holds(_plain_text(low.limit)) and low.limit != high.limit:
            raise _CellRefused(
                "区间的下限须小于上限", "the interval's low end must lie below its high end"
            )
        return _Between(low, high)

    def bound(self, mark: str) -> _Bound:
        """Read the limit after a comparison."""
        return _Bound(mark, self.limit())

    def limit(self) -> _Constant:
        """Read a literal that has an order."""
        constant = self.constant()
        if constant.kind not in ("number", "date"):
            raise _CellRefused("只有数和日期可以比较大小", "only numbers and dates have an order")
        return constant

    def constant(self) -> _Constant:
        """Read one literal."""
        if not self.tokens:
            raise _CellRefused("内容不完整，不限请写“-”", "is incomplete; write '-' for anything")
        group, text = self.tokens.pop(0)
        if group == "text":
            return _Constant("text", text[1:-1])
        if group == "number" and (number := exact(text)) is not None:
            return _Constant("number", number)
        if group == "date" and (day := _day(text.split('"')[1])):
            return _Constant("date", day)
        if group == "word" and text in WORDS:
            return _Constant(*WORDS[text])
        if group == "word":
            raise _CellRefused(f'文字要加双引号："{text}"', f'text needs double quotes: "{text}"')
        raise _CellRefused(f"“{text}”不是值", f"{text!r} is not a value")

    def take(self, *marks: str) -> str:
        """Read one of the marks."""
        if not self.tokens or self.tokens[0][1] not in marks:
            wanted = " ".join(marks)
            raise _CellRefused(f"此处应为 {wanted}", f"expected {wanted}")
        return self.tokens.pop(0)[1]

    def end(self) -> None:
        """Refuse what is left over."""
        if self.tokens:
            rest = " ".join(text for _, text in self.tokens)
            raise _CellRefused(f"多余的内容：{rest}", f"has more than one value: {rest}")


@lru_cache(maxsize=4096)
def _test(cell: str) -> _Test:
    return _Reader(cell).test()


@lru_cache(maxsize=4096)
def _output(cell: str) -> Value:
    reader = _Reader(cell)
    constant = reader.constant()
    reader.end()
    value = constant.value
    if isinstance(value, Fraction):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _read_test(decision: Decision, row: int, place: int) -> _Test:
    try:
        return _test(_cell(decision, row, place))
    except _CellRefused as refusal:
        raise TableRefused(refusal.message, row, decision.in_[place]) from refusal


def _read_output(decision: Decision, row: int, place: int) -> Value:
    names = [*decision.in_, *decision.out]
    try:
        return _output(_cell(decision, row, place))
    except _CellRefused as refusal:
        column = names[place] if place < len(names) else str(place + 1)
        raise TableRefused(refusal.message, row, column) from refusal


def _cell(decision: Decision, row: int, place: int) -> str:
    cells, wanted = decision.rules[row - 1], len(decision.in_) + len(decision.out)
    if place >= len(cells):
        raise _CellRefused(f"缺格，每行应有{wanted}格", f"is missing; a row has {wanted} cells")
    if place >= wanted:
        raise _CellRefused(
            f"多出一格，每行应有{wanted}格", f"is one too many; a row has {wanted} cells"
        )
    return cells[place]


def _day(value: object) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _rank(value: Known) -> Fraction | None:
    if isinstance(value, date):
        return Fraction(value.toordinal())
    return value if isinstance(value, Fraction) else None


def _plain_text(constant: _Constant) -> str:
    value = constant.value
    return value.isoformat() if isinstance(value, date) else str(value)
