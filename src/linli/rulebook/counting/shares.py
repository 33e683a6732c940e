"""Shares: whether what a rate counts is part of what it divides by, so that it never exceeds 100 %. Pure."""

from __future__ import annotations

from dataclasses import replace

from linli.rulebook.counting.trees import TRUE, Counted, FigureTree, Predicate

SAID = ("率", "占", "比例", "份额")
HAPPENING = ("to", "left", "act", "entry")


def is_said_a_share(title: str) -> bool:
    """Say whether a Chinese title calls a figure a rate or a share (…率, 占…, …比例); 'A与B之比' does not."""
    name = title.split("（", maxsplit=1)[0]
    return any(word in name for word in SAID)


def is_share(tree: FigureTree) -> bool:
    """Say whether every record of the numerator is, by construction, one of the denominator.

    Two amounts of the same records count as such: which of them is the greater, the form sees to.
    """
    return tree.den is not None and all(
        any(is_part(num, den) for den in tree.den) for num in tree.num
    )


def is_part(num: Counted, den: Counted) -> bool:
    """Say whether all that `num` counts, in whatever period, `den` counts in the same."""
    if num.distinct and den.basis == "period_end":
        return num.mechanism == den.mechanism and _implies(num.where, den.where)
    plain = replace(num, where=TRUE, total=None)
    if plain != replace(den, where=TRUE, total=None) or not _implies(num.where, den.where):
        return False
    return not (num.once or num.distinct) or _happening(num.where) == _happening(den.where)


def parts_of(where: Predicate) -> list[Predicate]:
    """Give the conditions that must all hold, those within 'and' told singly."""
    if where[:1] != ("and",):
        return [where]
    return [part for one in where[1:] if isinstance(one, tuple) for part in parts_of(one)]


def _happening(where: Predicate) -> list[Predicate]:
    return [part for part in parts_of(where) if part[0] in HAPPENING]


def _implies(here: Predicate, there: Predicate) -> bool:
    given = parts_of(here)
    return all(any(_follows(part, wanted) for part in given) for wanted in parts_of(there))


def _follows(given: Predicate, wanted: Predicate) -> bool:
    """Say whether a condition follows from another of the same field."""
    if given == wanted:
        return True
    if wanted[0] == "not" and isinstance(wanted[1], tuple) and wanted[1][0] == "eq":
        wanted = ("ne", *wanted[1][1:])
    if given[0] not in ("eq", "in") or given[1:2] != wanted[1:2] or given[2] is None:
        return False
    values = _listed(given[2])
    if wanted[0] == "in":
        return set(values) <= set(_listed(wanted[2]))
    return wanted[0] == "ne" and wanted[2] not in values


def _listed(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
