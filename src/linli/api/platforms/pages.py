"""Orders of a platform taken in by a machine, and what became of them given back until it says it has it. JSON."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from django.http import HttpResponse, JsonResponse

from linli.api.door import Call, CallRefused
from linli.exchange.actions import Sent, note_told, take_in
from linli.exchange.profiles import Profile, ProfileRefused
from linli.exchange.queries import batch, profiles_in_force
from linli.exchange.reading import ListRefused
from linli.exchange.replies import Reply, replies
from linli.ledgers.sheets import Sheet, SheetRow
from linli.registry.machines.queries import actor_of_machine
from linli.rulebook.labels import Label

MOST_BYTES = 2_000_000
MOST_REPLIES = 500


def orders(call: Call, key: str) -> HttpResponse:
    """Take orders in: `{"orders": [{column: text}], "whole": false}`; the same list again changes nothing."""
    profile = _profile(key)
    sent = _body(call)
    rows = _rows(sent)
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    sheet = Sheet(columns, tuple(SheetRow(nth, row) for nth, row in enumerate(rows, start=1)))
    digest = sha256(call.request.body).hexdigest()
    try:
        number = take_in(
            profile=profile, sent=Sent("", digest, sheet), opens=sent.get("opens", True) is not False,
            is_whole=sent.get("whole") is True, by=actor_of_machine(call.machine), at=call.at,
        )  # fmt: skip
    except (ListRefused, ProfileRefused) as refused:
        raise CallRefused(400, refused.message) from refused
    done = batch(number)
    notes = [
        {"row": note.line, "column": note.column, "why": call.words(note.message)}
        for note in done.notes
    ]
    counts = {"rows": done.rows, "opened": done.opened, "changed": done.changed}
    return _json({**counts, "rejected": done.rejected, "notes": notes})


def told(call: Call, key: str) -> HttpResponse:
    """Give what the platform has not been told yet, in its columns; a POST says which of it arrived.

    Each row has a `mark`; `{"taken": [mark]}` keeps that it arrived. A mark that is no longer true is passed over
    and its row given again.
    """
    profile = _profile(key)
    waiting = replies(profile, at=call.at)
    if call.request.method != "POST":
        columns = list(profile.back.columns)
        rows = [
            {"mark": _mark(one), "row": dict(zip(columns, one.cells, strict=True))}
            for one in waiting[:MOST_REPLIES]
        ]
        return _json({"replies": rows, "more": max(0, len(waiting) - MOST_REPLIES)})
    taken = _body(call).get("taken")
    if not isinstance(taken, list):
        raise _refused("请给出 taken：标记的列表", "give taken: a list of marks")
    arrived = [one for one in waiting if _mark(one) in taken]
    if arrived:
        actor = actor_of_machine(call.machine)
        note_told(profile=profile, replies=arrived, file_name="", by=actor, at=call.at)
    return _json({"taken": [_mark(one) for one in arrived]})


def _mark(reply: Reply) -> str:
    return f"{reply.order}-{reply.seq}-{reply.digest[:12]}"


def _profile(key: str) -> Profile:
    known = profiles_in_force()
    if key not in known:
        names = ", ".join(known)
        raise CallRefused(
            404,
            Label(
                zh=f"没有平台“{key}”；现有：{names}", en=f"no platform {key!r}; there are: {names}"
            ),
        )
    return known[key]


def _body(call: Call) -> dict[str, Any]:
    if len(call.request.body) > MOST_BYTES:
        raise CallRefused(
            413, Label(zh="内容超过 2 MB，请分批", en="more than 2 MB: send it in parts")
        )
    try:
        sent = json.loads(call.request.body)
    except ValueError as error:
        raise _refused("内容不是 JSON", "the body is not JSON") from error
    if not isinstance(sent, dict):
        raise _refused("内容应为 JSON 对象", "the body is no JSON object")
    return sent


def _rows(sent: dict[str, Any]) -> list[dict[str, str]]:
    listed = sent.get("orders")
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise _refused("请给出 orders：对象的列表", "give orders: a list of objects")
    if not listed:
        raise _refused("orders 是空的", "orders is empty")
    if any(isinstance(cell, dict | list) for row in listed for cell in row.values()):
        raise _refused("每列应为文字或数字", "every column is a text or a number")
    return [
        {str(name): "" if cell is None else str(cell).strip() for name, cell in row.items()}
        for row in listed
    ]


def _json(told: dict[str, Any]) -> HttpResponse:
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _refused(zh: str, en: str) -> CallRefused:
    return CallRefused(400, Label(zh=zh, en=en))
