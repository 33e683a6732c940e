"""Every request in one transaction of one office: view, template and actions commit before the answer goes out."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers

from linli.registry import queries as registry
from linli.registry.isolation import office_transaction
from linli.registry.queries import OfficeRow, office_at, offices

OUTSIDE = (
    "/healthz",
    "/first-run/",
    "/language/",
    "/print-size/",
    "/sw.js",
    "/open311/",  # machines name their office themselves
)  # these ask no database
REMEMBERED_SECONDS = 10.0
BROKEN = 500

_remembered: dict[str, tuple[float, int]] = {}


Network = IPv4Network | IPv6Network


class ClientAddressMiddleware:
    """Tells who asks when it is not the peer: the client that a trusted proxy names in X-Forwarded-For."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.trusted = networks(settings.LINLI_PROXIES)
        if not self.trusted:
            raise MiddlewareNotUsed

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with REMOTE_ADDR being the client's address."""
        peer, said = request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
        request.META["REMOTE_ADDR"] = client_address(peer, said, self.trusted)
        return self.get_response(request)


def networks(text: str) -> tuple[Network, ...]:
    """Give addresses and networks (10.0.0.0/8) set apart by commas. Raises ValueError for what is neither."""
    return tuple(ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip())


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Give who asks: walking back from the peer, the first address that is no trusted proxy.

    Every proxy adds, at the end, the address it was asked from; what stands before the first one that is not
    ours was written by the client and counts for nothing.
    """
    address = peer
    for earlier in reversed(forwarded.split(",")):
        if not _is_among(address, trusted) or not _is_address(earlier.strip()):
            break
        address = earlier.strip()
    return address


def _is_among(text: str, trusted: Sequence[Network]) -> bool:
    return _is_address(text) and any(ip_address(text) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class GuardsMiddleware:
    """Sends what browsers shall guard against: the same few headers on every page, composed once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.guards = {
            HEADER: build_policy(),
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the guards that the page did not set itself."""
        response = self.get_response(request)
        for name, value in self.guards.items():
            response.headers.setdefault(name, value)
        return response


class LanguageMiddleware:
    """Answers in the language chosen, or else the browser's. No address of ours names a language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the language, which caches must tell apart."""
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


class OfficeMiddleware:
    """Opens the transaction of the request's office; undoes it when the view fails."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer inside the office's transaction; a house without an office shows the first-run page."""
        _heal()
        if request.path_info.startswith(OUTSIDE):
            return self.get_response(request)
        office = request.session.get("office") or _office_for(request.get_host())
        if office is None:
            return redirect("first-run")
        request.office_id = office  # type: ignore[attr-defined]
        with office_transaction(office):
            response = self.get_response(request)
            if response.status_code >= BROKEN:
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:  # noqa: ARG002
        """Undo what the view wrote before it failed."""
        if connection.in_atomic_block:
            transaction.set_rollback(True)


def _office_for(host: str) -> int | None:
    """Give the office a host name belongs to, or the first one; remembered for a few seconds."""
    now = time.monotonic()
    kept = _remembered.get(host)
    if kept is not None and now - kept[0] < REMEMBERED_SECONDS:
        return kept[1]
    found: OfficeRow | None = office_at(host.partition(":")[0])
    if found is None:
        found = next(iter(offices()), None)
    if found is None:
        return None
    _remembered[host] = (now, found.id)
    return found.id


def forget_offices() -> None:
    """Forget which host leads to which office: for a database that was exchanged under a running program."""
    _remembered.clear()
    registry.forget_offices()


def _heal() -> None:
    """Let go of a connection on which the server has hung up: the database was restarted."""
    kept = connection.connection
    if kept is None or connection.in_atomic_block:
        return
    line = select.poll()
    line.register(kept.fileno(), select.POLLIN)  # nothing was asked, so there is nothing to read
    if line.poll(0):
        connection.close()
