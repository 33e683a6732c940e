"""Accounts: who may log in, first passwords shown once, locking; and everybody's own password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.registry.actions import RegistryRefused, change_password, hold_post
from linli.registry.actors import account_actor_id
from linli.registry.factors.actions import reset_factor
from linli.registry.staffing.actions import (
    engage,
    leave_post,
    lock_account,
    renew_password,
    unlock_account,
)
from linli.registry.staffing.queries import AccountRow, accounts, changes_about, posts
from linli.staff.administering.duties import for_registrars
from linli.staff.administering.verbs import VERBS, number_of
from linli.staff.desk import Desk

UNFIT = 422


@for_registrars
def people(desk: Desk) -> HttpResponse:
    """List the accounts; take in a new one, whose first password is shown on the page that answers."""
    return _people(desk)


@for_registrars
def new(desk: Desk) -> HttpResponse:
    """Add an account."""
    given = desk.request.POST
    try:
        number, word = engage(
            username=given.get("username", ""),
            display_name=given.get("display_name", ""),
            language="en" if given.get("language") == "en" else "zh-hans",
            by=desk.actor,
            at=desk.at,
        )
    except RegistryRefused as refused:
        return _people(desk, refusal=refused.message, given=given)
    return _account(desk, number, word=word)


@for_registrars
def account(desk: Desk, number: int) -> HttpResponse:
    """Show an account: its posts, what may be done with it, what was changed."""
    return _account(desk, number)


@for_registrars
def change(desk: Desk, number: int, verb: str) -> HttpResponse:
    """Lock or unlock an account, renew its password, give it a post or take one away."""
    row, post = _found(desk, number), number_of(desk, "post")
    try:
        if verb == "renew":
            word = renew_password(account=row.id, by=desk.actor, at=desk.at)
            return _account(desk, number, word=word)
        if verb == "lock":
            lock_account(account=row.id, by=desk.actor, at=desk.at)
        elif verb == "reset":
            reset_factor(account=row.id, by=desk.actor, at=desk.at)
        elif verb == "unlock":
            unlock_account(account=row.id, by=desk.actor, at=desk.at)
        elif verb == "hold" and any(known.id == post for known in posts(desk.at, post=post)):
            hold_post(account=row.id, post=post, by=desk.actor, at=desk.at)
        elif verb == "leave":
            leave_post(account=row.id, post=post, by=desk.actor, at=desk.at)
        else:
            raise Http404(verb)
    except RegistryRefused as refused:
        return _account(desk, number, refusal=refused.message)
    messages.success(desk.request, _("已更新账号 %(name)s") % {"name": row.name})
    return redirect("staff:account", number)


def own_password(desk: Desk) -> HttpResponse:
    """Let somebody choose a new password; after a first log-in nothing else is open before that."""
    if desk.request.method != "POST":
        return desk.show("staff/password.html", {})
    given = desk.request.POST
    refusal = ""
    if not desk.account.check_password(given.get("current", "")):
        refusal = _("现在的密码不对")
    elif given.get("password", "") != given.get("again", ""):
        refusal = _("两次输入的密码不同")
    elif given.get("password", "") == given.get("current", ""):
        refusal = _("新密码不能与现在的相同")
    else:
        refusal = _chosen(desk, given.get("password", ""))
    if refusal:
        return desk.show("staff/password.html", {"refusal": refusal}, UNFIT)
    messages.success(desk.request, _("密码已更换"))
    return redirect("staff:inbox")


def _chosen(desk: Desk, password: str) -> str:
    try:
        change_password(account=desk.account.pk, password=password, by=desk.actor, at=desk.at)
    except RegistryRefused as refused:
        return refused.message.in_language(desk.language)
    desk.account.refresh_from_db()
    update_session_auth_hash(desk.request, desk.account)
    return ""


def _people(desk: Desk, **more: object) -> HttpResponse:
    context = {"accounts": accounts(desk.at), **more}
    return desk.show("staff/accounts.html", context, UNFIT if more else 200)


def _account(desk: Desk, number: int, **more: object) -> HttpResponse:
    row = _found(desk, number)
    held = {post.id for post in row.posts}
    context = {
        "row": row,
        "word": more.get("word"),
        "refusal": more.get("refusal"),
        "offered": [post for post in posts(desk.at) if post.id not in held],
        "changes": [(one, VERBS.get(one.verb)) for one in changes_about(account_actor_id(number))],
        "is_own": number == desk.account.pk,
    }
    return desk.show("staff/account.html", context, UNFIT if more.get("refusal") else 200)


def _found(desk: Desk, number: int) -> AccountRow:
    row = next((one for one in accounts(desk.at) if one.id == number), None)
    if row is None:
        raise Http404(str(number))
    return row
