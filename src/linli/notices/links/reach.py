"""What may be handed out by a link: steps that the mechanism leaves to a body, and by whom a link may be given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from linli.casework.queries import CaseView, opened_by
from linli.notices.models import Link
from linli.registry.queries import body_names
from linli.rulebook.casefile import RESIDENT, Actor, Duty
from linli.rulebook.deciding.standing import duty_of
from linli.rulebook.mechanism import By, Label, Mechanism

GIVES_LINKS = "link_giver"
OF_A_BODY = ("body", "participant", "party")


@dataclass(frozen=True)
class Reach:
    """What a body may be asked to do on a case by a link: the actions, by key."""

    body: int
    name: Label
    actions: dict[str, Label]


def may_give_links(actor: Actor) -> bool:
    """Say whether an actor's post lets it hand steps out by links."""
    return any(duty.code == GIVES_LINKS for duty in actor.duties)


def handed_out(mechanism: Mechanism) -> dict[str, tuple[str, ...]]:
    """Give the actions that a link may carry, each with the duties it is done in.

    The mechanism leaves them to whoever acts for a body that holds the case or takes part in it. Where somebody who
    acted before must not act, no link goes out: nobody knows who holds it.
    """
    found = {}
    for key, action in mechanism.actions.items():
        duties = tuple(dict.fromkeys(_duties(mechanism, action.by)))
        if duties and not action.start:
            found[key] = duties
    return found


def reaches(view: CaseView) -> list[Reach]:
    """Give the bodies that a link may be made for on a case: the one that holds it, and those that take part."""
    if view.row.phase not in ("intake", "open"):
        return []
    labels = {key: view.mechanism.actions[key] for key in handed_out(view.mechanism)}
    actions = {key: Label(zh=one.zh, en=one.en) for key, one in labels.items()}
    bodies = dict.fromkeys(_bodies(view))
    names = body_names(bodies)
    return [Reach(one, names[one], actions) for one in bodies if one in names and actions]


def left_to_reporter(mechanism: Mechanism) -> list[str]:
    """Give the actions that whoever reported a case may take afterwards, such as rating."""
    return [
        key
        for key, action in mechanism.actions.items()
        if not action.start and any(by.role == RESIDENT for by in action.by)
    ]


def actor_by(link: Link, mechanism: Mechanism) -> Actor:
    """Give who acts by a link: nobody by name, for its body, in the duties of its actions and no others.

    A link for no body is for whoever reported the case, and acts as them.
    """
    if not link.body:
        return Actor(link.office_id, opened_by(link.case_id))
    duties = handed_out(mechanism)
    codes = dict.fromkeys(code for key in link.actions for code in duties.get(key, ()))
    return Actor(link.office_id, f"link:{link.pk}", tuple(Duty(code, link.body) for code in codes))


def _duties(mechanism: Mechanism, listed: list[By]) -> Iterator[str]:
    for by in listed:
        if by.role and by.role in mechanism.roles and by.scope in OF_A_BODY and not by.not_actor_of:
            yield duty_of(mechanism, by.role)


def _bodies(view: CaseView) -> Iterator[int]:
    if view.row.holder is not None:
        yield view.row.holder
    yield from (int(one.key) for one in view.members if one.key.isdecimal())
