"""Substitutes (替班): while the holder of a post is away, somebody else has its duties for a time that is set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from linli.registry.actions import RegistryRefused, note_change
from linli.registry.actors import account_actor_id, held_at
from linli.registry.isolation import current_office
from linli.registry.models import Account, Holding
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

LONGEST_DAYS = 366


@dataclass(frozen=True)
class StandIn:
    """Who stands in for whom in which post, over [begins, ends)."""

    id: int
    post: int
    title: Label
    substitute: str
    holder: int
    instead_of: str
    begins: datetime
    ends: datetime


def stand_in(
    *, post: int, holder: int, substitute: int, begins: datetime, ends: datetime, by: Actor, at: datetime
) -> int:  # fmt: skip
    """Let somebody stand in for the holder of a post over [begins, ends). Raises RegistryRefused."""
    own = Holding.objects.filter(
        held_at(at), account_id=holder, post_id=post, instead_of__isnull=True
    )
    if not own.exists():
        raise _refused(
            "只有任这个岗位的人能请人替班", "only who holds the post may name a substitute"
        )
    if substitute == holder or not Account.objects.filter(pk=substitute, is_active=True).exists():
        raise _refused("请选一位在用的其他账号", "choose somebody else whose account is in use")
    if not at <= ends or begins >= ends or (ends - begins).days > LONGEST_DAYS:
        raise _refused(
            "最后一天不能早于第一天，也不能已经过去；最长一年",
            "the last day is not before the first and not over yet; a year at most",
        )
    overlapping = Q(held_until__isnull=True) | Q(held_until__gt=begins)
    taken = Holding.objects.filter(overlapping, post_id=post, held_from__lt=ends)
    if taken.filter(account_id=substitute).exists():
        raise _refused("该人员这段时间已任此岗位", "that person has the post already in that time")
    row = Holding.objects.create(
        office_id=current_office(), account_id=substitute, post_id=post, instead_of_id=holder,
        held_from=max(begins, at), held_until=ends,
    )  # fmt: skip
    period = {"begins": begins.isoformat(), "ends": ends.isoformat()}
    note_change(
        by, at, "stand_in", account_actor_id(holder), post=post, substitute=substitute, **period
    )
    return row.pk


def end_stand_in(*, number: int, holder: int, by: Actor, at: datetime) -> None:
    """End a substitution now, or take it back before it begins. Raises RegistryRefused for one that is not the holder's."""
    row = Holding.objects.filter(pk=number, instead_of_id=holder, held_until__gt=at).first()
    if row is None:
        raise _refused("没有这次替班，或已经结束", "there is no such substitution, or it is over")
    if row.held_from > at:
        row.delete()
    else:
        Holding.objects.filter(pk=number).update(held_until=at)
    note_change(
        by,
        at,
        "end_stand_in",
        account_actor_id(holder),
        post=row.post_id,
        substitute=row.account_id,
    )


def stand_ins(*, account: int, at: datetime) -> tuple[StandIn, ...]:
    """Give the substitutions that run or are to come, for an account and by it. One statement."""
    rows = (
        Holding.objects.filter(
            Q(account_id=account) | Q(instead_of_id=account),
            instead_of__isnull=False,
            held_until__gt=at,
        )
        .annotate(substitute=F("account__display_name"), other=F("instead_of__display_name"))
        .select_related("post")
        .order_by("held_from", "pk")
    )
    return tuple(
        StandIn(
            row.pk, row.post_id, Label(zh=row.post.title_zh, en=row.post.title_en),
            row.substitute, row.instead_of_id or 0, row.other, row.held_from, row.held_until,
        )
        for row in rows
        if row.held_until is not None
    )  # fmt: skip


def _refused(zh: str, en: str) -> RegistryRefused:
    return RegistryRefused(Label(zh=zh, en=en))
