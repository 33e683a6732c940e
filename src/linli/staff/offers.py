"""What I may do now, as buttons: the expected actions first, the grave ones last."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, repeat
from uuid import uuid4

from django.urls import reverse
from django.utils.http import urlencode

from linli.casework.queries import CaseView
from linli.rulebook.casefile import Opening
from linli.rulebook.deciding.standing import back_until
from linli.rulebook.mechanism import Label
from linli.staff.keyboard import ACTIONS


@dataclass(frozen=True)
class Offer:
    """One button: an action, on which participant if it is about one, and the key that presses it."""

    label: Label
    about: Label | None
    href: str
    kind: str
    key: str = ""


@dataclass(frozen=True)
class TakingBack:
    """One press that takes back what was done last: what that was, how it is undone, and until when."""

    done: Label
    label: Label
    href: str
    until: datetime
    key: str = field(default_factory=lambda: uuid4().hex)


def taking_back(view: CaseView) -> TakingBack | None:
    """Give what takes the last move of a case back, where its mechanism says so and it is mine to do."""
    rules = view.mechanism.actions
    last = next((one for one in reversed(view.trail) if _moves(view, one.action)), None)
    if last is None:
        return None
    for opening in view.openings:
        rule = rules[opening.action]
        until = back_until(rule, last.action, last.at)
        if until is not None:
            href = reverse("staff:do", args=[view.row.number, opening.action])
            return TakingBack(last.action_label, Label(zh=rule.zh, en=rule.en), href, until)
    return None


def _moves(view: CaseView, action: str) -> bool:
    rule = view.mechanism.actions.get(action)
    return rule is not None and rule.to is not None


def offers_of(view: CaseView) -> list[Offer]:
    """Give the actions open to me, those the state waits for first, dangerous ones last.

    What takes back is left out: it is offered by one press (`taking_back`).
    """
    expected = view.mechanism.states[view.row.state].waits_for
    rank = {action: place for place, action in enumerate(expected)}
    rules = view.mechanism.actions

    def order(opening: Opening) -> tuple[bool, int]:
        return rules[opening.action].danger, rank.get(opening.action, len(rank))

    onward = [one for one in view.openings if not rules[one.action].takes_back]
    ordered = sorted(onward, key=order)
    first = ordered[0].action if ordered and ordered[0].action in rank else ""
    keys = chain(ACTIONS, repeat(""))
    return [_offer(view, opening, first, key) for opening, key in zip(ordered, keys, strict=False)]


def _offer(view: CaseView, opening: Opening, first: str, key: str) -> Offer:
    rule = view.mechanism.actions[opening.action]
    query = {"revision": str(view.row.revision)}
    if opening.member:
        query["member"] = ":".join(opening.member)
    about = next((m.name for m in view.members if (m.kind, m.key) == opening.member), None)
    href = reverse("staff:do", args=[view.row.number, opening.action])
    kind = "danger" if rule.danger else "primary" if opening.action == first else "secondary"
    return Offer(Label(zh=rule.zh, en=rule.en), about, f"{href}?{urlencode(query)}", kind, key)
