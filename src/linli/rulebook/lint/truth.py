"""Conditions that can never be true, or never false, told from their text and from where the tracks may stand."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from linli.rulebook import guards
from linli.rulebook.mechanism import FieldRule, Mechanism
from linli.rulebook.tables import exact

MOST_CASES = 4_000
OTHER = "\0other"
Tracks = Mapping[str, str]


def outcomes(m: Mechanism, source: str, standing: Sequence[Tracks]) -> set[bool]:
    """Give the outcomes a condition can have while the tracks stand so; both when that cannot be told."""
    try:
        guard = guards.parse(source, m, wants="bool")
    except guards.GuardRefused:
        return {True, False}  # said where the condition stands
    atoms = _atoms(guard.tree)
    if not all(_is_plain(node, atoms) for node in ast.walk(guard.tree)):
        return {True, False}
    domains = {name: list(_domain(m, name, guard.tree, standing)) for name in atoms}
    size = 1
    for domain in domains.values():
        size *= max(1, len(domain))
    if size > MOST_CASES:
        return {True, False}
    return {
        _holds(guard.tree, dict(zip(domains, values, strict=True)))
        for values in itertools.product(*domains.values())
    }


def _atoms(tree: ast.expr) -> set[str]:
    """Give the names and calls whose values are not in the text."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) or (
            isinstance(node, ast.Name) and node.id not in (*guards.WORDS, *guards.FUNCTIONS)
        ):
            found.add(ast.unparse(node))
    return found


def _is_plain(node: ast.AST, atoms: set[str]) -> bool:
    """Tell whether a comparison sets one atom against literals; of sums and of two atoms nothing is told."""
    if isinstance(node, ast.BinOp):
        return False
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return sum(ast.unparse(side) in atoms for side in sides) <= 1
    return True


def _domain(m: Mechanism, name: str, tree: ast.expr, standing: Sequence[Tracks]) -> Iterator[Any]:
    """Give values of an atom, one at least for every way the condition can see it."""
    if name in m.tracks:
        yield from {tracks[name] for tracks in standing}
        return
    field = m.fields.get(name)
    literals = [_literal(side) for side in _beside(tree, name)]
    numbers = [n for n in map(exact, literals) if n is not None]
    if name.startswith(("met(", "breached(", "all_done(", "all_called(")) or (
        field and field.type == "bool"
    ):
        yield from (True, False)
    elif numbers or field is None or field.type in ("int", "number", "money", "fraction"):
        yield from _around(numbers, field, is_share=name.startswith(("share(", "wshare(")))
    else:
        yield from {literal for literal in literals if literal is not None}
        yield OTHER
    if field is not None and _can_be_missing(m, name, field):
        yield None


def _can_be_missing(m: Mechanism, name: str, field: FieldRule) -> bool:
    """Tell whether a field may stand empty: it has no default, or some action empties it."""
    if field.default is None or any(name in table.out for table in m.decisions.values()):
        return True
    return any(action.set_.get(name, "") in (None, "null") for action in m.actions.values())


def _around(
    numbers: Iterable[Fraction], field: FieldRule | None, *, is_share: bool
) -> Iterator[Fraction]:
    least = 0 if field is None else field.min
    most = 1 if is_share else field.max if field else None
    whole = field is not None and field.type == "int"
    ways = (-1, 0, 1) if whole else (-1, Fraction(-1, 7), 0, Fraction(1, 7), 1)
    near = {n + way for n in (*numbers, Fraction(0)) for way in ways}
    near |= {Fraction(bound) for bound in (least, most) if bound is not None}
    for number in sorted(near):
        if (least is None or number >= least) and (most is None or number <= most):
            yield number


def _beside(tree: ast.expr, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(ast.unparse(side) == name for side in sides):
                for side in sides:
                    yield from side.elts if isinstance(side, ast.Tuple | ast.List) else [side]


def _literal(node: ast.expr) -> Any:
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        return -node.operand.value if isinstance(node.operand.value, int) else None
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, float) else node.value
    return None


def _holds(node: ast.expr, values: Mapping[str, Any]) -> bool:
    return _value(node, values) is True


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    if (text := ast.unparse(node)) in values:
        return values[text]
    match node:
        case ast.BoolOp(op=op, values=parts):
            return (all if isinstance(op, ast.And) else any)(_holds(p, values) for p in parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _holds(operand, values)
        case ast.Compare():
            return _compared(node, values)
        case ast.Name(id=name):
            return guards.WORDS.get(name)
    return _literal(node)


def _compared(node: ast.Compare, values: Mapping[str, Any]) -> bool:
    sides = [node.left, *node.comparators]
    return all(
        _pair(left, mark, right, values)
        for (left, right), mark in zip(itertools.pairwise(sides), node.ops, strict=True)
    )


def _pair(left: ast.expr, mark: ast.cmpop, right: ast.expr, values: Mapping[str, Any]) -> bool:
    one = _plain(_value(left, values))
    if isinstance(mark, ast.In | ast.NotIn):
        listed = right.elts if isinstance(right, ast.Tuple | ast.List) else []
        return (one in [_plain(_literal(e)) for e in listed]) is isinstance(mark, ast.In)
    other = _plain(_value(right, values))
    if isinstance(mark, ast.Eq | ast.NotEq):
        return (one == other) is isinstance(mark, ast.Eq)
    if not isinstance(one, Fraction) or not isinstance(other, Fraction):
        return False
    return guards.COMPARISONS[type(mark)](one, other)


def _plain(value: Any) -> Any:
    number = exact(value) if not isinstance(value, bool) else None
    return value if number is None else number
