"""Whether a condition on a way out can always be made true from where the case stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from linli.rulebook.mechanism import Action, Mechanism

MADE = ("entries", "total")


def has_open_way(mechanism: Mechanism, state: str, ways: Sequence[Action]) -> bool:
    """Tell whether some way out of a state is open, or is opened by what can be done there.

    A condition yields when its answers are given with the action, when a clock that runs in the state makes it
    true in time, when it counts entries that are made in the state, when it waits until no child case lives any more,
    or when two ways have opposite conditions.
    """
    guards = [ast.parse(way.when, mode="eval").body if way.when else None for way in ways]
    texts = {ast.unparse(guard) for guard in guards if guard is not None}
    return any(
        guard is None
        or _Yielding(mechanism, state, way).yields(guard, ())
        or bool(texts & _opposites(guard))
        for way, guard in zip(ways, guards, strict=True)
    )


_CHILDLESS = re.compile(r"called\('[\w-]+', '@live'\) == 0")


class _Yielding:
    """Reads conditions of one action in one state."""

    def __init__(self, mechanism: Mechanism, state: str, way: Action) -> None:
        self.mechanism = mechanism
        self.state = state
        self.way = way

    def yields(self, guard: ast.expr, beside: tuple[str, ...]) -> bool:
        """Tell whether a condition can be made true; `beside` are those that would do instead."""
        if isinstance(guard, ast.BoolOp) and isinstance(guard.op, ast.And):
            return all(self.yields(part, beside) for part in guard.values)
        if isinstance(guard, ast.BoolOp):
            texts = tuple(ast.unparse(part) for part in guard.values)
            return any(self.yields(part, texts) for part in guard.values)
        if _CHILDLESS.fullmatch(ast.unparse(guard)):
            return True
        calls = [node for node in ast.walk(guard) if isinstance(node, ast.Call)]
        called = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
        names = {node.id for node in ast.walk(guard) if isinstance(node, ast.Name)} - called
        words = {"true", "false", "null"}
        asked = set(self.way.fields)
        if names - words and not names & asked:
            return False
        return all(self.comes_true(call, beside) for call in calls)

    def comes_true(self, call: ast.Call, beside: tuple[str, ...]) -> bool:
        """Tell whether what a function reads changes by itself, or by an action taken in the state."""
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        words = [str(word.value) for word in call.args if isinstance(word, ast.Constant)]
        if name == "breached":
            clock = self.mechanism.clocks.get(words[0])
            return clock is not None and self.state in self.mechanism.states_named(clock.runs_in)
        if name not in MADE:
            return False
        return any(
            action.entry == words[0]
            and self.state in self.mechanism.states_named(action.from_)
            and (action.when is None or bool(_opposites_of(action.when) & set(beside)))
            for action in self.mechanism.actions.values()
        )


def _opposites_of(source: str) -> set[str]:
    return _opposites(ast.parse(source, mode="eval").body)


def _opposites(guard: ast.expr) -> set[str]:
    """Give a comparison turned round."""
    if not isinstance(guard, ast.Compare) or len(guard.ops) != 1:
        return set()
    left, right = ast.unparse(guard.left), ast.unparse(guard.comparators[0])
    turned = {ast.Eq: "!=", ast.NotEq: "==", ast.Lt: ">=", ast.GtE: "<", ast.Gt: "<=", ast.LtE: ">"}
    sign = turned.get(type(guard.ops[0]))
    return {f"{left} {sign} {right}"} if sign else set()
