"""What I may do now, as buttons: the expected actions first, the grave ones last."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from linli.casework.queries import CaseView
from linli.rulebook.casefile import Opening
from linli.rulebook.mechanism import Label


@dataclass(frozen=True)
class Offer:
    """One button: an action, on which participant if it is about one."""

    label: Label
    about: Label | None
    href: str
    kind: str


def offers_of(view: CaseView) -> list[Offer]:
    """Give the actions open to me, those the state waits for first, dangerous ones last."""
    expected = view.mechanism.states[view.row.state].waits_for
    rank = {action: place for place, action in enumerate(expected)}
    rules = view.mechanism.actions

    def order(opening: Opening) -> tuple[bool, int]:
        return rules[opening.action].danger, rank.get(opening.action, len(rank))

    ordered = sorted(view.openings, key=order)
    first = ordered[0].action if ordered and ordered[0].action in rank else ""
    return [_offer(view, opening, first) for opening in ordered]


def _offer(view: CaseView, opening: Opening, first: str) -> Offer:
    rule = view.mechanism.actions[opening.action]
    query = {"revision": str(view.row.revision)}
    if opening.member:
        query["member"] = ":".join(opening.member)
    about = next((m.name for m in view.members if (m.kind, m.key) == opening.member), None)
    href = reverse("staff:do", args=[view.row.number, opening.action])
    kind = "danger" if rule.danger else "primary" if opening.action == first else "secondary"
    return Offer(Label(zh=rule.zh, en=rule.en), about, f"{href}?{urlencode(query)}", kind)
