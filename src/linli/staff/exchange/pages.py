"""The pages of platforms: a list taken in, what differs, and the list of replies that goes back."""

from __future__ import annotations

from hashlib import sha256

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.exchange.actions import Sent, may_exchange, note_told, take_in
from linli.exchange.profiles import Profile, ProfileRefused
from linli.exchange.queries import (
    BatchUnknown,
    batch,
    batches,
    differences,
    order_counts,
    profiles_in_force,
)
from linli.exchange.reading import ListRefused
from linli.exchange.replies import replies
from linli.ledgers.sheets import SheetRefused, read_sheet
from linli.registry.queries import actor_names
from linli.rulebook.labels import Label
from linli.staff.desk import Desk
from linli.staff.ledgers.sending import TYPES, sent

MOST_BYTES = 20 * 1024 * 1024
SHOWN = 50
UNFIT = 422


def platforms(desk: Desk) -> HttpResponse:
    """Show the platforms there are, each with how many of its orders run here."""
    counts = order_counts()
    listed = [(one, counts.get(key, 0)) for key, one in _mine(desk).items()]
    if not listed:
        raise PermissionDenied
    return desk.show("staff/platforms.html", {"platforms": listed})


def platform(desk: Desk, key: str) -> HttpResponse:
    """Show what differs from a platform and what it is to be told; a POST takes a list of its orders in."""
    profile = _profile(desk, key)
    if desk.request.method != "POST":
        return _shown(desk, profile)
    try:
        number = take_in(
            profile=profile, sent=_sent(desk), opens=desk.request.POST.get("opens") == "1",
            is_whole=desk.request.POST.get("whole") == "1", by=desk.actor, at=desk.at,
        )  # fmt: skip
    except (SheetRefused, ListRefused, ProfileRefused) as refused:
        return _shown(desk, profile, refused.message)
    done = batch(number)
    told = _("收到 %(rows)s 行：新立 %(opened)s 件，状态有变 %(changed)s 件，未收 %(rejected)s 行")
    counts = {"opened": done.opened, "changed": done.changed, "rejected": done.rejected}
    messages.success(desk.request, told % {"rows": done.rows, **counts})
    return redirect("staff:platform-batch", key=key, number=number)


def list_done(desk: Desk, key: str, number: int) -> HttpResponse:
    """Show what became of one list, with what was noted of its rows."""
    profile = _profile(desk, key)
    try:
        done = batch(number)
    except BatchUnknown as unknown:
        raise Http404(str(number)) from unknown
    by = actor_names([done.by]).get(done.by)
    return desk.show("staff/platform_batch.html", {"profile": profile, "done": done, "by": by})


def tell(desk: Desk, key: str) -> HttpResponse:
    """Give the list that goes back, as the platform lays it out, and keep that it was given."""
    profile = _profile(desk, key)
    kind = desk.request.POST.get("kind", "")
    if kind not in TYPES:
        raise Http404(kind)
    rows = replies(profile, at=desk.at, everything=desk.request.POST.get("all") == "1")
    name = f"{profile.platform}-{desk.today:%Y%m%d}.{kind}"
    note_told(profile=profile, replies=rows, file_name=name, by=desk.actor, at=desk.at)
    return sent(kind, name, list(profile.back.columns), [row.cells for row in rows])


def _shown(desk: Desk, profile: Profile, refusal: Label | None = None) -> HttpResponse:
    waiting, columns = replies(profile, at=desk.at), list(profile.back.columns)
    done = batches(profile.platform)
    names = actor_names(row.by for row in done)
    context = {
        "profile": profile,
        "differences": differences(profile, at=desk.at),
        "waiting": [list(zip(columns, one.cells, strict=True)) for one in waiting[:SHOWN]],
        "waiting_count": len(waiting),
        "columns": columns,
        "batches": [(row, names.get(row.by)) for row in done],
        "refusal": refusal,
    }
    return desk.show("staff/platform.html", context, status=UNFIT if refusal else 200)


def _mine(desk: Desk) -> dict[str, Profile]:
    known = desk.mechanisms
    return {
        key: one
        for key, one in profiles_in_force().items()
        if may_exchange(desk.actor, one, known[one.mechanism])
    }


def _profile(desk: Desk, key: str) -> Profile:
    """Give a platform that this person may exchange lists with."""
    known = profiles_in_force()
    if key not in known:
        raise Http404(key)
    if key not in _mine(desk):
        raise PermissionDenied
    return known[key]


def _sent(desk: Desk) -> Sent:
    file = desk.request.FILES.get("file")
    if file is None:
        raise ListRefused("请选择对方平台导出的清单", "Choose the list that the platform gave out")
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ListRefused("清单不得超过 20 MB", "A list has at most 20 MB")
    name = file.name or ""
    return Sent(name, sha256(content).hexdigest(), read_sheet(name, content))
