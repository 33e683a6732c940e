"""Cells of decision tables: S-FEEL unary tests for inputs, S-FEEL expressions for outputs (OMG DMN, chapter 9).

A unary test is `-`, or tests separated by commas, or `not(...)` around them; a test is a value, a comparison
(`< 5`) or an interval (`[1..5)`). A value is a literal, the name of an input, or a calculation with them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from linli.rulebook.mechanism import Label
from linli.rulebook.tables.quantities import (
    ORDERED,
    Kind,
    Known,
    calculated,
    guessed,
    is_before,
    kind_of,
    read_as,
)

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<stamp>(?P<stamped>date\s+and\s+time|date|duration)\(\s*"(?P<stamp_text>[^"]*)"\s*\))"""
    r"""|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<word>[A-Za-z_]\w*)|(?P<mark><=|>=|\.\.|\*\*|[][<>(),*/+-]))""",
    re.ASCII,
)
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
STAMPS: dict[str, tuple[Kind, ...]] = {
    "date": ("date",),
    "date and time": ("moment",),
    "duration": ("span", "months"),
}
SUMS, PRODUCTS = ("+", "-"), ("*", "/")


class CellRefused(Exception):
    """A cell is malformed; the table adds the row and the column."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


@dataclass(frozen=True)
class Inputs:
    """What a row is tested against: the values by name, and their kinds where the mechanism declares them."""

    values: Mapping[str, object]
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    def read(self, name: str) -> Known:
        """Give the value of an input."""
        value, kind = self.values.get(name), self.kinds.get(name)
        return guessed(value) if kind is None else read_as(value, kind)


NOTHING = Inputs({})


class Expression(Protocol):
    """A value in a cell: `names` are the inputs it reads."""

    @property
    def names(self) -> frozenset[str]:
        """Give the names of the inputs it reads."""

    def read(self, inputs: Inputs) -> Known:
        """Give the value."""


@dataclass(frozen=True)
class Constant:
    """A literal."""

    value: Known
    names: frozenset[str] = frozenset()

    def read(self, inputs: Inputs) -> Known:  # noqa: ARG002 a literal is what it is
        """Give the literal."""
        return self.value


@dataclass(frozen=True)
class Named:
    """The name of an input."""

    name: str

    @property
    def names(self) -> frozenset[str]:
        """Give its name."""
        return frozenset({self.name})

    def read(self, inputs: Inputs) -> Known:
        """Give the value of that input."""
        return inputs.read(self.name)


@dataclass(frozen=True)
class Calculation:
    """Two values and the sign between them."""

    mark: str
    left: Expression
    right: Expression

    @property
    def names(self) -> frozenset[str]:
        """Give the names on both sides."""
        return self.left.names | self.right.names

    def read(self, inputs: Inputs) -> Known:
        """Give the result; None when it has none."""
        return calculated(self.mark, self.left.read(inputs), self.right.read(inputs))


@dataclass(frozen=True)
class Bound:
    """A comparison with a value; without a mark, equality."""

    mark: str
    limit: Expression

    def holds(self, value: object, inputs: Inputs) -> bool:
        """Tell whether a value lies on the right side of the limit."""
        limit = self.limit.read(inputs)
        if limit is None:
            return value is None and not self.mark
        seen = read_as(value, kind_of(limit))
        if seen is None or not self.mark:
            return seen is not None and seen == limit
        return is_before(*((seen, limit) if "<" in self.mark else (limit, seen))) is True or (
            "=" in self.mark and seen == limit
        )


@dataclass(frozen=True)
class Between:
    """An interval such as [1..5]."""

    low: Bound
    high: Bound

    def holds(self, value: object, inputs: Inputs) -> bool:
        """Tell whether a value lies in the interval."""
        return self.low.holds(value, inputs) and self.high.holds(value, inputs)


@dataclass(frozen=True)
class Test:
    """A whole input cell. No parts means `-`; `is_negated` means not(...)."""

    parts: tuple[Bound | Between, ...] = ()
    is_negated: bool = False

    def holds(self, value: object, inputs: Inputs = NOTHING) -> bool:
        """Tell whether a value fits the cell."""
        return (
            not self.parts or any(part.holds(value, inputs) for part in self.parts)
        ) != self.is_negated

    def limits(self) -> Iterator[Expression]:
        """Give every value that the cell compares with."""
        for part in self.parts:
            yield from (
                (part.low.limit, part.high.limit) if isinstance(part, Between) else (part.limit,)
            )

    @property
    def names(self) -> frozenset[str]:
        """Give the names of the inputs it reads besides its own."""
        return frozenset(name for limit in self.limits() for name in limit.names)


@lru_cache(maxsize=4096)
def read_test(cell: str, names: tuple[str, ...]) -> Test:
    """Give the test of an input cell; `names` are those of the inputs. Raises CellRefused."""
    return _Reader(cell, names).test()


@lru_cache(maxsize=4096)
def read_expression(cell: str, names: tuple[str, ...]) -> Expression:
    """Give the expression of an output cell. Raises CellRefused."""
    return _Reader(cell, names).only()


class _Reader:
    """Reads one cell from left to right."""

    def __init__(self, cell: str, names: tuple[str, ...]) -> None:
        self.names = names
        self.tokens: list[tuple[str, re.Match[str]]] = []
        place, cell = 0, cell.strip()
        while place < len(cell):
            found = TOKEN.match(cell, place)
            group = next(
                (g for g in ("text", "stamp", "number", "word", "mark") if found and found[g]), ""
            )
            if not found or not group:
                raise CellRefused(
                    f"从“{cell[place:]}”起看不懂", f"cannot be read from {cell[place:]!r} on"
                )
            self.tokens.append((group, found))
            place = found.end()

    def next_is(self, *texts: str) -> bool:
        """Tell whether these come next."""
        return tuple(found[0].strip() for _, found in self.tokens[: len(texts)]) == texts

    def test(self) -> Test:
        """Read a unary test."""
        if len(self.tokens) == 1 and self.next_is("-"):
            return Test()
        is_negated = self.next_is("not", "(")
        if is_negated:
            del self.tokens[:2]
        parts = [self.part()]
        while self.next_is(","):
            self.take(",")
            parts.append(self.part())
        if is_negated:
            self.take(")")
        self.end()
        return Test(tuple(parts), is_negated)

    def part(self) -> Bound | Between:
        """Read one comparison, interval or value."""
        if any(self.next_is(mark) for mark in ("<", "<=", ">", ">=")):
            mark = self.take("<", "<=", ">", ">=")
            return Bound(mark, self.limit())
        if self.next_is("[") or self.next_is("]"):
            return self.interval()
        kept = list(self.tokens)
        if self.next_is("("):  # an interval, unless the bracket belongs to a calculation
            try:
                return self.interval()
            except CellRefused:
                if any(found[0].strip() == ".." for _, found in kept):
                    raise
                self.tokens = kept
        return Bound("", self.value())

    def interval(self) -> Between:
        """Read an interval, whose constant ends must be in order and of one kind."""
        low = Bound(">=" if self.take("[", "(", "]") == "[" else ">", self.limit())
        self.take("..")
        limit = self.limit()
        high = Bound("<=" if self.take("]", ")", "[") == "]" else "<", limit)
        if not low.limit.names and not limit.names:
            ends = low.limit.read(NOTHING), limit.read(NOTHING)
            is_point = ends[0] == ends[1] and (low.mark, high.mark) == (">=", "<=")
            if not is_before(*ends) and not is_point:
                raise CellRefused(
                    "区间的下限须小于上限", "the interval's low end must lie below its high end"
                )
        return Between(low, high)

    def limit(self) -> Expression:
        """Read a value that has an order."""
        value = self.value()
        if not value.names and kind_of(value.read(NOTHING)) not in ORDERED:
            raise CellRefused("只有数和日期可以比较大小", "only numbers and dates have an order")
        return value

    def only(self) -> Expression:
        """Read one value and nothing after it."""
        if self.next_is("-") and len(self.tokens) == 1:
            raise CellRefused("输出格要写出结果", "an output cell says a result")
        value = self.sum()
        self.end()
        return value

    def value(self) -> Expression:
        """Read a value to test against; a calculation with literals alone must have a result."""
        before = list(self.tokens)
        value = self.sum()
        if isinstance(value, Calculation) and not value.names and value.read(NOTHING) is None:
            used = before[: len(before) - len(self.tokens)]
            text = "".join(found[0].strip() for _, found in used)
            if "null" not in text:
                raise CellRefused(f"“{text}”不是值", f"{text!r} is not a value")
        return value

    def sum(self) -> Expression:
        """Read a sum or difference."""
        value = self.product()
        while any(self.next_is(mark) for mark in SUMS):
            value = Calculation(self.take(*SUMS), value, self.product())
        return value

    def product(self) -> Expression:
        """Read a product or quotient."""
        value = self.power()
        while any(self.next_is(mark) for mark in PRODUCTS):
            value = Calculation(self.take(*PRODUCTS), value, self.power())
        return value

    def power(self) -> Expression:
        """Read a power."""
        value = self.signed()
        while self.next_is("**"):
            value = Calculation(self.take("**"), value, self.signed())
        return value

    def signed(self) -> Expression:
        """Read a value with or without a minus sign."""
        if not self.next_is("-"):
            return self.atom()
        self.take("-")
        value = self.signed()
        if isinstance(value, Constant) and isinstance(value.value, Fraction):
            return Constant(-value.value)
        return Calculation("*", Constant(Fraction(-1)), value)

    def atom(self) -> Expression:
        """Read a literal, a name or a calculation in brackets."""
        if not self.tokens:
            raise CellRefused("内容不完整，不限请写“-”", "is incomplete; write '-' for anything")
        if self.next_is("("):
            self.take("(")
            value = self.sum()
            self.take(")")
            return value
        group, found = self.tokens.pop(0)
        text = found[0].strip()
        if group == "word":
            return self.word(text)
        known = LITERALS[group](found) if group in LITERALS else None
        if known is None:
            raise CellRefused(f"“{text}”不是值", f"{text!r} is not a value")
        return Constant(known)

    def word(self, text: str) -> Expression:
        """Read a word: true, false, null or the name of an input."""
        if text in WORDS:
            return Constant(WORDS[text])
        if text not in self.names:
            raise CellRefused(f'文字要加双引号："{text}"', f'text needs double quotes: "{text}"')
        return Named(text)

    def take(self, *marks: str) -> str:
        """Read one of the marks."""
        if not self.tokens or self.tokens[0][1][0].strip() not in marks:
            wanted = " ".join(marks)
            raise CellRefused(f"此处应为 {wanted}", f"expected {wanted}")
        return self.tokens.pop(0)[1][0].strip()

    def end(self) -> None:
        """Refuse what is left over."""
        if self.tokens:
            rest = " ".join(found[0].strip() for _, found in self.tokens)
            raise CellRefused(f"多余的内容：{rest}", f"has more than one value: {rest}")


def _text(found: re.Match[str]) -> str:
    r"""Give a text literal without its quotes; \" \\ \n \t \uXXXX as in JSON, of which S-FEEL's are a part."""
    try:
        return str(json.loads(found["text"]))
    except ValueError as fault:
        raise CellRefused(
            f"{found['text']} 的转义写法不对", f"{found['text']} has a wrong escape"
        ) from fault


def _number(found: re.Match[str]) -> Fraction:
    return Fraction(found["number"])


def _stamp(found: re.Match[str]) -> Known:
    kinds = STAMPS[" ".join(found["stamped"].split())]
    return next(
        (value for kind in kinds if (value := read_as(found["stamp_text"], kind)) is not None), None
    )


LITERALS: dict[str, Callable[[re.Match[str]], Known]] = {
    "text": _text,
    "number": _number,
    "stamp": _stamp,
}
