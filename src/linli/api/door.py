"""The machines' door: which office a call is for, in which format, with whose key, and how often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language

from linli.api.answers import answer
from linli.registry.isolation import office_transaction
from linli.registry.limits import seconds_to_wait
from linli.registry.machines.actions import note_use
from linli.registry.machines.queries import SCOPES, KeyUnknown, Machine, machine_with
from linli.registry.queries import OfficeRow, offices_here
from linli.rulebook.mechanism import Label

P = ParamSpec("P")
FORMATS = ("xml", "json")
ACCEPTED = {
    "text/xml": "xml",
    "application/xml": "xml",
    "text/*": "xml",
    "*/*": "xml",
    "application/json": "json",
    "application/*": "json",
    "text/html": "xml",
}
STRANGERS_PER_MINUTE = 1200
KEY_MISSING = Label(zh="缺少 api_key", en="api_key is missing")
KEY_WRONG = Label(
    zh="api_key 无效、已到期或已吊销", en="api_key is not valid, has ended or was revoked"
)


class CallRefused(Exception):
    """A call is not answered as asked: the HTTP status, and why in one or more sentences."""

    def __init__(self, status: int, *why: Label, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("; ".join(one.en for one in why))
        self.status = status
        self.why = why
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Call:
    """One call of a machine, at the moment of the request. `machine` is None for a stranger."""

    request: HttpRequest
    office: OfficeRow
    at: datetime
    form: str
    machine: Machine | None

    def param(self, name: str) -> str:
        """Give a parameter from the form sent, or else from the address; empty and absent are one."""
        return param_of(self.request, name)

    @property
    def language(self) -> str:
        """Give the code of the language to answer in."""
        return get_language() or "zh-hans"

    def words(self, label: Label | None) -> str | None:
        """Give a label in the language of the call."""
        return None if label is None else label.in_language(self.language)

    def answer(self, root: str, tree: Any, status: int = 200) -> HttpResponse:
        """Answer in the format of the call."""
        return answer(self.form, root, tree, status)


Page = Callable[Concatenate[Call, P], HttpResponse]


def for_machines(
    page: Page[P], methods: tuple[str, ...], scopes: Mapping[str, str], others: tuple[str, ...] = ()
) -> Callable[..., HttpResponseBase]:
    """Open a page to machines; `scopes` says which methods ask for a key, and what it must open.

    `others`: formats it gives beside XML and JSON. Whatever is refused is answered in the format asked for.
    """

    @wraps(page)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        form = str(kwargs.pop("form", None) or "")
        told = "json" if _named(form) == "json" else "xml"
        try:
            asked = _format_of(request, _named(form), others)
            told = asked if asked in FORMATS else told
            _check_method(request, methods)
            office = _office_of(request)
        except CallRefused as refused:
            return _refusal(told, refused)
        with office_transaction(office.id):
            try:
                machine = _let_in(request, scopes.get(request.method or "", ""))
                done: HttpResponseBase = page(
                    Call(request, office, timezone.now(), asked, machine), *args, **kwargs
                )
            except CallRefused as refused:
                done = _refusal(told, refused)
        return _open_to_all(done)

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie opens anything here
    answered.is_for_machines = True  # type: ignore[attr-defined]
    return answered


def param_of(request: HttpRequest, name: str) -> str:
    """Give a parameter of a request; empty and absent are one."""
    sent = request.POST.get(name, "") if request.method == "POST" else ""
    return (sent or request.GET.get(name, "")).strip()


def _named(form: str) -> str:
    return form.lstrip(".").lower()


def _format_of(request: HttpRequest, named: str, others: tuple[str, ...]) -> str:
    if named in (*FORMATS, *others):
        return named
    if named:
        raise CallRefused(
            406,
            Label(
                zh=f"没有 {named} 格式，请用 xml 或 json",
                en=f"no format {named}: ask for xml or json",
            ),
        )
    wanted = [one.partition(";")[0].strip().lower() for one in _accepts(request).split(",")]
    found = next((ACCEPTED[one] for one in wanted if one in ACCEPTED), None)
    if found is None:
        raise CallRefused(406, Label(zh="请用 xml 或 json 格式", en="ask for xml or json"))
    return found


def _accepts(request: HttpRequest) -> str:
    return request.headers.get("Accept") or "*/*"


def _check_method(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in methods:
        said = Label(
            zh=f"此地址不接受 {request.method}", en=f"this address takes no {request.method}"
        )
        raise CallRefused(405, said, headers={"Allow": ", ".join(methods)})


def _office_of(request: HttpRequest) -> OfficeRow:
    """Give the office that jurisdiction_id names by code or host, or else the one at this host."""
    known, named = offices_here(), param_of(request, "jurisdiction_id")
    if named:
        fit = [one for one in known if named == one.code or named.casefold() in one.hosts]
        if not fit:
            raise CallRefused(
                404,
                Label(
                    zh=f"没有 jurisdiction_id “{named}”",
                    en=f"jurisdiction_id {named!r} was not found",
                ),
            )
        return fit[0]
    host = request.get_host().partition(":")[0].casefold()
    at_host = [one for one in known if host in one.hosts] or (known if len(known) == 1 else [])
    if not at_host:
        codes = ", ".join(one.code for one in known)
        raise CallRefused(
            400 if known else 404,
            Label(
                zh=f"请给出 jurisdiction_id：{codes}",
                en=f"jurisdiction_id was not provided; there are: {codes}",
            ),
        )
    return at_host[0]


def _let_in(request: HttpRequest, scope: str) -> Machine | None:
    """Give the machine whose key came along. Raises CallRefused for a wrong or missing one, or too many calls."""
    text = _key_of(request)
    if not text:
        if scope:
            raise CallRefused(403, KEY_MISSING)
        count_call(f"address {request.META.get('REMOTE_ADDR', '')}", STRANGERS_PER_MINUTE)
        return None
    today = timezone.localdate()
    try:
        machine = machine_with(text, on=today)
    except KeyUnknown as unknown:
        count_call(f"address {request.META.get('REMOTE_ADDR', '')}", STRANGERS_PER_MINUTE)
        raise CallRefused(403, KEY_WRONG) from unknown
    if scope and scope not in machine.scopes:
        label = SCOPES[scope]
        raise CallRefused(
            403,
            Label(zh=f"此 api_key 没有“{label.zh}”权限", en=f"this api_key may not: {label.en}"),
        )
    count_call(f"machine {machine.id}", machine.per_minute)
    if machine.used_on != today:
        note_use(key=machine.id, on=today)
    return machine


def _key_of(request: HttpRequest) -> str:
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return param_of(request, "api_key") or request.headers.get("X-Api-Key", "").strip() or bearer


def count_call(who: str, per_minute: int) -> None:
    """Count a call; raises CallRefused when there were too many this minute."""
    wait = seconds_to_wait(who, per_minute)
    if wait:
        raise CallRefused(
            429,
            Label(
                zh=f"请求过于频繁，请在 {wait} 秒后再试",
                en=f"too many calls: try again in {wait} s",
            ),
            headers={"Retry-After": str(wait)},
        )


def _refusal(form: str, refused: CallRefused) -> HttpResponse:
    language = get_language() or "zh-hans"
    errors = [
        {"code": refused.status, "description": one.in_language(language)} for one in refused.why
    ]
    done = answer(form, "errors", errors, refused.status)
    for name, value in refused.headers.items():
        done[name] = value
    return done


def _open_to_all(done: HttpResponseBase) -> HttpResponseBase:
    """Let pages of other sites read the answer: nothing here depends on who is logged in."""
    done["Access-Control-Allow-Origin"] = "*"
    return done
