"""Paths: every state, track and participant state can be reached, and every case can come to an end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.lint.reaching.walking import Spot, Walk
from linli.rulebook.lint.reaching.yielding import has_open_way
from linli.rulebook.mechanism import Mechanism, Participants, Track


def check_paths(findings: Findings, walk: Walk) -> None:
    """Check what can be reached. Only for mechanisms whose names are all in order."""
    _check_reached(findings, walk)
    _check_ends(findings, walk)
    _check_members(findings)
    _check_tracks(findings)
    _check_loops(findings)


def _check_reached(findings: Findings, walk: Walk) -> None:
    m = findings.mechanism
    states = {spot.state for spot in walk.seen}
    _say_unreached(findings, ("states",), m.states.keys() - states)
    for number, (key, track) in enumerate(m.tracks.items()):
        reached = {spot.tracks[number] for spot in walk.seen}
        _say_unreached(findings, ("tracks", key, "states"), track.states.keys() - reached)
    for key in m.actions.keys() - walk.taken.keys():
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


def _check_ends(findings: Findings, walk: Walk) -> None:
    m = findings.mechanism
    good = walk.before(spot for spot in walk.seen if m.states[spot.state].final)
    if not good and m.kind == "register":
        return
    bad = walk.seen - good
    for state in sorted({spot.state for spot in bad}):
        lost = sorted({_standing(m, s) for s in bad if s.state == state})
        is_whole = all(spot in bad for spot in walk.seen if spot.state == state)
        zh, en = ("", "") if is_whole else (f"（{lost[0][0]}）", f" ({lost[0][1]})")
        findings.say(
            "trap",
            ("states", state),
            text(
                f"从“{m.states[state].zh}”{zh}走不到任何终态。",
                f"No way leads from {state!r}{en} to an end.",
            ),
            text("请给它一条出路，或标为 final。", "Give it a way out, or mark it final."),
        )
    for state in sorted({spot.state for spot in walk.seen}):
        ways = [
            a
            for a in m.actions.values()
            if state in m.states_named(a.from_) and a.to not in (None, state)
        ]
        if ways and not has_open_way(m, state, ways):
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


def _standing(m: Mechanism, spot: Spot) -> tuple[str, str]:
    """Give the tracks of a spot in words."""
    rules = [(m.tracks[key], state) for key, state in spot.named(m).items()]
    zh = "，".join(f"{track.zh}：{track.states[state].zh}" for track, state in rules)
    return zh, ", ".join(f"{track.en}: {track.states[state].en}" for track, state in rules)


def _check_members(findings: Findings) -> None:
    m = findings.mechanism
    for key, kind in m.participants.items():
        moves = {move for a in m.actions.values() for move in a.participant.get(key, {}).items()}
        reached = _onward({kind.initial}, moves)
        path: Where = ("participants", key, "states")
        _say_unreached(findings, path, kind.states.keys() - reached)
        ends = _onward(kind.done, {(end, start) for start, end in moves})
        _say_endless(findings, path, kind, reached - ends)


def _check_tracks(findings: Findings) -> None:
    """Find track states in which somebody is awaited and that lead to none in which nobody is."""
    m = findings.mechanism
    for key, track in m.tracks.items():
        moves = {move for a in m.actions.values() for move in a.track.get(key, {}).items()}
        waiting = {state for state, actions in track.waits_for.items() if actions}
        ends = _onward(track.states.keys() - waiting, {(end, start) for start, end in moves})
        reached = _onward({track.initial}, moves)
        _say_endless(findings, ("tracks", key, "states"), track, reached - ends)


def _say_endless(
    findings: Findings, path: Where, rule: Track | Participants, keys: Iterable[str]
) -> None:
    for key in sorted(keys):
        state = rule.states[key]
        findings.say(
            "trap",
            (*path, key),
            text(
                f"“{rule.zh}”停在“{state.zh}”，走不到办结。",
                f"{rule.en} stays at {key!r} and cannot come to an end.",
            ),
            text("请给一个动作让它走下去。", "Let an action lead on from there."),
        )


def _onward(known: Iterable[str], moves: set[tuple[str, str]]) -> set[str]:
    reached = set(known)
    while wider := {end for start, end in moves if start in reached} - reached:
        reached |= wider
    return reached


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
