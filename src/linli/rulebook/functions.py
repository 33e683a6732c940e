"""What the functions of guards give: over participants, entries, clocks and child cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from fractions import Fraction

from linli.rulebook.casefile import Casefile, Child, ClockReading, Member
from linli.rulebook.mechanism import Mechanism, Participants
from linli.rulebook.tables import exact

Found = str | bool | Fraction | date | datetime | None
Read = Callable[[Casefile], Found]


def function(name: str, words: Sequence[str], mechanism: Mechanism) -> Read:
    """Give how one of the functions is read; its names have been checked."""
    key = words[0]
    if name in ("met", "breached"):
        wanted = name == "met"
        return lambda case: key in case.clocks and _met(case.clocks[key]) is wanted
    if name in ("called", "all_called"):
        return _of_children(key, words[1] if words[1:] else None, wants_all=name == "all_called")
    if name in ("entries", "total"):
        return _of_entries(key, is_sum=name == "total")
    rules = mechanism.participants[key]
    part = _choice(rules, key, words[1] if words[1:] else None)
    if name == "count":
        return lambda case: Fraction(len(part(case)))
    if name == "all_done":
        return lambda case: all(member.state in rules.done for member in part(case))
    whole = _choice(rules, key, words[2] if words[2:] else None)
    is_weighted = name == "wshare"
    return lambda case: _share(part(case), whole(case), is_weighted=is_weighted)


def _of_entries(key: str, *, is_sum: bool) -> Read:
    if is_sum:
        return lambda case: exact(case.entry_sums.get(key, "0"))
    return lambda case: Fraction(case.entry_counts.get(key, 0))


def _of_children(mechanism: str, stand: str | None, *, wants_all: bool) -> Read:
    """Give how many children of a mechanism stand somewhere, or whether all do (also when there are none)."""

    def stands(child: Child) -> bool:
        if stand is None:
            return True
        return stand[1:] in child.marks if stand.startswith("@") else stand == child.state

    def read(case: Casefile) -> Found:
        asked = [stands(child) for child in case.children if child.mechanism == mechanism]
        return all(asked) if wants_all else Fraction(sum(asked))

    return read


def _choice(
    rules: Participants, kind: str, group: str | None
) -> Callable[[Casefile], list[Member]]:
    """Give how the participants of a kind in a state or group are found; all of the kind without one."""
    states = rules.groups.get(group, [group]) if group else list(rules.states)
    return lambda case: [
        member for member in case.members if member.kind == kind and member.state in states
    ]


def _met(reading: ClockReading) -> bool | None:
    return False if reading.breached_at else reading.was_met


def _share(part: list[Member], whole: list[Member], *, is_weighted: bool) -> Fraction | None:
    """Give part over whole; missing when a weight is missing, for no quorum rests on a guess."""
    weights = [exact(member.weight if is_weighted else 1) for member in [*part, *whole]]
    known = [weight for weight in weights if weight is not None]
    if len(known) < len(weights):
        return None
    above, below = sum(known[: len(part)], Fraction(0)), sum(known[len(part) :], Fraction(0))
    return above / below if below else Fraction(0)
