"""Running cases taken on to another version: a document looked at case by case, then done after a second look."""

from __future__ import annotations

from hashlib import sha256

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.casework.migrating.actions import FATES, Line, Plan, VersionUnknown, migrate, planned
from linli.registry.actions import note_change
from linli.rulebook.mechanism import Label
from linli.rulebook.migrating.shelf import documents
from linli.rulebook.reading import MechanismRefused
from linli.staff.book.drafts import MOST_SHOWN, DraftRefused, text_of
from linli.staff.book.pages import keepers_only
from linli.staff.desk import Desk

FATE_WORDS = {
    "same": Label(zh="不变", en="The same"),
    "mapped": Label(zh="对应", en="Mapped"),
    "blocked": Label(zh="不能迁移", en="Blocked"),
}
TONES = {"same": "grey", "mapped": "info", "blocked": "amber"}


def move(desk: Desk) -> HttpResponse:
    """Show the documents at hand; a POST looks at one, or does what was looked at."""
    keepers_only(desk)
    if desk.request.method != "POST":
        return _shelf(desk)
    try:
        if "text" in desk.request.POST:
            return _done(desk)
        return _looked_at(desk, *_sent(desk))
    except DraftRefused as refused:
        return _shelf(desk, refused.message)
    except MechanismRefused as refused:
        said, cure = refused.message, refused.cure
        zh, en = (
            f"第 {refused.line} 行：{said.zh}{cure.zh}",
            f"line {refused.line}: {said.en} {cure.en}",
        )
        return _shelf(desk, Label(zh=zh, en=en))
    except VersionUnknown as unknown:
        return _shelf(desk, unknown.message)


def _sent(desk: Desk) -> tuple[str, str]:
    """Give the name and text of the document sent, or of the one chosen among those at hand."""
    file = desk.request.FILES.get("document")
    if file is not None:
        return file.name or "migration.yaml", text_of(file)
    path = documents().get(desk.request.POST.get("name", ""))
    if path is None:
        raise DraftRefused("请选择迁移文件", "Choose a migration document")
    return path.name, path.read_text(encoding="utf-8")


def _done(desk: Desk) -> HttpResponse:
    sent = desk.request.POST
    name, text = (sent.get(one, "").replace("\r\n", "\n") for one in ("name", "text"))
    if _digest(text) != sent.get("digest"):
        raise DraftRefused("文件已变，请重新上传", "The file has changed: send it again")
    if not sent.get("sure"):
        return _looked_at(desk, name, text, Label(zh="请先勾选确认", en="Tick the box first"))
    plan = migrate(text=text, file=name, by=desk.actor, at=desk.at)
    note_change(desk.actor, desk.at, "migrate", plan.document.migrate, **plan.told())
    counts = {"moved": len(plan.lines) - plan.count("blocked"), "blocked": plan.count("blocked")}
    said = _("%(moved)d 件已转入新版，%(blocked)d 件不能迁移、留在原版")
    messages.success(desk.request, said % counts)
    return redirect("staff:book")


def _shelf(desk: Desk, refusal: Label | None = None) -> HttpResponse:
    context = {"names": list(documents()), "refusal": refusal}
    return desk.show("staff/book_moving.html", context, status=422 if refusal else 200)


def _looked_at(desk: Desk, name: str, text: str, refusal: Label | None = None) -> HttpResponse:
    plan = planned(text=text, file=name, at=desk.at)
    context = {
        "name": name,
        "text": text,
        "digest": _digest(text),
        "plan": plan,
        "title": plan.becomes.mechanism.title,
        "counts": [(FATE_WORDS[fate], plan.count(fate)) for fate in FATES],
        "lines": [(one, FATE_WORDS[one.fate], TONES[one.fate]) for one in _shown(plan)],
        "refusal": refusal,
    }
    return desk.show("staff/book_moved.html", context, status=422 if refusal else 200)


def _shown(plan: Plan) -> list[Line]:
    """Give the lines a page shows: what is blocked first, what stays the same last."""
    order = {"blocked": 0, "mapped": 1, "same": 2}
    return sorted(plan.lines, key=lambda line: order[line.fate])[:MOST_SHOWN]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
