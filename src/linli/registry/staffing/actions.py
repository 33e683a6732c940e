"""Verbs about people and their posts. Each leaves a `Change`; the office always keeps somebody who registers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from linli.registry.actions import (
    REGISTRAR,
    NewAccount,
    RegistryRefused,
    add_account,
    hold_post,
    note_change,
    release_post,
)
from linli.registry.actors import account_actor_id, held_at
from linli.registry.models import Account, Area, Holding, Post
from linli.registry.scope import widest
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP = 4, 4


def engage(
    *, username: str, display_name: str, language: str = "zh-hans", by: Actor, at: datetime
) -> tuple[int, str]:
    """Add an account; give its id and the password for its first log-in, which is shown once.

    Raises RegistryRefused for a name that is missing or taken.
    """
    if not username.strip() or not display_name.strip():
        raise _refused("请填写用户名和姓名", "give a user name and a person's name")
    word = one_time_word()
    account = NewAccount(username.strip(), display_name.strip(), password=word, language=language)
    number = add_account(account=account, by=by, at=at)
    Account.objects.filter(pk=number).update(password_is_once=True)
    return number, word


def renew_password(*, account: int, by: Actor, at: datetime) -> str:
    """Give an account a new password for one log-in, and give it; sessions of the account end."""
    row = Account.objects.select_for_update().get(pk=account)
    word = one_time_word()
    row.set_password(word)
    row.password_is_once = True
    row.save(update_fields=["password", "password_is_once"])
    note_change(by, at, "renew_password", account_actor_id(account))
    return word


def lock_account(*, account: int, by: Actor, at: datetime) -> None:
    """Shut an account out at once; its posts stay. Raises RegistryRefused for one's own or the last registrar's."""
    if by.id == account_actor_id(account):
        raise _refused("不能停用自己的账号", "you cannot lock your own account")
    _keep_a_registrar(~Q(account_id=account), at)
    if not Account.objects.filter(pk=account, is_active=True).update(is_active=False):
        raise _refused("该账号已经停用", "the account is locked already")
    note_change(by, at, "lock_account", account_actor_id(account))


def unlock_account(*, account: int, by: Actor, at: datetime) -> None:
    """Let an account in again, with the posts it held."""
    if not Account.objects.filter(pk=account, is_active=False).update(is_active=True):
        raise _refused("该账号没有停用", "the account is not locked")
    note_change(by, at, "unlock_account", account_actor_id(account))


def leave_post(*, account: int, post: int, by: Actor, at: datetime) -> None:
    """End the holding of a post. Raises RegistryRefused for the last post that registers."""
    _keep_a_registrar(~Q(account_id=account, post_id=post), at)
    release_post(account=account, post=post, by=by, at=at)


def hand_over(*, post: int, giver: int, taker: int, by: Actor, at: datetime) -> None:
    """Let one account take over a post from another, at one moment. Raises RegistryRefused."""
    if not Account.objects.filter(pk=taker, is_active=True).exists():
        raise _refused("接任人的账号已停用或不存在", "the account that takes over is not in use")
    own = Holding.objects.filter(held_at(at), account_id=taker, post_id=post)
    if own.filter(instead_of__isnull=True).exists():
        raise _refused("该人员已任此岗位", "the account holds this post already")
    release_post(account=giver, post=post, by=by, at=at)
    hold_post(account=taker, post=post, by=by, at=at)


def change_post(
    *, post: int, title: Label, duties: Sequence[str], areas: Sequence[str], by: Actor, at: datetime
) -> None:
    """Change what a post is called, its duties and its areas (paths). Raises RegistryRefused."""
    if not duties or not areas:
        raise _refused(
            "岗位至少要有一项职责和一个区域", "a post has at least one duty and one area"
        )
    row = Post.objects.select_for_update().get(pk=post)
    if Post.objects.filter(body_id=row.body_id, title_zh=title.zh).exclude(pk=post).exists():
        raise _refused(f"该单位已有岗位“{title.zh}”", f"the body has a post “{title.en}” already")
    prefixes = widest(areas)
    if Area.objects.filter(path__in=prefixes).count() != len(prefixes):
        raise _refused("有区域不存在", "one of the areas does not exist")
    if REGISTRAR in row.duties and REGISTRAR not in duties:
        _keep_a_registrar(~Q(post_id=post), at)
    row.title_zh, row.title_en = title.zh, title.en
    row.duties, row.areas = list(duties), list(prefixes)
    row.save(update_fields=["title_zh", "title_en", "duties", "areas"])
    note_change(
        by, at, "change_post", f"post:{post}",
        title=title.zh, duties=list(duties), areas=list(prefixes),
    )  # fmt: skip


def one_time_word() -> str:
    """Give a password of 16 letters and digits in groups, without those that look alike: 79 bits."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def _keep_a_registrar(left: Q, at: datetime) -> None:
    """Refuse when none of the holdings left registers: nobody could give posts any more."""
    holdings = Holding.objects.filter(
        held_at(at), left, account__is_active=True, post__duties__contains=[REGISTRAR]
    )
    if not holdings.exists():
        raise _refused(
            "这是最后一位机构管理员，请先让别人任此岗位",
            "this is the last who administers the office: let somebody else hold the post first",
        )


def _refused(zh: str, en: str) -> RegistryRefused:
    return RegistryRefused(Label(zh=zh, en=en))
