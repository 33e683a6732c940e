"""In whose name something from outside opens a case: whoever sent it, with the duty that this asks for."""

from __future__ import annotations

from linli.rulebook.casefile import Actor, Duty
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
