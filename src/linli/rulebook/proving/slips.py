"""Slips within one line: a condition turned round, a threshold off by one, a figure that counts something else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from linli.rulebook.mechanism import Mechanism

Path = tuple[str | int, ...]
Bend = tuple[str, Path, Any]
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def nudged(budget: str) -> str:
    """Give a time limit that is one longer."""
    return re.sub(r"\d+", lambda found: str(int(found[0]) + 1), budget, count=1)


def bent_guards(kind: str, path: Path, source: str) -> Iterator[Bend]:
    """Give a condition negated, with each number off by one, each comparison and junction turned."""
    yield kind, path, f"not ({source})"
    tree = ast.parse(source, mode="eval")
    for place, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            bent = deepcopy(tree)
            change(next(n for at, n in enumerate(ast.walk(bent)) if at == place))
            if (text := ast.unparse(bent)) != source:
                yield kind, path, text


def _changes(node: ast.AST) -> Iterator[Any]:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield lambda n: setattr(n, "value", n.value + 1)
        yield lambda n: setattr(n, "value", n.value - 1)
    elif isinstance(node, ast.Compare):
        yield lambda n: n.ops.__setitem__(0, TURNED[type(n.ops[0])]())
    elif isinstance(node, ast.BoolOp):
        yield lambda n: setattr(n, "op", ast.Or() if isinstance(n.op, ast.And) else ast.And())
        for place in range(len(node.values) if len(node.values) > 1 else 0):
            yield lambda n, place=place: n.values.pop(place)
    elif isinstance(node, ast.Tuple) and len(node.elts) > 1:
        for place in range(len(node.elts)):
            yield lambda n, place=place: n.elts.pop(place)


def bent_rows(path: Path, table: dict[str, Any]) -> Iterator[Bend]:
    """Give a decision table with a row less, with two outcomes swapped, with a number off by one."""
    rules, width = table["rules"], len(table["in"])
    for place, row in enumerate(rules):
        here = (*path, "rules")
        if len(rules) > 1:
            yield "table", here, [*rules[:place], *rules[place + 1 :]]
            other = rules[(place + 1) % len(rules)]
            if other[width:] != row[width:]:
                yield "table", (*here, place), [*row[:width], *other[width:]]
        for column in range(min(width, len(row))):
            if (number := re.search(r"\d+", row[column])) and '"' not in row[column]:
                moved = row[column].replace(number[0], str(int(number[0]) + 1), 1)
                yield "table", (*here, place, column), moved


def bent_figures(path: Path, figure: dict[str, Any], m: Mechanism) -> Iterator[Bend]:
    """Give a figure that counts another state, without its condition, the wrong way round, or each time anew."""
    for word in ("count", "distinct", "stock", "sum"):
        if word not in figure:
            continue
        head, mark, condition = figure[word].partition(" where ")
        verb, _, named = head.rpartition(" ")
        is_field = word == "sum" and len(figure.keys() & {"count", "distinct", "stock"}) > 0
        for other in _others(verb, named, "field" if is_field else word, m):
            yield "figure", (*path, word), f"{verb} {other}".strip() + mark + condition
        if verb in ("enter", "leave"):
            turned = "leave" if verb == "enter" else "enter"
            yield "figure", (*path, word), f"{turned} {named}{mark}{condition}"
        if condition:
            yield "figure", (*path, word), head
            yield "figure", (*path, word), f"{head} where not ({condition})"
    if "ratio" in figure:
        yield "figure", (*path, "ratio"), figure["ratio"][::-1]
    if figure.get("once") and _comes_again(figure["count"], m):
        yield "figure", (*path, "once"), False


def _comes_again(count: str, m: Mechanism) -> bool:
    """Tell whether what is counted can happen twice to a case: if not, `once` changes nothing."""
    verb, _, named = count.partition(" where ")[0].rpartition(" ")
    action = m.actions.get(named) if verb == "act" else None
    if action and not action.to:
        return True
    places = {action.to} if action and action.to else set(m.states_named(named))
    reached: set[str] = set()
    fresh = {to for place in places for to in _onward(place, m)}
    while fresh - reached:
        reached |= fresh
        fresh = {to for place in fresh for to in _onward(place, m)}
    starts = set(m.states_named(action.from_)) if action else places
    return bool(reached & starts)


def _onward(place: str, m: Mechanism) -> set[str]:
    ways = [(a.to, m.states_named(a.from_)) for a in m.actions.values()]
    return {to for to, left in ways if to and to != place and place in left}


def _others(verb: str, named: str, word: str, m: Mechanism) -> list[str]:
    numbers = {
        key: None for key, rule in m.fields.items() if rule.type in ("int", "number", "money")
    }
    known: Iterable[str] = m.actions if verb == "act" else m.states
    if word in ("sum", "field"):
        known = m.entries if word == "sum" else numbers
    return [key for key in known if key != named][:1]
