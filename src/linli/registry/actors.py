"""Who acts: an account with the duties of the posts it holds at a moment, a resident, or the clock."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db.models import Q

from linli.registry.isolation import current_office
from linli.registry.models import Account, Holding
from linli.rulebook.casefile import CLOCK_ACTOR, RESIDENT, Actor, Duty


def held_at(at: datetime) -> Q:
    """Give the condition that a post is held at a moment; the end is exclusive."""
    return Q(held_from__lte=at) & (Q(held_until__isnull=True) | Q(held_until__gt=at))


def actor_of(account: Account, at: datetime) -> Actor:
    """Give the actor that an account is at a moment. One statement; an account out of use has no duties."""
    posts = (
        Holding.objects.filter(held_at(at), account_id=account.pk, account__is_active=True)
        .order_by("pk")
        .values_list("post__duties", "post__body_id", "post__areas")
    )
    duties = tuple(
        Duty(code=code, body=body, areas=tuple(areas))
        for codes, body, areas in posts
        for code in codes
    )
    return Actor(office=account.office_id, id=account_actor_id(account.pk), duties=duties)


def account_actor_id(account_id: int) -> str:
    """Give the actor's id of an account, as the journal writes it."""
    return f"account:{account_id}"


def new_resident() -> Actor:
    """Give a resident of the open office that nobody has met before; the id says nothing about the person."""
    return resident(secrets.token_hex(8))


def resident(opaque: str) -> Actor:
    """Give the resident of the open office known under an opaque id."""
    return Actor(office=current_office(), id=f"{RESIDENT}:{opaque}")


def clock() -> Actor:
    """Give the clock of the open office, which acts when a deadline passes."""
    return Actor(office=current_office(), id=CLOCK_ACTOR)
