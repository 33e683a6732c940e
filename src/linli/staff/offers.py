"""What I may do now, as buttons: the expected actions first, the grave ones last."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat

from django.urls import reverse
from django.utils.http import urlencode

from linli.casework.queries import CaseView
from linli.rulebook.casefile import Opening
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


def offers_of(view: CaseView) -> list[Offer]:
    """Give the actions open to me, those the state waits for first, dangerous ones last."""
    expected = view.mechanism.states[view.row.state].waits_for
    rank = {action: place for place, action in enumerate(expected)}
    rules = view.mechanism.actions

    def order(opening: Opening) -> tuple[bool, int]:
        return rules[opening.action].danger, rank.get(opening.action, len(rank))

    ordered = sorted(view.openings, key=order)
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
