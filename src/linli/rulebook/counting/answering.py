"""How many answered: behind a rate of those who answered, the share of them among all who might have."""

from __future__ import annotations

from dataclasses import replace

from linli.rulebook.counting.trees import TRUE, FigureTree, Predicate
from linli.rulebook.mechanism import Label

RESPONSE = Label(zh="答复率", en="Response rate")


def response_to(tree: FigureTree) -> FigureTree | None:
    """Give the response rate of a rate: those it divides by, over the same without asking for an answer.

    A rate divides by answers when its denominator counts records 'where FIELD != null'. None for every other figure.
    """
    if tree.den is None or not tree.is_rate:
        return None
    asked = tuple(replace(one, where=_unanswered(one.where)) for one in tree.den)
    if asked == tree.den:
        return None
    return FigureTree(key=tree.key, label=RESPONSE, mode=tree.mode, num=tree.den, den=asked)


def _unanswered(where: Predicate) -> Predicate:
    """Give a condition without what asks for a value to be there."""
    if where[:1] == ("ne",) and where[2] is None:
        return TRUE
    if where[:1] != ("and",):
        return where
    kept = [
        part
        for part in where[1:]
        if not (isinstance(part, tuple) and part[:1] == ("ne",) and part[2] is None)
    ]
    only = kept[0] if len(kept) == 1 else None
    return only if isinstance(only, tuple) else ("and", *kept)
