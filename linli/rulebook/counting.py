"""Figures in short form, expanded to the one predicate tree that is executed and put into words."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from linli.rulebook.mechanism import CodeList, Figure, Label, Mechanism

Predicate = tuple[object, ...]
Entity = Literal["step", "case", "entry"]

TRUE: Predicate = ("and",)
VERBS = ("enter", "leave", "act")
COMPARED: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.In: "in",
}
WORDS = {"null": None, "true": True, "false": False}
OPPOSITE = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
SIGNS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "in": "∈"}


FACTS = {
    "state": Label(zh="状态", en="State"),
    "phase": Label(zh="阶段", en="Phase"),
    "category": Label(zh="类别", en="Category"),
    "source": Label(zh="来源", en="Source"),
}


class FigureRefused(ValueError):
    """A short form that cannot be counted; `message` says which part and what to write."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Label(zh=zh, en=en)
        super().__init__(en)


@dataclass(frozen=True)
class Counted:
    """What is counted: one entity, narrowed by a predicate.

    A `step` counts by its own moment, an `entry` likewise, a `case` by its state at the period's end.
    `once` takes the first such step of a case only. `total` names the amount that is summed.
    Predicates are ('and', p…), ('or', p…), ('not', p), (compare, field, value), ('met', clock),
    ('breached', clock), ('to', states), ('left', states), ('act', action), ('entry', kind).
    Fields are 'state', 'phase', 'category', 'source', 'values.NAME' or 'tracks.NAME' of the case.
    """

    entity: Entity
    where: Predicate
    once: bool = False
    total: str | None = None


@dataclass(frozen=True)
class FigureTree:
    """A figure ready to be executed: a flow over a period or a stock at its end, as num or num over den."""

    key: str
    mechanism: str
    label: Label
    mode: Literal["flow", "stock"]
    num: Counted
    den: Counted | None = None
    unit: Label | None = None
    decimals: int = 2
    direction: str = "none"


def expand(mechanism: Mechanism, name: str) -> FigureTree:
    """Give the tree of a figure of this mechanism. Raises FigureRefused, naming the part that is wrong."""
    figure = mechanism.figures.get(name)
    if figure is None:
        raise FigureRefused(f"没有名为“{name}”的数", f"there is no figure {name!r}")
    num, den = _parts(mechanism, name, figure)
    return FigureTree(
        key=f"{mechanism.mechanism}.{name}",
        mechanism=mechanism.mechanism,
        label=Label(zh=figure.zh, en=figure.en),
        mode="stock" if figure.stock is not None else "flow",
        num=num,
        den=den,
        unit=figure.unit,
        decimals=figure.decimals,
        direction=figure.direction,
    )


def _parts(mechanism: Mechanism, name: str, figure: Figure) -> tuple[Counted, Counted | None]:
    if figure.ratio is not None:
        num, den = (_named(mechanism, name, part) for part in figure.ratio)
        return num, den
    if figure.stock is not None:
        text, condition = _divided(figure.stock)
        where = ("in", "state", _states(mechanism, text))
        return Counted("case", _both(where, predicate(mechanism, condition))), None
    if figure.sum is not None:
        text, condition = _divided(figure.sum)
        return _sum(mechanism, text, predicate(mechanism, condition)), None
    text, condition = _divided(figure.count or "")
    where = _both(_event(mechanism, text), predicate(mechanism, condition))
    return Counted("step", where, once=figure.once), None


def _named(mechanism: Mechanism, name: str, part: str) -> Counted:
    other, condition = _divided(part)
    figure = mechanism.figures.get(other)
    if figure is None or figure.ratio is not None or other == name:
        raise FigureRefused(
            f"比率“{name}”用到的“{other}”不是本机制的计数",
            f"ratio {name!r} names {other!r}, which is no count of this mechanism",
        )
    counted, _ = _parts(mechanism, other, figure)
    where = _both(counted.where, predicate(mechanism, condition))
    return Counted(counted.entity, where, counted.once, counted.total)


def _divided(text: str) -> tuple[str, str]:
    head, _, condition = text.partition(" where ")
    return head.strip(), condition.strip()


def _both(*parts: Predicate) -> Predicate:
    kept = [part for part in parts if part != TRUE]
    return kept[0] if len(kept) == 1 else ("and", *kept)


def _event(mechanism: Mechanism, text: str) -> Predicate:
    verb, _, object_ = text.partition(" ")
    if verb == "act" and object_ in mechanism.actions:
        return ("act", object_)
    if verb in ("enter", "leave"):
        return ("to" if verb == "enter" else "left", _states(mechanism, object_))
    raise FigureRefused(
        f"计数“{text}”应写成 enter 状态、leave 状态 或 act 动作",
        f"write the count {text!r} as 'enter STATE', 'leave STATE' or 'act ACTION'",
    )


def _states(mechanism: Mechanism, text: str) -> tuple[str, ...]:
    states = tuple(mechanism.states_named(text))
    unknown = [state for state in states if state not in mechanism.states]
    if not states or unknown:
        raise FigureRefused(f"没有状态或分组“{text}”", f"there is no state or group {text!r}")
    return states


def _sum(mechanism: Mechanism, text: str, condition: Predicate) -> Counted:
    entries = mechanism.entries.get(text)
    if entries is None or entries.amount is None:
        raise FigureRefused(
            f"“{text}”不是带金额的记录", f"{text!r} names no entries that carry an amount"
        )
    return Counted("entry", _both(("entry", text), condition), total=entries.amount)


def predicate(mechanism: Mechanism, condition: str) -> Predicate:
    """Give the predicate of a condition such as `satisfied and met('handle')`; '' is always true."""
    if not condition:
        return TRUE
    try:
        tree = ast.parse(condition, mode="eval").body
    except SyntaxError:
        raise _not_understood(condition) from None
    return _Reader(mechanism, condition).read(tree)


def _not_understood(condition: str) -> FigureRefused:
    return FigureRefused(
        f"条件“{condition}”看不懂：可写 字段 == 值、met('时限')、breached('时限')，用 and、or、not 相连",
        f"condition {condition!r} is not understood: compare fields, met('clock'), breached('clock'), and, or, not",
    )


class _Reader:
    """Turns the syntax tree of one condition into a predicate."""

    def __init__(self, mechanism: Mechanism, condition: str) -> None:
        self.mechanism = mechanism
        self.condition = condition

    def read(self, node: ast.expr) -> Predicate:
        """Give the predicate of a node that says true or false."""
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return ("and", *map(self.read, values))
            case ast.BoolOp(op=ast.Or(), values=values):
                return ("or", *map(self.read, values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ("not", self.read(operand))
            case ast.Call(
                func=ast.Name(id="met" | "breached" as verb), args=[ast.Constant(value=str(clock))]
            ):
                return self._clock(verb, clock)
            case ast.Name(id=name):
                return ("eq", self._field(name), True)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._compared(left, operator, right)
            case _:
                raise _not_understood(self.condition)

    def _clock(self, verb: str, clock: str) -> Predicate:
        if clock not in self.mechanism.clocks:
            raise FigureRefused(f"没有时限“{clock}”", f"there is no clock {clock!r}")
        return (verb, clock)

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Predicate:
        compare = COMPARED.get(type(operator))
        if compare is None:
            raise _not_understood(self.condition)
        if isinstance(left, ast.Constant) and compare in OPPOSITE:
            left, right, compare = right, left, OPPOSITE[compare]
        if not isinstance(left, ast.Name):
            raise _not_understood(self.condition)
        return (compare, self._field(left.id), self._value(right))

    def _field(self, name: str) -> str:
        if name in ("state", "phase", "category", "source"):
            return name
        if name in self.mechanism.tracks:
            return f"tracks.{name}"
        field = self.mechanism.fields.get(name)
        if field is None or field.is_sealed:
            raise FigureRefused(
                f"条件里的“{name}”不是可计数的字段", f"{name!r} is no field that can be counted by"
            )
        return f"values.{name}"

    def _value(self, node: ast.expr) -> object:
        match node:
            case ast.Name(id=name) if name in WORDS:
                return WORDS[name]
            case ast.Constant(value=str() | int() | None as value):
                return value
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return tuple(self._value(part) for part in parts)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return -value
            case _:
                raise _not_understood(self.condition)


def sentence(tree: FigureTree, mechanism: Mechanism, codes: Mapping[str, CodeList]) -> Label:
    """Put into words what a figure counts, in both languages; `codes` are the book's code lists."""
    words = _Words(mechanism, codes)
    num = _worded(tree.num, words)
    if tree.den is None:
        return num
    den = _worded(tree.den, words)
    return Label(zh=f"{num.zh}，除以{den.zh}", en=f"{num.en}, divided by {den.en}")


def _worded(counted: Counted, words: _Words) -> Label:
    where = words.of(counted.where)
    title = words.mechanism.title
    if counted.entity == "case":
        return Label(
            zh=f"期末的“{title.zh}”件数（{where.zh}）",
            en=f"{title.en}: cases at the end of the period ({where.en})",
        )
    if counted.total is not None:
        return Label(
            zh=f"期内“{title.zh}”的金额合计（{where.zh}）",
            en=f"{title.en}: sum of amounts in the period ({where.en})",
        )
    times = (
        ("件数，每件只计第一次", "cases, first time only") if counted.once else ("次数", "times")
    )
    return Label(
        zh=f"期内“{title.zh}”{where.zh}的{times[0]}",
        en=f"{title.en}: {where.en} in the period ({times[1]})",
    )


class _Words:
    """Words for predicates, with the mechanism's own labels."""

    def __init__(self, mechanism: Mechanism, codes: Mapping[str, CodeList]) -> None:
        self.mechanism = mechanism
        self.codes = codes

    def of(self, where: Predicate) -> Label:
        """Give the words of one predicate."""
        kind, *parts = where
        if kind in ("and", "or"):
            return self._joined(
                str(kind), [self.of(part) for part in parts if isinstance(part, tuple)]
            )
        if kind == "not":
            assert isinstance(parts[0], tuple)
            inner = self.of(parts[0])
            return Label(zh=f"并非（{inner.zh}）", en=f"not ({inner.en})")
        if kind in ("to", "left", "act", "entry", "met", "breached"):
            return self._event(str(kind), parts[0])
        return self._compared(str(kind), str(parts[0]), parts[1])

    def _joined(self, kind: str, words: list[Label]) -> Label:
        if not words:
            return Label(zh="全部", en="all")
        zh, en = ("且", " and ") if kind == "and" else ("或", " or ")
        return Label(zh=zh.join(word.zh for word in words), en=en.join(word.en for word in words))

    def _event(self, kind: str, object_: object) -> Label:
        m = self.mechanism
        if kind in ("to", "left"):
            assert isinstance(object_, tuple)
            states = [m.states[str(state)] for state in object_]
            zh, en = "、".join(f"“{s.zh}”" for s in states), ", ".join(f"“{s.en}”" for s in states)
            verb = ("进入", "entered") if kind == "to" else ("离开", "left")
            return Label(zh=f"{verb[0]}{zh}", en=f"{verb[1]} {en}")
        if kind == "act":
            action = m.actions[str(object_)]
            return Label(zh=f"办理“{action.zh}”", en=f"“{action.en}” done")
        if kind == "entry":
            entries = m.entries[str(object_)]
            return Label(zh=f"记录“{entries.zh}”", en=f"entries “{entries.en}”")
        clock = m.clocks[str(object_)]
        zh, en = ("守住", "kept") if kind == "met" else ("超过", "overran")
        return Label(zh=f"{zh}“{clock.zh}”", en=f"{en} “{clock.en}”")

    def _compared(self, kind: str, field: str, value: object) -> Label:
        name = self._name(field)
        if value is None:
            zh, en = ("没有", "is blank") if kind == "eq" else ("有", "is given")
            return Label(zh=f"{zh}“{name.zh}”", en=f"“{name.en}” {en}")
        said = self._said(field, value)
        if kind == "in" or (kind == "eq" and not isinstance(value, int)) or isinstance(value, bool):
            is_or_not = ("不为", "is not") if kind == "ne" else ("为", "is")
            return Label(
                zh=f"“{name.zh}”{is_or_not[0]}{said.zh}", en=f"“{name.en}” {is_or_not[1]} {said.en}"
            )
        return Label(
            zh=f"“{name.zh}”{SIGNS[kind]}{said.zh}", en=f"“{name.en}” {SIGNS[kind]} {said.en}"
        )

    def _name(self, field: str) -> Label:
        owner, _, name = field.partition(".")
        if owner == "values":
            return self.mechanism.fields[name]
        return self.mechanism.tracks[name] if name else FACTS[field]

    def _said(self, field: str, value: object) -> Label:
        if isinstance(value, tuple):
            parts = [self._said(field, part) for part in value]
            return Label(
                zh="、".join(part.zh for part in parts), en=", ".join(part.en for part in parts)
            )
        if isinstance(value, bool):
            return Label(zh="是", en="yes") if value else Label(zh="否", en="no")
        known = self._codes(field)
        return known.get(str(value)) or Label(zh=str(value), en=str(value))

    def _codes(self, field: str) -> Mapping[str, Label]:
        owner, _, name = field.partition(".")
        if field == "state":
            return self.mechanism.states
        if owner == "tracks":
            return self.mechanism.tracks[name].states
        rule = self.mechanism.fields.get(name or self.mechanism.shows.category or "")
        if rule is None:
            return {}
        if isinstance(rule.codes, str) and rule.codes in self.codes:
            return self.codes[rule.codes].codes
        return rule.labels
