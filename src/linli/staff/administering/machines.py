"""Keys of machines: made with what they may do, shown once, revoked at once."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.registry.actions import RegistryRefused
from linli.registry.machines.actions import make_key, revoke_key
from linli.registry.machines.queries import SCOPES, machine_keys, signing_secret
from linli.registry.queries import actor_names
from linli.staff.administering.duties import for_registrars
from linli.staff.desk import Desk

UNFIT = 422
USUAL_PER_MINUTE = 600


@for_registrars
def machines(desk: Desk) -> HttpResponse:
    """List the keys; make a new one, whose text is shown on the page that answers."""
    if desk.request.method != "POST":
        return _listed(desk)
    given = desk.request.POST
    try:
        key, text = make_key(
            name=given.get("name", ""),
            scopes=given.getlist("scope"),
            per_minute=_number(given.get("per_minute", "")),
            expires_on=_day(given.get("expires_on", "")),
            by=desk.actor,
            at=desk.at,
        )
    except RegistryRefused as refused:
        return _listed(desk, UNFIT, refusal=refused.message, given=given)
    return _listed(desk, text=text, key=key, secret=signing_secret(key))


@for_registrars
def revoke(desk: Desk, number: int) -> HttpResponse:
    """Shut a key for good."""
    try:
        revoke_key(key=number, by=desk.actor, at=desk.at)
    except RegistryRefused as refused:
        return _listed(desk, UNFIT, refusal=refused.message)
    messages.success(desk.request, _("密钥已吊销，使用方从现在起不能再调用"))
    return redirect("staff:machines")


def _listed(desk: Desk, status: int = 200, **more: object) -> HttpResponse:
    keys = machine_keys(on=desk.today)
    names = actor_names(row.made_by for row in keys)
    context = {
        "keys": [(row, names.get(row.made_by)) for row in keys],
        "scopes": SCOPES.items(),
        "usual": USUAL_PER_MINUTE,
        **more,
    }
    return desk.show("staff/machines.html", context, status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else 0


def _day(text: str) -> date | None:
    """Give a day; one that is none has passed, so that it is refused."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
