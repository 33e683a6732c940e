"""Where a case can get to: its state, its tracks, and whether a body holds it; conditions are taken as open."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from linli.rulebook.lint.truth import outcomes
from linli.rulebook.mechanism import Action, Mechanism


@dataclass(frozen=True)
class Spot:
    """One place a case can stand in."""

    state: str
    tracks: tuple[str, ...]
    is_held: bool = False

    def named(self, m: Mechanism) -> Mapping[str, str]:
        """Give the tracks by name."""
        return dict(zip(m.tracks, self.tracks, strict=True))


@dataclass
class Walk:
    """All that is reached from the opening actions: more than can be, never less."""

    mechanism: Mechanism
    seen: set[Spot] = field(default_factory=set)
    taken: dict[str, set[Spot]] = field(default_factory=dict)
    back: dict[Spot, set[Spot]] = field(default_factory=dict)
    onward: dict[Spot, set[Spot]] = field(default_factory=dict)

    def before(self, spots: Iterable[Spot]) -> set[Spot]:
        """Give all spots from which one of these can be reached, these with them."""
        return _spread(spots, self.back)

    def after(self, spots: Iterable[Spot]) -> set[Spot]:
        """Give all spots that can be reached from these, these with them."""
        return _spread(spots, self.onward)


def walked(m: Mechanism) -> Walk:
    """Walk every way from the opening actions on."""
    tracks = tuple(track.initial for track in m.tracks.values())
    walk = Walk(m)
    queue = deque[Spot]()
    for key in m.starts():
        action = m.actions[key]
        spot = Spot(action.to or m.initial_state, tracks, _holds(action, is_held=False))
        walk.taken.setdefault(key, set()).add(spot)
        queue.append(spot)
    walk.seen.update(queue)
    can_be = _possible(m)
    while queue:
        spot = queue.popleft()
        for key, action in m.actions.items():
            there = _landing(m, spot, action)
            if there is None or not can_be(key, spot.tracks):
                continue
            walk.taken.setdefault(key, set()).add(there)
            walk.back.setdefault(there, set()).add(spot)
            walk.onward.setdefault(spot, set()).add(there)
            if there not in walk.seen:
                walk.seen.add(there)
                queue.append(there)
    return walk


def _possible(m: Mechanism) -> Callable[[str, tuple[str, ...]], bool]:
    @cache
    def can_be(key: str, tracks: tuple[str, ...]) -> bool:
        """Tell whether an action's own condition can be true while the tracks stand so."""
        when = m.actions[key].when
        named = dict(zip(m.tracks, tracks, strict=True))
        return not when or True in outcomes(m, when, [named])

    return can_be


def _landing(m: Mechanism, spot: Spot, action: Action) -> Spot | None:
    if spot.state not in m.states_named(action.from_):
        return None
    tracks = dict(spot.named(m))
    for name, steps in action.track.items():
        if tracks[name] not in steps:
            return None
        tracks[name] = steps[tracks[name]]
    held = _holds(action, is_held=spot.is_held)
    return Spot(action.to or spot.state, tuple(tracks.values()), held)


def _holds(action: Action, *, is_held: bool) -> bool:
    return is_held if action.assign is None else action.assign != "none"


def _spread(spots: Iterable[Spot], ways: Mapping[Spot, set[Spot]]) -> set[Spot]:
    found = set(spots)
    queue = deque(found)
    while queue:
        fresh = ways.get(queue.popleft(), set()) - found
        found |= fresh
        queue.extend(fresh)
    return found
