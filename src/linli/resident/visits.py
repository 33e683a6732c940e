"""A visitor: nobody knows who it is; a signed cookie remembers which receipts were given or typed in.

The cookie ends with the browser. It spares every report the writing of a session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from linli.casework.definitions import in_force
from linli.registry.actors import resident
from linli.registry.isolation import current_office
from linli.registry.queries import OfficeRow, this_office
from linli.rulebook.casefile import RESIDENT, Actor
from linli.rulebook.mechanism import Mechanism

P = ParamSpec("P")
RECEIPTS = "receipts"
SALT = "linli.receipts"
MOST_RECEIPTS = 12


@dataclass(frozen=True)
class Held:
    """A receipt the visitor holds: the case, who opened it, and the code while it may still be shown."""

    number: str
    case: int
    actor: Actor
    code: str

    @property
    def opaque(self) -> str:
        """Give the part of the actor's id that says who, among residents."""
        return self.actor.id.removeprefix(f"{RESIDENT}:")


@dataclass(frozen=True)
class Visit:
    """Somebody from outside, at the moment of the request."""

    request: HttpRequest
    at: datetime

    @cached_property
    def office(self) -> OfficeRow:
        """Give the office that is visited."""
        return this_office()

    @cached_property
    def mechanisms(self) -> dict[str, Mechanism]:
        """Give the mechanisms in force here, by key."""
        return in_force()

    @property
    def language(self) -> str:
        """Give the code of the language the page is in."""
        return get_language() or "zh-hans"

    @property
    def today(self) -> date:
        """Give the day, as people here count it."""
        return timezone.localdate(self.at)

    @cached_property
    def receipts(self) -> dict[str, Held]:
        """Give the receipts this visitor holds, the latest first."""
        given = self.request.COOKIES.get(RECEIPTS)
        if not given:
            return {}
        try:
            kept = signing.loads(given, salt=SALT)
        except signing.BadSignature:
            return {}
        return {
            number: Held(number, case, resident(opaque), code)
            for office, number, case, opaque, code in kept
            if office == current_office()
        }

    def hold(self, held: Held) -> None:
        """Remember that this visitor holds a receipt."""
        others = [other for other in self.receipts.values() if other.number != held.number]
        self.__dict__["receipts"] = {one.number: one for one in [held, *others][:MOST_RECEIPTS]}
        self.__dict__["holds_more"] = True

    def marked(self, answer: HttpResponse) -> HttpResponse:
        """Give the answer with the cookie that remembers the receipts, if there are new ones."""
        if self.__dict__.get("holds_more"):
            kept = [
                (held.actor.office, held.number, held.case, held.opaque, held.code)
                for held in self.receipts.values()
            ]
            answer.set_cookie(
                RECEIPTS,
                signing.dumps(kept, salt=SALT),
                httponly=True,
                samesite="Lax",
                secure=self.request.is_secure(),
            )
        return answer

    def show(self, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
        """Answer with a page for residents."""
        whole = {"visit": self, "now": self.at, **context}
        return render(self.request, template, whole, status=status)


Page = Callable[Concatenate[Visit, P], HttpResponse]
ReceiptPage = Callable[Concatenate[Visit, Held, P], HttpResponse]


def for_all(page: Page[P], methods: tuple[str, ...]) -> Callable[..., HttpResponseBase]:
    """Open a page to everybody."""

    @wraps(page)
    def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        visit = Visit(request, timezone.now())
        return visit.marked(page(visit, *args, **kwargs))

    return opened


def with_receipt(page: ReceiptPage[P], methods: tuple[str, ...]) -> Callable[..., HttpResponseBase]:
    """Open a page about a case to those who hold its receipt; ask others for number and code."""

    @wraps(page)
    def opened(
        request: HttpRequest, number: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        visit = Visit(request, timezone.now())
        held = visit.receipts.get(number)
        if held is None:
            return redirect("resident:follow")
        answer = page(visit, held, *args, **kwargs)
        answer.setdefault("Cache-Control", "private, no-store")
        return answer

    opened.asks_for_a_receipt = True  # type: ignore[attr-defined]
    return opened
