"""Predicate trees as files write them, `[and, [enter, closed], [not, [breached, handle]]]`, read and checked."""

from __future__ import annotations

from linli.rulebook.counting.conditions import Conditions, event
from linli.rulebook.counting.trees import FigureRefused, Predicate
from linli.rulebook.mechanism import Mechanism

COMPARED = ("eq", "ne", "lt", "le", "gt", "ge")
EVENTS = ("enter", "leave", "act")


def read_predicate(mechanism: Mechanism, tree: object) -> Predicate:
    """Give the predicate that a list of words and lists stands for. Raises FigureRefused."""
    match tree:
        case ["and" | "or" as word, _, *_] if isinstance(tree, list):
            return (word, *(read_predicate(mechanism, part) for part in tree[1:]))
        case ["not" | "exists" as word, list(part)]:
            return (word, read_predicate(mechanism, part))
        case [("enter" | "leave" | "act") as word, str(name)]:
            return event(mechanism, f"{word} {name}")
        case ["entry", str(name)] if name in mechanism.entries:
            return ("entry", name)
        case ["met" | "breached" as word, str(name)]:
            return Conditions(mechanism, str(tree)).clock(word, name)
        case _:
            return _compared(mechanism, tree)


def _compared(mechanism: Mechanism, tree: object) -> Predicate:
    conditions = Conditions(mechanism, str(tree))
    match tree:
        case ["isnull", str(name)]:
            return conditions.compared("eq", name, None)
        case ["in", str(name), list(values)] if values:
            return conditions.compared("in", name, tuple(values))
        case [str(word), str(name), str() | int() | bool() as value] if word in COMPARED:
            return conditions.compared(word, name, value)
        case _:
            raise FigureRefused(
                f"条件 {tree} 看不懂：可用 and or not in isnull eq ne lt le gt ge exists enter leave act entry met breached，and、or 不能空",
                f"condition {tree} is not understood: there are and or not in isnull eq ne lt le gt ge exists enter leave act entry met breached; and, or are never empty",
            )


def entries_named(where: Predicate) -> str | None:
    """Give the kind of entries that a predicate counts."""
    kind, *parts = where
    if kind == "entry":
        return str(parts[0])
    found = (entries_named(part) for part in parts if isinstance(part, tuple) and kind == "and")
    return next((name for name in found if name), None)
