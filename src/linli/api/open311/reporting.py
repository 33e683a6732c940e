"""Taking a request: the parameters of the specification become the form of an opening action."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from linli.api.door import Call, CallRefused
from linli.api.open311.offered import (
    ADDRESS,
    CONTACT,
    PHONE,
    Service,
    service_of,
)
from linli.budget.actions import open_case
from linli.casework.actions import KeyReused, Receipt
from linli.casework.attachments import MAX_UPLOAD, Sender, UploadRefused, keep_upload
from linli.casework.queries import number_keyed
from linli.registry.actors import resident
from linli.registry.queries import areas_of_office
from linli.rulebook.casefile import Actor, Exhibit, StepRefused
from linli.rulebook.mechanism import Label

SOURCE = "open311"
KEYED = "open311:"
LONGEST = 4000
MOST_PHOTOS = 6
OPAQUE = 16
ATTRIBUTE = re.compile(r"attribute\[([^\]]+)\](\[\d*\])?")
LINK = re.compile(r"https?://\S{1,480}")
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def report(call: Call) -> HttpResponse:
    """Take a request and give its number."""
    if call.request.content_type not in FORM_TYPES:
        raise _refused("请以 application/x-www-form-urlencoded 提交", f"send {FORM_TYPES[0]}")
    code = call.param("service_code")
    if not code:
        raise _refused("缺少 service_code", "service_code was not provided")
    service = service_of(code)
    token = _token(call)
    form, odd = _form(call, service)
    receipt = _opened(call, service, form, token)
    if "respond-async" in call.request.headers.get("Prefer", ""):
        return call.answer("service_requests", [{"token": token}])
    told = {
        "service_request_id": receipt.number,
        "service_notice": _notice(call, service, receipt, odd),
        "account_id": None,
    }
    return call.answer("service_requests", [told])


def tokens(call: Call, token: str) -> HttpResponse:
    """Give the numbers of requests by the tokens they were given; several are set apart by commas."""
    asked = [one for one in token.split(",") if one]
    found = [(one, number_keyed(KEYED + one)) for one in asked]
    listed = [{"service_request_id": number, "token": one} for one, number in found if number]
    if not listed:
        raise CallRefused(404, Label(zh="没有这个 token", en="the token was not found"))
    return call.answer("service_requests", listed)


def _token(call: Call) -> str:
    """Give the token of a request: the same for the same Idempotency-Key of one machine."""
    named = call.request.headers.get("Idempotency-Key", "").strip()
    assert call.machine is not None
    if not named:
        return secrets.token_hex(16)
    return salted_hmac(f"linli.open311.{call.machine.id}", named).hexdigest()[:32]


def _opened(call: Call, service: Service, form: dict[str, Any], token: str) -> Receipt:
    actor = _sender(call, token)
    try:
        return open_case(
            mechanism=service.mechanism.mechanism,
            action=service.action,
            by=actor,
            at=call.at,
            form=form,
            exhibits=list(exhibits_of(call, service, actor)),
            key=KEYED + token,
            area=_area(call),
            source=SOURCE,
        )
    except StepRefused as refused:
        names = {service.place: "lat, long", service.description: "description"}
        faults = [
            Label(
                zh=f"{names.get(one.field, one.field)}：{one.message.zh}",
                en=f"{names.get(one.field, one.field)}: {one.message.en}",
            )
            for one in refused.faults
        ]
        raise CallRefused(400, *(faults or [refused.message])) from refused
    except KeyReused as reused:
        raise _refused(
            "这个 Idempotency-Key 已用于别的请求",
            "this Idempotency-Key was used for something else",
        ) from reused


def _sender(call: Call, token: str) -> Actor:
    """Give the resident who reports: one nobody knows, the same for the same account of the same machine."""
    who = call.param("account_id") or call.param("email") or call.param("phone") or token
    assert call.machine is not None
    opaque = salted_hmac(f"linli.open311.{call.machine.id}", f"who {who}").hexdigest()[:OPAQUE]
    return resident(f"m{call.machine.id}-{opaque}")


def _form(call: Call, service: Service) -> tuple[dict[str, Any], list[str]]:
    """Give the form, and the attributes that no question asks for."""
    answers, odd = _attributes(call, service)
    place, words = _place(call), call.param("address_string")
    if place is None and not words and not call.param("address_id"):
        raise _refused(
            "请给出位置：lat 与 long，或 address_string，或 address_id",
            "a location was not provided: lat and long, address_string or address_id",
        )
    if place is not None:
        answers[service.place] = place
    more = []
    if words and ADDRESS in service.fields:
        answers[ADDRESS] = words
    elif words:
        more.append(words)
    media = call.param("media_url")
    if media and not LINK.fullmatch(media):
        raise _refused("media_url 应为网址", "media_url is not a web address")
    described = "\n".join(one for one in [_description(call), *more, media] if one)
    if service.description and described:
        answers[service.description] = described
    _contact(call, service, answers)
    return answers, odd


def _description(call: Call) -> str:
    text = call.param("description")
    if len(text) > LONGEST:
        raise _refused(
            f"description 最多 {LONGEST} 字", f"description has at most {LONGEST} characters"
        )
    return text


def _contact(call: Call, service: Service, answers: dict[str, Any]) -> None:
    """Put in who reports, where the form asks for it; what it does not ask for is not kept."""
    name = " ".join(filter(None, (call.param("first_name"), call.param("last_name"))))
    given = {PHONE: call.param("phone"), CONTACT: name}
    answers.update({key: text for key, text in given.items() if text and key in service.fields})


def _place(call: Call) -> dict[str, Any] | None:
    lat, long = call.param("lat"), call.param("long")
    if not lat and not long:
        return None
    try:
        place = {"lon": float(long), "lat": float(lat), "datum": "wgs84"}
    except ValueError as error:
        raise _refused(
            "lat 与 long 都要给出，且为数字", "lat and long are both needed, as numbers"
        ) from error
    finite = math.isfinite(place["lon"]) and math.isfinite(place["lat"])  # type: ignore[arg-type]
    if not finite or abs(float(lat)) > 90 or abs(float(long)) > 180:  # noqa: PLR2004 - degrees
        raise _refused("lat 或 long 超出范围", "lat or long is out of range")
    return place


def _area(call: Call) -> str | None:
    """Give the area that address_id names by its code."""
    code = call.param("address_id")
    if not code or call.param("lat"):
        return None
    found = next((row.path for row in areas_of_office() if row.code == code), None)
    if found is None and not call.param("address_string"):
        raise _refused("没有这个 address_id", "address_id was not found")
    return found


def _attributes(call: Call, service: Service) -> tuple[dict[str, Any], list[str]]:
    answers: dict[str, Any] = {}
    odd = []
    for name in call.request.POST:
        found = ATTRIBUTE.fullmatch(name)
        given = [text for text in call.request.POST.getlist(name) if text.strip()]
        if found is None or not given:
            continue
        code = found[1]
        if code not in service.attributes:
            odd.append(code)
        elif service.mechanism.fields[code].type == "bodies":
            answers[code] = [*answers.get(code, []), *given]
        elif len(given) > 1 or code in answers:
            raise _refused(f"{code} 只能有一个值", f"{code} takes one value")
        else:
            answers[code] = given[0]
    return answers, odd


def exhibits_of(call: Call, service: Service, actor: Actor) -> Iterator[Exhibit]:
    """Keep the photos of a call and give what the action of a service takes. Raises CallRefused."""
    sent = [one for name in call.request.FILES for one in call.request.FILES.getlist(name)]
    taken = [
        one for one in service.mechanism.actions[service.action].exhibits if one.kind == "photo"
    ]
    if sent and (not taken or len(sent) > MOST_PHOTOS):
        raise _refused(
            f"此项最多收 {MOST_PHOTOS if taken else 0} 张照片",
            f"this service takes {MOST_PHOTOS if taken else 0} photos at most",
        )
    for upload in sent:
        sender = Sender(actor.id, call.at, taken[0].kind, taken[0].tag)
        stream = BytesIO(upload.read(MAX_UPLOAD + 1))
        try:
            kept = keep_upload(
                office=actor.office, case=None, upload=stream, name=upload.name or "", sender=sender
            )
        except UploadRefused as refused:
            raise CallRefused(400, refused.message) from refused
        yield kept.exhibit


def _notice(call: Call, service: Service, receipt: Receipt, odd: list[str]) -> str | None:
    follow = call.request.build_absolute_uri(reverse("resident:follow"))
    unused = ", ".join(odd)
    limit = service.notice
    return call.words(
        Label(
            zh=f"{limit.zh}。查询码 {receipt.code}，可在 {follow} 查询进展。"
            + (f"未采用的属性：{unused}。" if odd else ""),
            en=f"{limit.en}. Follow it with code {receipt.code} at {follow}."
            + (f" Attributes not used: {unused}." if odd else ""),
        )
    )


def _refused(zh: str, en: str) -> CallRefused:
    return CallRefused(400, Label(zh=zh, en=en))
