"""Finding answers that make conditions true and false, and that each row of a table fits: for who invents forms."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, product
from typing import Any

from linli.rulebook.casefile import Casefile
from linli.rulebook.deciding.effects import blank
from linli.rulebook.deciding.plans import AUTO_WAYS
from linli.rulebook.guards import Guard, parse
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.tables import kinds_of, rows_that_fit

TRIED_MOST = 400
SUMS = ("entries", "total")
Form = dict[str, Any]
Wish = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Solver:
    """Knows the conditions of one mechanism: what answers to a form can decide, and which answers decide it so."""

    mechanism: Mechanism

    def solved(
        self,
        action: str,
        forms: Sequence[Form],
        wide: Mapping[str, Sequence[Any]],
        case: Casefile | None,
    ) -> list[Form]:
        """Give forms besides those given, one for each wish that none of them grants and some answers do."""
        found: list[Form] = []
        for names, wish in self.wishes(action, case):
            if any(wish(form) for form in [*forms, *found]):
                continue
            offered = [wide[name] for name in names]
            tried = (dict(zip(names, one, strict=True)) for one in product(*offered))
            fit = next(
                (f for one in islice(tried, TRIED_MOST) if wish(f := _laid(forms[0], one))), None
            )
            if fit is not None:
                found.append(fit)
        return found

    def wishes(self, action: str, case: Casefile | None) -> Iterator[tuple[list[str], Wish]]:
        """Give what one may want of a form: the questions that decide it, and whether a form does."""
        rule = self.mechanism.actions[action]
        there = case or blank(self.mechanism, "", "", ())
        gates = [guard for guard in self.gates.get(action, ()) if guard.names & {*rule.fields}]

        def opens(form: Mapping[str, Any]) -> bool:
            after = replace(there, values={**there.values, **form})
            return all(guard.holds(after) for guard in gates)

        asked = {*rule.fields} & {name for guard in gates for name in guard.names}
        if gates:
            yield sorted(asked), opens
        for part in [*self.brinks(action), *self.parts]:
            if names := part.names & {*rule.fields}:
                for wanted in (True, False):
                    yield sorted(names | asked), _held(part, there, opens, wanted=wanted)
        for key in filter(None, [rule.decide]):
            table = self.mechanism.decisions[key]
            read = {*table.in_} & {*rule.fields}
            for row in range(1, len(table.rules) + 1) if read else ():
                yield sorted(read | asked), self._fitting(key, row, there, opens)

    @cached_property
    def gates(self) -> Mapping[str, list[Guard]]:
        """Give what must be true for each action, as far as answers and entries decide it: what `and` joins."""
        return {
            key: [parse(ast.unparse(one), self.mechanism) for one in _joined(action.when) if _is_told(one)]
            for key, action in self.mechanism.actions.items()
        }  # fmt: skip

    def brinks(self, action: str) -> list[Guard]:
        """Give where an action's own limits are just met: sums that must not run past each other may have to be equal."""
        found = [
            ast.Compare(one.left, [ast.Eq()], one.comparators)
            for one in _joined(self.mechanism.actions[action].when)
            if isinstance(one, ast.Compare) and len(one.ops) == 1 and _is_told(one)
            if isinstance(one.ops[0], ast.LtE | ast.GtE)
        ]
        return [parse(ast.unparse(one), self.mechanism) for one in found]

    @cached_property
    def parts(self) -> list[Guard]:
        """Give each condition that answers alone decide, and the comparisons within the others."""
        return [parse(text, self.mechanism) for text in dict.fromkeys(self._texts())]

    def _texts(self) -> Iterator[str]:
        for source in self.conditions():
            for node in ast.walk(ast.parse(source, mode="eval").body):
                if isinstance(node, ast.Compare | ast.BoolOp) and _is_plain(node):
                    yield ast.unparse(node)

    def conditions(self) -> Iterator[str]:
        """Give every condition of the mechanism's actions."""
        for action in self.mechanism.actions.values():
            asked = [action.when, *(need.when for need in action.evidence)]
            autos = [by.auto for by in action.by if by.auto not in (*AUTO_WAYS, "true")]
            yield from filter(None, [*asked, *autos, *action.required_when.values()])

    def _fitting(self, key: str, row: int, case: Casefile, opens: Wish) -> Wish:
        table, kinds = self.mechanism.decisions[key], kinds_of(self.mechanism)
        return lambda form: (
            opens(form) and row in rows_that_fit(table, {**case.values, **form}, kinds)[:1]
        )


def _held(part: Guard, case: Casefile, opens: Wish, *, wanted: bool) -> Wish:
    return lambda form: (
        opens(form) and part.holds(replace(case, values={**case.values, **form})) is wanted
    )


def _laid(form: Form, answers: Mapping[str, Any]) -> Form:
    both = {**form, **answers}
    return {name: value for name, value in both.items() if value is not None}


def _is_plain(tree: ast.expr) -> bool:
    """Tell whether no function is called: what participants, entries or clocks do is not answered in a form."""
    return not any(isinstance(node, ast.Call) for node in ast.walk(tree))


def _is_told(tree: ast.expr) -> bool:
    """Tell whether the form and the entries alone decide it."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return all(isinstance(name, ast.Name) and name.id in SUMS for name in calls)


def _joined(source: str | None) -> list[ast.expr]:
    """Give the parts of a condition that must all be true."""
    if source is None:
        return []
    tree = ast.parse(source, mode="eval").body
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return tree.values
    return [tree]
