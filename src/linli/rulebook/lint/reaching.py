"""Paths: every state, track and participant state can be reached, and every case can come to an end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.mechanism import Action, Mechanism

Spot = tuple[str, tuple[str, ...]]


@dataclass
class _Walk:
    """Where a case can get to: main state and track states, guards left aside (more is reached than can be)."""

    seen: set[Spot] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    back: dict[Spot, set[Spot]] = field(default_factory=dict)


def check_paths(findings: Findings) -> None:
    """Check what can be reached. Only for mechanisms whose names are all in order."""
    walk = _walked(findings.mechanism)
    _check_reached(findings, walk)
    _check_ends(findings, walk)
    _check_members(findings)
    _check_loops(findings)


def _walked(m: Mechanism) -> _Walk:
    tracks = tuple(track.initial for track in m.tracks.values())
    walk = _Walk()
    starts = {key: m.actions[key] for key in m.starts()}
    queue = deque[Spot]()
    for key, action in starts.items():
        walk.taken.add(key)
        queue.append((action.to or m.initial_state, tracks))
    walk.seen.update(queue)
    while queue:
        spot = queue.popleft()
        for key, action in m.actions.items():
            there = _landing(m, spot, action)
            if there is None:
                continue
            walk.taken.add(key)
            walk.back.setdefault(there, set()).add(spot)
            if there not in walk.seen:
                walk.seen.add(there)
                queue.append(there)
    return walk


def _landing(m: Mechanism, spot: Spot, action: Action) -> Spot | None:
    state, standing = spot
    if state not in m.states_named(action.from_):
        return None
    tracks = dict(zip(m.tracks, standing, strict=True))
    for name, steps in action.track.items():
        if tracks[name] not in steps:
            return None
        tracks[name] = steps[tracks[name]]
    return action.to or state, tuple(tracks.values())


def _check_reached(findings: Findings, walk: _Walk) -> None:
    m = findings.mechanism
    states = {state for state, _ in walk.seen}
    _say_unreached(findings, ("states",), m.states.keys() - states)
    for number, (key, track) in enumerate(m.tracks.items()):
        reached = {tracks[number] for _, tracks in walk.seen}
        _say_unreached(findings, ("tracks", key, "states"), track.states.keys() - reached)
    for key in m.actions.keys() - walk.taken:
        findings.say(
            "never",
            ("actions", key),
            text(f"动作“{m.actions[key].zh}”永远办不到。", f"Action {key!r} can never be taken."),
            text("请检查它的 from 和 track。", "Look at its from and its track."),
        )


def _say_unreached(findings: Findings, path: Where, keys: Iterable[str]) -> None:
    for key in sorted(keys):
        findings.say(
            "unreachable",
            (*path, key),
            text(f"到不了“{key}”。", f"{key!r} cannot be reached."),
            text("请给一个动作以它为去向，或删去它。", "Let an action lead there, or drop it."),
        )


def _check_ends(findings: Findings, walk: _Walk) -> None:
    m = findings.mechanism
    good = {spot for spot in walk.seen if m.states[spot[0]].final}
    if not good and m.kind == "register":
        return
    queue = deque(good)
    while queue:
        for spot in walk.back.get(queue.popleft(), ()):
            if spot not in good:
                good.add(spot)
                queue.append(spot)
    for state in sorted({spot[0] for spot in walk.seen - good}):
        findings.say(
            "trap",
            ("states", state),
            text(
                f"从“{m.states[state].zh}”走不到任何终态。",
                f"No way leads from {state!r} to an end.",
            ),
            text("请给它一条出路，或标为 final。", "Give it a way out, or mark it final."),
        )
    for state in sorted({spot[0] for spot in walk.seen}):
        ways = [
            a
            for a in m.actions.values()
            if state in m.states_named(a.from_) and a.to not in (None, state)
        ]
        if ways and all(a.when for a in ways):
            findings.say(
                "guarded",
                ("states", state),
                text(
                    f"离开“{m.states[state].zh}”的动作都有条件。",
                    f"Every way out of {state!r} is guarded.",
                ),
                text("请确认各种情形都有出路。", "Make sure that some way is always open."),
                "warning",
            )


def _check_members(findings: Findings) -> None:
    m = findings.mechanism
    for key, kind in m.participants.items():
        moves = {move for a in m.actions.values() for move in a.participant.get(key, {}).items()}
        reached = {kind.initial}
        while wider := {end for start, end in moves if start in reached} - reached:
            reached |= wider
        _say_unreached(findings, ("participants", key, "states"), kind.states.keys() - reached)


def _check_loops(findings: Findings) -> None:
    """Find states that unconditional automatic actions go round in."""
    m = findings.mechanism
    onward = dict(_forced(m))
    for state in onward:
        spot, steps = state, 0
        while spot in onward and steps <= len(onward):
            spot, steps = onward[spot], steps + 1
        if steps > len(onward):
            findings.say(
                "loop",
                ("states", state),
                text(
                    f"自动动作从“{state}”起停不下来。",
                    f"Automatic actions go round from {state!r}.",
                ),
                text("请给其中一个加条件。", "Give one of them a condition."),
            )


def _forced(m: Mechanism) -> Iterator[tuple[str, str]]:
    for action in m.actions.values():
        if not action.when and any(by.auto == "true" for by in action.by):
            for state in m.states_named(action.from_):
                yield state, action.to or state
