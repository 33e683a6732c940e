"""Likeness: two mechanisms with one graph are one with a code list; how much of a file stands in another; shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from linli.rulebook.mechanism import Mechanism

LABELS = (
    "zh",
    "en",
    "title",
    "basis",
    "covers",
    "mechanism",
    "version",
    "labels",
    "hint",
    "label",
    "list",
)
SHAPE = ("tracks", "participants", "entries", "decisions", "schedule", "params", "tells")


@dataclass(frozen=True)
class Likeness:
    """How much of a mechanism stands in another: the nearest one, and the share of lines that it has too."""

    key: str
    nearest: str
    share: float


def shape_of(mechanism: Mechanism) -> tuple[str, ...]:
    """Give what a browser meets in a mechanism: its kind, its parts, the kinds of evidence, fields and openers."""
    whole = mechanism.model_dump(by_alias=True, exclude_unset=True)
    parts = [part for part in SHAPE if whole.get(part)]
    actions = mechanism.actions.values()
    opens = ["opens"] if any(action.get("open") for action in whole["actions"].values()) else []
    evidence = {need.kind for action in actions for need in action.evidence}
    types = {rule.type for rule in mechanism.fields.values()} & {"area", "bodies", "place", "money"}
    by_residents = any(by.role == "resident" for action in actions for by in action.by)
    who = ["residents"] if by_residents else []
    return (mechanism.kind, *parts, *opens, *sorted(evidence), *sorted(types), *who)


def twins(mechanisms: Iterable[Mechanism]) -> list[tuple[str, str]]:
    """Give the pairs whose graphs and field types are the same: each is one mechanism with a code list."""
    known: dict[Any, str] = {}
    found = []
    for mechanism in mechanisms:
        mark = _graph(mechanism)
        if mark in known:
            found.append((known[mark], mechanism.mechanism))
        known.setdefault(mark, mechanism.mechanism)
    return found


def nearest(mechanisms: Mapping[str, Mechanism]) -> list[Likeness]:
    """Give for each mechanism the one it shares most with, the largest share first."""
    lines = {key: Counter(_lines(one)) for key, one in mechanisms.items()}
    found = []
    for key, own in lines.items():
        shared = {
            other: (own & others).total() / max(1, own.total())
            for other, others in lines.items()
            if other != key
        }
        if shared:
            best = max(sorted(shared), key=lambda other: shared[other])
            found.append(Likeness(key, best, shared[best]))
    return sorted(found, key=lambda one: -one.share)


def _graph(m: Mechanism) -> Any:
    """Give the graph with names left out: states and actions by the order they are reached in."""
    order = _reached(m)
    edges = sorted(
        (
            order.get(start, -1),
            order.get(action.to or start, -1),
            len(action.track),
            len(action.participant),
        )
        for action in m.actions.values()
        for start in (m.states_named(action.from_) or [m.initial_state])
    )
    types = Counter(rule.type for rule in m.fields.values())
    tracks = sorted(len(track.states) for track in m.tracks.values())
    members = sorted(len(kind.states) for kind in m.participants.values())
    sizes = (len(m.entries), len(m.clocks), len(m.decisions))
    return (
        m.kind,
        tuple(edges),
        tuple(sorted(types.items())),
        tuple(tracks),
        tuple(members),
        sizes,
    )


def _reached(m: Mechanism) -> dict[str, int]:
    order = {m.initial_state: 0}
    queue = [m.initial_state]
    while queue:
        state = queue.pop(0)
        for action in m.actions.values():
            ends = action.to if state in m.states_named(action.from_) else None
            if ends is not None and ends not in order:
                order[ends] = len(order)
                queue.append(ends)
    return order


def _lines(m: Mechanism) -> Iterable[str]:
    """Give what the file says, one fact a line, without the words that people read."""
    whole = m.model_dump(by_alias=True, exclude_unset=True)
    for part in (
        "fields",
        "states",
        "tracks",
        "participants",
        "entries",
        "actions",
        "clocks",
        "decisions",
    ):
        for key, rule in whole.get(part, {}).items():
            for path, value in _facts(rule):
                yield f"{part}.{key}{path}={value}"


def _facts(rule: Any, path: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(rule, Mapping):
        for key, value in rule.items():
            if key not in LABELS:
                yield from _facts(value, f"{path}.{key}")
    elif isinstance(rule, list):
        for value in rule:
            yield from _facts(value, path)
    else:
        yield path, str(rule)
