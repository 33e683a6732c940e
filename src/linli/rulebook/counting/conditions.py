"""Conditions of figures, such as `satisfied and met('handle')`, read into predicates."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from decimal import Decimal

from linli.rulebook.counting.trees import TRUE, FigureRefused, Predicate
from linli.rulebook.mechanism import Action, Mechanism
from linli.rulebook.slips import slip_of_guard

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
ORDERS = ("lt", "le", "gt", "ge")
ORDERED = ("int", "number", "money", "date", "moment")
PHASES = ("intake", "open", "done", "void")
OPPOSITE = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


def predicate(
    mechanism: Mechanism, condition: str, told: Collection[str] = frozenset()
) -> Predicate:
    """Give the predicate of a condition such as `satisfied and met('handle')`; '' is always true.

    `told`: the fields that the counted steps write themselves; they are judged by what each step wrote.
    """
    if not condition:
        return TRUE
    try:
        tree = ast.parse(condition, mode="eval").body
    except SyntaxError:
        raise _not_understood(condition) from None
    return Conditions(mechanism, condition, told).read(tree)


def _not_understood(condition: str) -> FigureRefused:
    if slip := slip_of_guard(condition):
        return FigureRefused(
            f"条件“{condition}”看不懂：{slip.zh}",
            f"condition {condition!r} is not understood: {slip.en}",
        )
    return FigureRefused(
        f"条件“{condition}”看不懂：可写 字段 == 值、met('时限')、breached('时限')，用 and、or、not 相连",
        f"condition {condition!r} is not understood: compare fields, met('clock'), breached('clock'), and, or, not",
    )


def event(mechanism: Mechanism, text: str) -> Predicate:
    """Give the predicate of 'enter STATE', 'leave STATE' or 'act ACTION'; a group may stand for its states."""
    verb, _, object_ = text.partition(" ")
    if verb == "act" and object_ in mechanism.actions:
        return ("act", object_)
    if verb in ("enter", "leave"):
        return ("to" if verb == "enter" else "left", states(mechanism, object_))
    raise FigureRefused(
        f"计数“{text}”应写成 enter 状态、leave 状态 或 act 动作",
        f"write the count {text!r} as 'enter STATE', 'leave STATE' or 'act ACTION'",
    )


def written_by(mechanism: Mechanism, text: str, *, is_each: bool) -> frozenset[str]:
    """Give the fields that 'enter STATE', 'leave STATE' or 'act ACTION' may write several times in a case, or into an entry.

    What happens once is read from the case, where it may have been corrected since; so is a case that is counted
    once (`is_each` false): how it stands in the end.
    """
    return frozenset(
        field
        for action in _behind(mechanism, text)
        for field in (
            _writes(mechanism, action)
            if is_each and _comes_again(mechanism, action)
            else _noted(mechanism, action)
        )
    )


def _noted(mechanism: Mechanism, action: Action) -> frozenset[str]:
    """Give the fields that an action writes into an entry, and not to the case."""
    entries = mechanism.entries.get(action.entry or "")
    return frozenset({*entries.fields} & {*action.fields}) if entries else frozenset()


def _behind(mechanism: Mechanism, text: str) -> list[Action]:
    """Give the actions that bring an event about."""
    word, _, name = text.partition(" ")
    if word == "act":
        return [action for key, action in mechanism.actions.items() if key == name]
    marked, moving = (
        {*mechanism.states_named(name)},
        [a for a in mechanism.actions.values() if a.to],
    )
    if word == "enter":
        return [action for action in moving if action.to in marked]
    return [action for action in moving if marked & {*_from(mechanism, action)}]


def _from(mechanism: Mechanism, action: Action) -> list[str]:
    return mechanism.states_named(action.from_)


def _comes_again(mechanism: Mechanism, action: Action) -> bool:
    """Say whether a case may come back to where an action leaves from."""
    begins = {*_from(mechanism, action)}
    seen, ahead = set[str](), [action.to] if action.to else [*begins]
    while ahead:
        state = ahead.pop()
        if state not in seen:
            seen.add(state)
            ahead += [
                other.to
                for other in mechanism.actions.values()
                if other.to and state in _from(mechanism, other)
            ]
    return bool(seen & begins)


def only_in_entries(mechanism: Mechanism) -> frozenset[str]:
    """Give the fields that no step writes to the case itself: an entry keeps its answers to itself."""
    kept, noted = set[str](), set[str]()
    for action in mechanism.actions.values():
        own = _noted(mechanism, action)
        noted |= own
        kept |= _writes(mechanism, action) - own
    fields = mechanism.fields
    return frozenset(
        name for name in noted - kept if name in fields and fields[name].default is None
    )


def _writes(mechanism: Mechanism, action: Action) -> frozenset[str]:
    table = mechanism.decisions.get(action.decide or "")
    decided = table.out if table else []
    return frozenset({*action.fields, *action.set_, *decided} & mechanism.fields.keys())


def states(mechanism: Mechanism, text: str) -> tuple[str, ...]:
    """Give the states that a name or an @group stands for."""
    named = tuple(mechanism.states_named(text))
    unknown = [state for state in named if state not in mechanism.states]
    if not named or unknown:
        raise FigureRefused(f"没有状态或分组“{text}”", f"there is no state or group {text!r}")
    return named


class Conditions:
    """Turns conditions into predicates, refusing names that the mechanism does not know."""

    def __init__(
        self, mechanism: Mechanism, condition: str, told: Collection[str] = frozenset()
    ) -> None:
        self.mechanism = mechanism
        self.condition = condition
        self.told = told

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
                return self.clock(verb, clock)
            case ast.Name(id=name):
                return ("eq", self._field(name), True)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._compared(left, operator, right)
            case _:
                raise _not_understood(self.condition)

    def clock(self, verb: str, clock: str) -> Predicate:
        """Give the predicate 'met' or 'breached' of one of the mechanism's clocks."""
        if clock not in self.mechanism.clocks:
            raise FigureRefused(f"没有时限“{clock}”", f"there is no clock {clock!r}")
        return (verb, clock)

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Predicate:
        compare = COMPARED.get(type(operator))
        if compare is None:
            raise _not_understood(self.condition)
        if isinstance(left, ast.Constant) and compare in OPPOSITE:
            left, right, compare = right, left, OPPOSITE[compare]
        value = self._value(right)
        if not isinstance(left, ast.Name) or (compare == "in") is not isinstance(value, tuple):
            raise _not_understood(self.condition)
        return self.compared(compare, left.id, value)

    def compared(self, compare: str, name: str, value: object) -> Predicate:
        """Give the predicate that compares a field, a track, the state or the phase with a value."""
        self._check_order(name, compare)
        self._check_words(name, value)
        return (compare, self._field(name), value)

    def _check_order(self, name: str, compare: str) -> None:
        field = self.mechanism.fields.get(name)
        if compare in ORDERS and (field is None or field.type not in ORDERED):
            raise FigureRefused(
                f"“{name}”没有大小，只能用 == 或 !=", f"{name!r} has no order: use == or !="
            )

    def _check_words(self, name: str, value: object) -> None:
        known = self._known(name)
        if known is None:
            return
        for word in value if isinstance(value, tuple) else (value,):
            if word is not None and word not in known:
                listed = list(known)
                raise FigureRefused(
                    f"“{name}”没有“{word}”；可用：{'、'.join(listed)}",
                    f"{name!r} is never {word!r}; there is {', '.join(listed)}",
                )

    def _known(self, name: str) -> Iterable[str] | None:
        """Give the words a name can take, where the mechanism itself lists them."""
        m = self.mechanism
        field = m.fields.get(name)
        if name == "state":
            return m.states
        if name == "phase":
            return PHASES
        if name in m.tracks:
            return m.tracks[name].states
        return field.codes if field is not None and isinstance(field.codes, list) else None

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
        if name in self.told:
            return f"step.{name}"
        if name in only_in_entries(self.mechanism):
            raise FigureRefused(
                f"“{name}”只记在记录里，不在事项上：请数记下它的动作，或按记录合计",
                f"{name!r} stands in entries only, never on the case: count the action that notes it, or sum the entries",
            )
        return f"values.{name}"

    def _value(self, node: ast.expr) -> object:
        match node:
            case ast.Name(id=name) if name in WORDS:
                return WORDS[name]
            case ast.Constant(value=str() | int() | None as value):
                return value
            case ast.Constant(value=float()):
                return Decimal(ast.get_source_segment(self.condition, node) or "")
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return tuple(self._value(part) for part in parts)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return -value
            case _:
                raise _not_understood(self.condition)
