"""Sending a ledger in, looking at what would become of it, choosing other columns, confirming."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.ledgers.actions import LedgerFile, LedgerRefused, bring_in
from linli.ledgers.mapping import LedgerMap, MapRefused, check_map, read_map
from linli.ledgers.queries import import_done, maps_at_hand, recent_imports
from linli.ledgers.sheets import SheetRefused, read_sheet
from linli.ledgers.waiting import (
    MAX_LEDGER,
    UploadGone,
    WaitingLedger,
    choose_map,
    give_up,
    keep_ledger,
    waiting_ledger,
)
from linli.registry.queries import actor_names
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import at_hand
from linli.staff.desk import Desk
from linli.staff.ledgers.previewing import Preview

MAX_MAP = 200_000
REFUSALS = (LedgerRefused, MapRefused, SheetRefused)


def ledgers(desk: Desk) -> HttpResponse:
    """Show what was brought in, and take a ledger for preview."""
    _importers_only(desk)
    if desk.request.method != "POST":
        return _asked(desk)
    try:
        file, rules = _sent_file(desk), _sent_map(desk)
        check_map(rules, at_hand().mechanisms)
        read_sheet(file.name, file.content)
        upload = keep_ledger(file=file, rules=rules, by=desk.actor, at=desk.at)
    except REFUSALS as refused:
        return _asked(desk, refused.message)
    return redirect("staff:ledger", upload=upload)


def preview(desk: Desk, upload: int) -> HttpResponse:
    """Show a ledger as it would enter; a POST chooses other columns first."""
    _importers_only(desk)
    try:
        waiting = waiting_ledger(upload=upload, by=desk.actor)
    except UploadGone:
        return _gone(desk)
    if desk.request.method != "POST":
        return _previewed(desk, waiting)
    try:
        rules = Preview(waiting, desk.actor, desk.at).rules_with(desk.request.POST)
    except MapRefused as refused:
        return _previewed(desk, waiting, refused.message)
    choose_map(upload=upload, rules=rules, by=desk.actor)
    return redirect("staff:ledger", upload=upload)


def confirm(desk: Desk, upload: int) -> HttpResponse:
    """Bring a ledger in as previewed, and show the report."""
    _importers_only(desk)
    try:
        waiting = waiting_ledger(upload=upload, by=desk.actor, locked=True)
        number = bring_in(
            file=waiting.file, rules=waiting.rules, book=at_hand(), by=desk.actor, at=desk.at
        )
    except UploadGone:
        return _gone(desk)
    except REFUSALS as refused:
        return _previewed(desk, waiting, refused.message)
    give_up(upload=upload, by=desk.actor)
    row = import_done(number).row
    told = _(
        "“%(file)s”已导入：新增 %(added)s 件，此前已有 %(repeated)s 件，未导入 %(rejected)s 行"
    )
    counts = {"added": row.added, "repeated": row.repeated, "rejected": row.rejected}
    messages.success(desk.request, told % {"file": row.file_name, **counts})
    return redirect("staff:ledger-report", number=number)


def drop(desk: Desk, upload: int) -> HttpResponse:
    """Forget a ledger that is not wanted after all."""
    _importers_only(desk)
    give_up(upload=upload, by=desk.actor)
    messages.info(desk.request, _("这份台账没有导入，上传的文件已删除"))
    return redirect("staff:ledgers")


def _asked(desk: Desk, refusal: Label | None = None) -> HttpResponse:
    done = recent_imports()
    names = actor_names(row.by for row in done)
    context = {
        "maps": maps_at_hand().values(),
        "chosen": desk.request.POST.get("map", ""),
        "done": [(row, names.get(row.by)) for row in done],
        "refusal": refusal,
        "most": MAX_LEDGER >> 20,
    }
    return desk.show("staff/ledgers.html", context, status=422 if refusal else 200)


def _previewed(desk: Desk, waiting: WaitingLedger, refusal: Label | None = None) -> HttpResponse:
    laid = Preview(waiting, desk.actor, desk.at)
    status = 422 if refusal else 200
    return desk.show("staff/ledger.html", {"laid": laid, "refusal": refusal}, status=status)


def _gone(desk: Desk) -> HttpResponse:
    messages.warning(desk.request, _("这份台账已经导入、放弃或上传超过一天，请重新上传"))
    return redirect("staff:ledgers")


def _importers_only(desk: Desk) -> None:
    if not desk.may_bring_in:
        raise PermissionDenied


def _sent_file(desk: Desk) -> LedgerFile:
    sent = desk.request.FILES.get("file")
    if sent is None:
        raise LedgerRefused("请选择要导入的台账文件", "Choose the ledger to bring in")
    return LedgerFile(sent.name or "", _read(sent, MAX_LEDGER + 1))


def _sent_map(desk: Desk) -> LedgerMap:
    own = desk.request.FILES.get("own_map")
    if own is not None:
        try:
            return read_map(_read(own, MAX_MAP).decode("utf-8"), own.name or "")
        except UnicodeDecodeError as error:
            raise LedgerRefused(
                "映射文件应为 UTF-8 编码的 YAML", "The map must be YAML in UTF-8"
            ) from error
    known = maps_at_hand()
    named = desk.request.POST.get("map", "")
    if named not in known:
        raise LedgerRefused("请选择一份映射，或上传一份", "Choose a map, or send one")
    return known[named]


def _read(sent: UploadedFile[bytes], most: int) -> bytes:
    content = sent.read(most)
    assert isinstance(content, bytes)
    return content
