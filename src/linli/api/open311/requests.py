"""Requests as everybody may see them: filtered lists, one by its number, and their changes of state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse

from linli.api.answers import ZONE, moment
from linli.api.door import Call, CallRefused
from linli.api.open311.offered import Service, services_here
from linli.casework.queries import (
    Published,
    Sought,
    Turn,
    is_released,
    published_cases,
    published_count,
    published_turns,
)
from linli.registry.scope import path_of
from linli.rulebook.mechanism import Label

SPAN = timedelta(days=90)
MOST = 1000
MOST_TURNS = 5000
MOST_PAGE = 100_000
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
STATUSES = {"open": True, "closed": False}
Known = dict[tuple[str, str], Service]


def request_list(call: Call) -> HttpResponse:
    """Give the requests of 90 days, at most 1,000 at once; `page` and `page_size` go through the rest."""
    known = known_services()
    size, page = _number(call, "page_size", MOST, MOST), _number(call, "page", 1, MOST_PAGE)
    wanted = sought(call, known)
    found = published_cases(wanted, at=call.at, most=size, skip=(page - 1) * size)
    answer = call.answer("service_requests", _listed(call, known, found))
    if call.param("page") or call.param("page_size"):
        total = published_count(wanted)
        answer["X-Total-Count"] = str(total)
        answer["Link"] = _links(call, page, max(1, -(-total // size)))
    return answer


def request(call: Call, number: str) -> HttpResponse:
    """Give one request."""
    known = known_services()
    found = published_cases(Sought(known, [number]), at=call.at, most=1)
    if not found:
        raise CallRefused(
            404,
            Label(
                zh=f"没有 service_request_id “{number}”",
                en=f"service_request_id {number!r} was not found",
            ),
        )
    return call.answer("service_requests", _listed(call, known, found))


def updates(call: Call) -> HttpResponse:
    """Give changes of state in the order they happened: of some requests, or in a range of time."""
    known, numbers = known_services(), _split(call.param("service_request_id"))
    since, until = (None, None) if numbers else _range(call)
    wanted = Sought(known, numbers or None, updated_from=since, updated_to=until)
    turns = published_turns(wanted, most=MOST_TURNS)
    return call.answer("service_request_updates", [_update(call, turn) for turn in turns])


def known_services() -> Known:
    """Give the services here by mechanism and action. One statement."""
    return {(one.mechanism.mechanism, one.action): one for one in services_here().values()}


def sought(call: Call, known: Known) -> Sought:
    """Give what a call asks for. Raises CallRefused."""
    numbers = _split(call.param("service_request_id"))
    if numbers:
        return Sought(known, numbers)
    codes = _split(call.param("service_code"))
    starts = {key: one for key, one in known.items() if not codes or one.code in codes}
    updated = [_moment(call, name) for name in ("updated_after", "updated_before")]
    bare = any(updated) and not call.param("start_date") and not call.param("end_date")
    since, until = (None, None) if bare else _range(call)
    return Sought(
        starts,
        is_open=_is_open(call),
        opened_from=since,
        opened_to=until,
        updated_from=updated[0],
        updated_to=updated[1],
    )


def _is_open(call: Call) -> bool | None:
    asked = set(_split(call.param("status").lower()))
    if asked - STATUSES.keys():
        raise _refused("status 只能是 open 或 closed", "status is open or closed")
    return STATUSES[asked.pop()] if len(asked) == 1 else None


def _range(call: Call) -> tuple[datetime, datetime]:
    """Give the range of time asked for: what is left out makes it 90 days. Raises CallRefused for more."""
    since, until = _moment(call, "start_date"), _moment(call, "end_date")
    if until is None:
        until = min(since + SPAN, call.at) if since else call.at
        until += timedelta(microseconds=1)
    else:
        until += timedelta(seconds=1)  # end_date is included
    since = since or until - SPAN
    if until < since:
        raise _refused("end_date 早于 start_date", "end_date is before start_date")
    if until - since > SPAN + timedelta(seconds=1):
        raise _refused(
            "start_date 与 end_date 相距不能超过 90 天",
            "start_date and end_date may not span more than 90 days",
        )
    return since, until


def _moment(call: Call, name: str) -> datetime | None:
    """Give a moment of the W3C note, which names its zone; a bare day begins in the office's own."""
    text = call.param(name).replace(" ", "+")
    if not text:
        return None
    wrong = _refused(
        f"{name} 应写作 2010-01-01T00:00:00Z", f"{name} must look like 2010-01-01T00:00:00Z"
    )
    try:
        if DAY.fullmatch(text):
            return datetime.combine(datetime.fromisoformat(text).date(), time(), ZONE)
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            raise wrong
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong from error


def _number(call: Call, name: str, usual: int, most: int) -> int:
    text = call.param(name)
    if not text:
        return usual
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= most:
        raise _refused(f"{name} 应在 1 至 {most} 之间", f"{name} lies between 1 and {most}")
    return int(text[:9])


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _links(call: Call, page: int, last: int) -> str:
    to = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    asked = {name: call.request.GET[name] for name in call.request.GET if name != "api_key"}
    address = call.request.build_absolute_uri(call.request.path)
    return ", ".join(
        f'<{address}?{urlencode({**asked, "page": number})}>; rel="{rel}"'
        for rel, number in to.items()
        if 1 <= number <= last
    )


def _listed(call: Call, known: Known, found: Iterable[Published]) -> list[dict[str, Any]]:
    cases = tuple(found)
    notes: dict[str, list[dict[str, Any]]] = {}
    if call.param("extensions") == "true" and cases:
        numbers = [one.row.number for one in cases]
        for turn in published_turns(Sought(known, numbers), most=MOST_TURNS):
            told = {
                "datetime": moment(turn.at),
                "description": _in_words(call, turn),
                "type": turn.state,
            }
            notes.setdefault(turn.number, []).append(told)
    rows = [_one(call, known[one.row.mechanism, one.action], one) for one in cases]
    if call.param("extensions") == "true":
        return [{**row, "notes": notes.get(row["service_request_id"], [])} for row in rows]
    return rows


def _one(call: Call, service: Service, case: Published) -> dict[str, Any]:
    row, closed = case.row, case.row.closed_at
    shows_body = any(
        field.public and field.type == "body" for field in case.mechanism.fields.values()
    )
    return {
        "service_request_id": row.number,
        "status": "closed" if closed else "open",
        "status_notes": status_notes(call, service, case),
        "service_name": call.words(service.name),
        "service_code": service.code,
        "description": described(service, case),
        "agency_responsible": call.words(row.holder_name) if shows_body else None,
        "service_notice": call.words(service.notice),
        "requested_datetime": moment(row.opened_at),
        "updated_datetime": moment(closed or case.updated_at),
        "expected_datetime": None if closed else moment(case.expected_at),
        "address": place_in_words(call, case),
        "address_id": row.area.rstrip("/").rpartition("/")[2] or None,
        "zipcode": None,
        "lat": row.lat,
        "long": row.lon,
        "media_url": None,
    }


def described(service: Service, case: Published) -> str | None:
    """Give the description that was reported, as far as it is public; nothing before somebody of the office read it."""
    if not is_released(case.mechanism, case.row.state):
        return None
    name = service.description or ""
    value = case.texts.get(name) or case.values.get(name)
    return None if value is None else str(value)[:4000]


def status_notes(call: Call, service: Service, case: Published) -> str:
    """Give the state in words, and the latest public text that is not the report itself."""
    said = [
        text
        for name, text in case.texts.items()
        if name != service.description and is_released(case.mechanism, case.row.state)
    ]
    state = case.row.state_label.in_language(call.language)
    return f"{state}：{said[-1]}" if said else state


def place_in_words(call: Call, case: Published) -> str:
    """Give the neighbourhood and the subdistrict; the words of the report only where they are public."""
    area = case.row.area_name if case.row.area != path_of(call.office.code) else ""
    words = case.texts.get("address") if is_released(case.mechanism, case.row.state) else None
    return "，".join(one for one in (words, area, call.office.name) if one)


def _in_words(call: Call, turn: Turn) -> str:
    """Give the state that a turn led to, and what the office said publicly with it."""
    state = turn.state_label.in_language(call.language)
    return f"{state}：{'；'.join(turn.said)}" if turn.said else state


def _update(call: Call, turn: Turn) -> dict[str, Any]:
    return {
        "update_id": f"{turn.number}-{turn.seq}",
        "service_request_id": turn.number,
        "status": "closed" if turn.has_ended else "open",
        "updated_datetime": moment(turn.at),
        "description": _in_words(call, turn),
        "external_status_code": turn.state,
    }


def _refused(zh: str, en: str) -> CallRefused:
    return CallRefused(400, Label(zh=zh, en=en))
