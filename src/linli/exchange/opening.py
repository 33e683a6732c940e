"""In whose name something from outside opens a case, and by which action it adds words to one."""

from __future__ import annotations

from linli.rulebook.casefile import RESIDENT, Actor, Duty
from linli.rulebook.mechanism import Mechanism


def opening_duties(mechanism: Mechanism, action: str) -> list[str]:
    """Give the duties with which people take an action."""
    roles = [by.role for by in mechanism.actions[action].by if by.role]
    return [mechanism.roles[role].duty or role for role in roles if role in mechanism.roles]


def opener(mechanism: Mechanism, action: str, by: Actor) -> Actor:
    """Give the actor that opens a case for what somebody sent: 'import:17' for account 17, else its own name."""
    codes = dict.fromkeys(opening_duties(mechanism, action))
    duties = tuple(Duty(code, areas=("/",)) for code in codes)
    return Actor(by.office, by.id.replace("account:", "import:"), duties)


def adding(mechanism: Mechanism) -> str | None:
    """Give the action by which whoever reported adds words: it moves nothing and asks for one open text alone."""
    for key, rule in mechanism.actions.items():
        known = mechanism.fields
        texts = [
            name for name in rule.fields if known[name].type == "text" and not known[name].personal
        ]
        moves = rule.start or rule.to or rule.track or rule.participant or rule.invite
        is_theirs = any(by.role == RESIDENT for by in rule.by)
        if is_theirs and not moves and texts and rule.fields == texts[:1]:
            return key
    return None
