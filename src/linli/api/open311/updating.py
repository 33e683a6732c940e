"""Taking an update: whoever reported a request adds words and photos to it, as its mechanism lets residents do."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpResponse
from django.utils.crypto import salted_hmac

from linli.api.answers import moment
from linli.api.door import Call, CallRefused
from linli.api.open311.offered import Service
from linli.api.open311.reporting import FORM_TYPES, exhibits_of
from linli.api.open311.requests import known_services
from linli.budget.actions import perform
from linli.casework.actions import KeyReused
from linli.casework.queries import Published, Sought, published_cases
from linli.exchange.opening import adding
from linli.registry.actors import resident
from linli.rulebook.casefile import RESIDENT, StepRefused
from linli.rulebook.mechanism import Label

LONGEST = 4000
LONGEST_ID = 200


def update(call: Call) -> HttpResponse:
    """Add to a request that came through the same machine, and give the number of the update."""
    if call.request.content_type not in FORM_TYPES:
        raise _refused("请以 application/x-www-form-urlencoded 提交", f"send {FORM_TYPES[0]}")
    number, words = call.param("service_request_id"), call.param("description")
    if not number:
        raise _refused("缺少 service_request_id", "service_request_id was not provided")
    if not words or len(words) > LONGEST:
        raise _refused(
            f"请给出 description，最多 {LONGEST} 字",
            f"description was not provided, or has more than {LONGEST} characters",
        )
    case = _case(call, number)
    action = adding(case.mechanism)
    if action is None:
        raise _refused("此类请求不收补充", "this kind of request takes no updates")
    seq = _added(call, case, Service(case.mechanism, action), words)
    told = {
        "update_id": f"{number}-{seq}",
        "service_request_id": number,
        "updated_datetime": moment(call.at),
    }
    return call.answer("service_request_updates", [told])


def _case(call: Call, number: str) -> Published:
    """Give the request of a number that this machine has brought. Raises CallRefused."""
    found = published_cases(Sought(known_services(), [number]), at=call.at, most=1)
    if not found:
        raise CallRefused(
            404,
            Label(
                zh=f"没有 service_request_id “{number}”",
                en=f"service_request_id {number!r} was not found",
            ),
        )
    assert call.machine is not None
    if not found[0].opened_by.startswith(f"{RESIDENT}:m{call.machine.id}-"):
        raise CallRefused(
            403,
            Label(
                zh="此请求不是经此 api_key 报来的，不能补充",
                en="this request did not come by this api_key: it cannot be updated by it",
            ),
        )
    return found[0]


def _added(call: Call, case: Published, service: Service, words: str) -> int:
    actor = resident(case.opened_by.removeprefix(f"{RESIDENT}:"))
    [field] = service.fields
    form: dict[str, Any] = {field: words}
    try:
        receipt = perform(
            case=case.row.id,
            action=service.action,
            by=actor,
            at=call.at,
            form=form,
            exhibits=list(exhibits_of(call, service, actor)),
            key=_key(call, case.row.number),
            revision=None,
        )
    except StepRefused as refused:
        raise CallRefused(
            400, *([one.message for one in refused.faults] or [refused.message])
        ) from refused
    except KeyReused as reused:
        raise _refused(
            "这个 update_id 已用过", "this update_id was used for something else"
        ) from reused
    return receipt.seq


def _key(call: Call, number: str) -> str:
    """Give what makes sending an update twice harmless: its update_id or Idempotency-Key, of this machine."""
    given = call.param("update_id") or call.request.headers.get("Idempotency-Key", "").strip()
    assert call.machine is not None
    named = given[:LONGEST_ID] or secrets.token_hex(16)
    return (
        "open311-update:"
        + salted_hmac(f"linli.open311.{call.machine.id}", f"{number} {named}").hexdigest()
    )


def _refused(zh: str, en: str) -> CallRefused:
    return CallRefused(400, Label(zh=zh, en=en))
