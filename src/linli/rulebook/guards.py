"""Guards: one line over declared names that is true or false of a case file.

A closed subset of Python expressions, read by `ast` and interpreted here; nothing is ever evaluated as
code. Numbers are exact fractions: `2/3` is two thirds and 58.4 equals 58.40. A missing value equals only
`None`; ordering with it is False, arithmetic with it is missing, and a missing condition is False.
"""

from __future__ import annotations

import ast
import difflib
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from linli.rulebook.casefile import Casefile
from linli.rulebook.functions import Found, Read, function
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.slips import cure_of_guard
from linli.rulebook.tables import Value, exact, plain

Kind = Literal["number", "bool", "text", "date", "moment", "body", "other", "null"]

LONGEST = 400
KINDS: dict[str, Kind] = {
    "int": "number", "number": "number", "fraction": "number", "money": "number", "bool": "bool",
    "code": "text", "word": "text", "area": "text", "dwelling": "text", "date": "date", "moment": "moment", "body": "body",
    "entry": "text",
}  # fmt: skip
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
FUNCTIONS: dict[str, tuple[Kind, tuple[str, ...], int]] = {
    "all_done": ("bool", ("kind",), 1),
    "count": ("number", ("kind", "group"), 1),
    "share": ("number", ("kind", "group", "group"), 2),
    "wshare": ("number", ("weighted", "group", "group"), 2),
    "entries": ("number", ("entry",), 1),
    "total": ("number", ("amount",), 1),
    "met": ("bool", ("clock",), 1),
    "breached": ("bool", ("clock",), 1),
    "called": ("number", ("child", "stand"), 1),
    "all_called": ("bool", ("child", "stand"), 2),
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
ARITHMETIC: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class GuardRefused(Exception):
    """The expression cannot be read, or names what is not declared; `cure` says how to mend it."""

    def __init__(self, message: Label, cure: Label) -> None:
        super().__init__(message.en)
        self.message = message
        self.cure = cure


@dataclass(frozen=True)
class Guard:
    """A checked expression of one mechanism.

    `names` are the fields and tracks it reads, `kind` what it yields, `codes` the (field, literal) pairs it
    compares, for checking against code lists, `stands` the (mechanism, state or @group) pairs it asks of
    children. `tree` is the checked syntax tree, for figures and sentences.
    """

    source: str
    tree: ast.expr = field(compare=False, repr=False)
    kind: Kind
    names: frozenset[str]
    codes: frozenset[tuple[str, str]]
    stands: frozenset[tuple[str, str]]
    read: Read = field(compare=False, repr=False)

    def holds(self, case: Casefile) -> bool:
        """Tell whether the condition is true of the case; a missing value counts as false."""
        return self.read(case) is True

    def value(self, case: Casefile) -> Value:
        """Give what it yields: whole numbers as `int`, others as exact fractions, days as ISO text."""
        found = self.read(case)
        if isinstance(found, Fraction):
            return plain(found)
        return found.isoformat() if isinstance(found, date) else found


def parse(source: str, mechanism: Mechanism, *, wants: Kind | None = None) -> Guard:
    """Give the checked guard, or raise `GuardRefused`. `wants` asks for a kind, 'bool' for a condition."""
    builder = _Builder(source.strip(), mechanism)
    if len(source) > LONGEST:
        raise builder.refused("太长，请改用判定表", "is too long; use a decision table")
    try:
        tree = ast.parse(builder.source, mode="eval").body
        builder.is_read = True
        part = builder.part(tree, wants)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        raise builder.refused("不是一个表达式", "is not an expression") from fault
    names, codes = frozenset(builder.names), frozenset(builder.codes)
    return Guard(source, tree, part.kind, names, codes, frozenset(builder.stands), part.read)


@dataclass(frozen=True)
class _Part:
    """A checked piece of an expression: what it yields, and how it is read from a case file."""

    kind: Kind
    read: Read


class _Builder:
    """Walks the tree once, before any case is seen: only known nodes, names and kinds pass."""

    def __init__(self, source: str, mechanism: Mechanism) -> None:
        self.source, self.mechanism = source, mechanism
        self.is_read = False
        self.names: set[str] = set()
        self.codes: set[tuple[str, str]] = set()
        self.stands: set[tuple[str, str]] = set()

    def part(self, node: ast.expr, wants: Kind | None = None) -> _Part:
        """Give the part for a node; refuse one that is not allowed or not of the wanted kind."""
        if type(node) not in NODES:
            raise self.refused(
                f"不允许 {type(node).__name__}，较长的逻辑请写成判定表",
                f"{type(node).__name__} is not allowed; write longer logic as a decision table",
            )
        part = NODES[type(node)](self, node)
        if wants and part.kind not in (wants, "null"):
            text = ast.unparse(node)
            raise self.refused(
                f"{text} 应为 {wants}，实为 {part.kind}",
                f"{text} is {part.kind}, {wants} is wanted",
            )
        return part

    def junction(self, node: ast.BoolOp) -> _Part:
        """Read `and` and `or`."""
        reads = [self.part(value, "bool").read for value in node.values]
        join = all if isinstance(node.op, ast.And) else any
        return _Part("bool", lambda case: join(read(case) is True for read in reads))

    def sign(self, node: ast.UnaryOp) -> _Part:
        """Read `not` and the minus sign."""
        if isinstance(node.op, ast.Not):
            holds = self.part(node.operand, "bool").read
            return _Part("bool", lambda case: holds(case) is not True)
        if not isinstance(node.op, ast.USub):
            raise self.refused("只能用 not 和负号", "only not and the minus sign may stand there")
        number = self.part(node.operand, "number").read
        return _Part("number", lambda case: _calculated(operator.sub, Fraction(0), number(case)))

    def arithmetic(self, node: ast.BinOp) -> _Part:
        """Read + - * /."""
        if type(node.op) not in ARITHMETIC:
            raise self.refused("只能用 + - * /", "only + - * / may be used")
        left, right = self.part(node.left, "number").read, self.part(node.right, "number").read
        apply = ARITHMETIC[type(node.op)]
        return _Part("number", lambda case: _calculated(apply, left(case), right(case)))

    def comparison(self, node: ast.Compare) -> _Part:
        """Read a comparison, also a chain such as `1 <= rounds < 3`."""
        pairs = pairwise([node.left, *node.comparators])
        reads = [
            self.membership(left, mark, right)
            if isinstance(mark, ast.In | ast.NotIn)
            else self.pair(left, mark, right)
            for (left, right), mark in zip(pairs, node.ops, strict=True)
        ]
        return _Part("bool", lambda case: all(read(case) is True for read in reads))

    def membership(self, left: ast.expr, mark: ast.cmpop, right: ast.expr) -> Read:
        """Read `x in ('a', 'b')`: literals only on the right."""
        literals = right.elts if isinstance(right, ast.Tuple | ast.List) else []
        if not literals or not all(isinstance(literal, ast.Constant) for literal in literals):
            raise self.refused("in 后面应为 ('a', 'b')", "write literals after in: ('a', 'b')")
        reads = [self.pair(left, ast.Eq(), literal) for literal in literals]
        wanted = isinstance(mark, ast.In)
        return lambda case: any(read(case) is True for read in reads) is wanted

    def pair(self, left: ast.expr, mark: ast.cmpop, right: ast.expr) -> Read:
        """Read one comparison of two sides that must be of one kind."""
        first, second = self.side(left, beside=right), self.side(right, beside=left)
        kinds = {first.kind, second.kind} - {"null"}
        if type(mark) not in COMPARISONS:
            raise self.refused("请用 == 或 != 代替 is", "use == or != in place of is")
        if len(kinds) > 1:
            raise self.refused(
                f"{ast.unparse(left)} 与 {ast.unparse(right)} 种类不同，不能比较",
                f"{ast.unparse(left)} ({first.kind}) and {ast.unparse(right)} ({second.kind}) differ in kind",
            )
        compare, one, other = COMPARISONS[type(mark)], first.read, second.read
        if isinstance(mark, ast.Eq | ast.NotEq):
            return lambda case: compare(one(case), other(case))
        if not kinds <= {"number", "date", "moment"}:
            raise self.refused(
                f"{ast.unparse(left)} 没有大小，只能用 == 或 !=",
                f"{ast.unparse(left)} has no order; use == or !=",
            )
        return lambda case: _ordered(compare, one(case), other(case))

    def side(self, node: ast.expr, *, beside: ast.expr) -> _Part:
        """Read one side; a text literal is checked against the field or track it stands beside."""
        text = node.value if isinstance(node, ast.Constant) else None
        if not isinstance(text, str) or not isinstance(beside, ast.Name):
            return self.part(node)
        name, rule = beside.id, self.mechanism.fields.get(beside.id)
        if rule is None and name in self.mechanism.tracks:
            states = self.mechanism.tracks[name].states
            self.known(text, states, f"“{name}”的状态", f"state of {name}")
        if rule is not None and rule.type == "code":
            self.codes.add((name, text))
            if isinstance(rule.codes, list):
                self.known(text, rule.codes, f"“{name}”的代码", f"code of {name}")
        if rule is None or rule.type not in ("date", "moment"):
            return self.part(node)
        if (when := _typed(text, rule.type)) is None:
            raise self.refused(
                f"“{text}”不是 {rule.type}", f"{text!r} is not a {rule.type} (ISO 8601)"
            )
        return _Part(rule.type, lambda _: when)

    def name(self, node: ast.Name) -> _Part:
        """Read a field or the state of a track; sealed fields may not be named."""
        name, rule = node.id, self.mechanism.fields.get(node.id)
        if name in WORDS:
            return self.literal(WORDS[name])
        if rule is not None and rule.is_sealed:
            raise self.refused(
                f"“{name}”是密封字段（文字、照片、文件或个人信息），请增设代码或是否字段并引用它",
                f"{name} is sealed (text, photo, file or personal); add a code or bool field and name that",
            )
        open_fields = [key for key, known in self.mechanism.fields.items() if not known.is_sealed]
        self.known(name, [*open_fields, *self.mechanism.tracks], "字段", "field or track")
        self.names.add(name)
        if rule is None:
            initial = self.mechanism.tracks[name].initial
            return _Part("text", lambda case: case.tracks.get(name, initial))
        kind = KINDS.get(rule.type, "other")
        return _Part(kind, lambda case: _typed(case.values.get(name), kind))

    def constant(self, node: ast.Constant) -> _Part:
        """Read a literal; numbers from their text, so that no digit is lost."""
        if node.value is None or isinstance(node.value, bool | str):
            return self.literal(node.value)
        number = exact(ast.get_source_segment(self.source, node))
        if number is None:
            raise self.refused(
                f"数 {node.value!r} 写法不对", f"write {node.value!r} with digits only"
            )
        return _Part("number", lambda _: number)

    def literal(self, value: str | bool | None) -> _Part:  # noqa: FBT001 the value of a literal, not a switch
        """Give a literal."""
        kind: Kind = "null" if value is None else "bool" if isinstance(value, bool) else "text"
        return _Part(kind, lambda _: value)

    def call(self, node: ast.Call) -> _Part:
        """Read a function of literal names."""
        name = ast.unparse(node.func)
        self.known(name, FUNCTIONS, "函数", "function")
        kind, parameters, least = FUNCTIONS[name]
        words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        named = [word for word in words if isinstance(word, str)]
        fits = len(named) == len(node.args) and least <= len(named) <= len(parameters)
        if node.keywords or not fits:
            raise self.refused(
                f"{name}() 要{least}至{len(parameters)}个加引号的名称",
                f"{name}() takes {least} to {len(parameters)} names in quotes",
            )
        for word, parameter in zip(named, parameters, strict=False):
            if parameter == "stand":  # the child's mechanism is not at hand; the linter looks there
                self.stands.add((named[0], word))
            else:
                self.known(word, *self.names_for(parameter, named[0]))
        return _Part(kind, function(name, named, self.mechanism))

    def names_for(self, parameter: str, kind: str) -> tuple[Iterable[str], str, str]:
        """Give the names a parameter may take, and what they are called."""
        rules = self.mechanism
        members = rules.participants.get(kind)
        groups = [*members.states, *members.groups] if members else []
        weighted = [key for key, each in rules.participants.items() if each.weight]
        summed = [key for key, entries in rules.entries.items() if entries.amount]
        opened = [action.open.mechanism for action in rules.actions.values() if action.open]
        known: dict[str, tuple[Iterable[str], str, str]] = {
            "child": (opened, "由本机制开出（open）的下级事项", "child case that an action opens"),
            "group": (groups, f"“{kind}”的状态或组", f"state or group of {kind}"),
            "kind": (rules.participants, "参与方", "participant kind"),
            "weighted": (weighted, "有权重（weight）的参与方", "participant kind with a weight"),
            "entry": (rules.entries, "记录", "entry"),
            "amount": (summed, "有金额（amount）的记录", "entry with an amount"),
            "clock": (rules.clocks, "时限", "clock"),
        }
        return known[parameter]

    def known(self, name: str, names: Iterable[str], zh: str, en: str) -> None:
        """Refuse a name that is not declared, offering the nearest ones."""
        listed = list(names)
        if name in listed:
            return
        near = difflib.get_close_matches(name, listed) or listed[:8]
        raise self.refused(
            f"没有名为“{name}”的{zh}；可用：{'、'.join(near) or '无'}",
            f"unknown {en} {name!r}; there is {', '.join(near) or 'none'}",
        )

    def refused(self, zh: str, en: str) -> GuardRefused:
        """Give the refusal of this source."""
        said = Label(zh=f"“{self.source}”：{zh}", en=f"{self.source!r}: {en}")
        return GuardRefused(said, cure_of_guard("" if self.is_read else self.source))


NODES: dict[type[ast.expr], Callable[[_Builder, Any], _Part]] = {
    ast.BoolOp: _Builder.junction,
    ast.UnaryOp: _Builder.sign,
    ast.BinOp: _Builder.arithmetic,
    ast.Compare: _Builder.comparison,
    ast.Name: _Builder.name,
    ast.Constant: _Builder.constant,
    ast.Call: _Builder.call,
}


def _typed(value: object, kind: Kind) -> Found:
    """Read a stored value as its kind; `other` only tells whether there is one."""
    if kind in ("number", "body"):
        return exact(value)
    if kind == "other":
        return None if value is None else True
    if kind in ("date", "moment"):
        return _dated(str(value), kind)
    return value if isinstance(value, bool | str) else None


def _dated(text: str, kind: Kind) -> date | None:
    try:
        if kind == "date":
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _ordered(compare: Callable[[Any, Any], bool], first: Found, second: Found) -> bool:
    return first is not None and second is not None and compare(first, second)


def _calculated(
    apply: Callable[[Fraction, Fraction], Fraction], left: Found, right: Found
) -> Fraction | None:
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        return None
    return None if apply is operator.truediv and right == 0 else apply(left, right)
