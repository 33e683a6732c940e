"""A mechanism made ready to run: its guards parsed once, its actions sorted by state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from linli.rulebook import guards
from linli.rulebook.casefile import StepRefused
from linli.rulebook.mechanism import Action, Evidence, Label, Mechanism

MemberKey = tuple[str, str]
AUTO_WAYS = ("clock", "schedule", "parent")


@dataclass(frozen=True)
class Move:
    """An action with its guards parsed. `triggers`: None stands for `auto: true`.

    `needs`: its evidence, each with the guard it is asked for under. `musts`: fields to be filled under a guard.
    """

    key: str
    action: Action
    origins: frozenset[str]
    guard: guards.Guard | None
    sets: tuple[tuple[str, guards.Guard | None, Any], ...]
    triggers: tuple[guards.Guard | None, ...]
    asks_guard_of_form: bool
    needs: tuple[tuple[Evidence, guards.Guard | None], ...] = ()
    musts: tuple[tuple[str, guards.Guard], ...] = ()


@dataclass(frozen=True)
class Plan:
    """The moves of a mechanism, and by state those that people and those that rules may take."""

    moves: Mapping[str, Move]
    leaving: Mapping[str, tuple[Move, ...]]
    automatic: Mapping[str, tuple[Move, ...]]


@lru_cache(maxsize=512)
def plan_of(mechanism: Mechanism) -> Plan:
    """Give the mechanism's plan, parsed once."""
    moves = {key: _move(mechanism, key, action) for key, action in mechanism.actions.items()}
    return Plan(
        moves=moves,
        leaving={s: tuple(m for m in moves.values() if s in m.origins) for s in mechanism.states},
        automatic={
            state: tuple(m for m in moves.values() if state in m.origins and m.triggers)
            for state in mechanism.states
        },
    )


def _move(mechanism: Mechanism, key: str, action: Action) -> Move:
    guard = guards.parse(action.when, mechanism) if action.when else None
    conditions = [b.auto for b in action.by if b.auto and b.auto not in AUTO_WAYS]
    return Move(
        key=key,
        action=action,
        origins=frozenset(mechanism.states_named(action.from_)),
        guard=guard,
        sets=tuple(
            (name, guards.parse(value, mechanism) if isinstance(value, str) else None, value)
            for name, value in action.set_.items()
        ),
        triggers=tuple(None if c == "true" else guards.parse(c, mechanism) for c in conditions),
        asks_guard_of_form=bool(guard and set(guard.names) & set(action.fields)),
        needs=tuple(
            (need, guards.parse(need.when, mechanism) if need.when else None)
            for need in action.evidence
        ),
        musts=tuple(
            (name, guards.parse(when, mechanism)) for name, when in action.required_when.items()
        ),
    )


def refusal(code: str, zh: str, en: str) -> StepRefused:
    """Give a refusal with its reason in both languages."""
    return StepRefused(code, Label(zh=zh, en=en))
