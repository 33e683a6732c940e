"""Every request in one transaction of one office: view, template and actions commit before the answer goes out."""

from __future__ import annotations

import time
from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from linli.registry.isolation import office_transaction
from linli.registry.queries import OfficeRow, office_at, offices

OUTSIDE = ("/healthz", "/first-run/")
REMEMBERED_SECONDS = 10.0
BROKEN = 500

_remembered: dict[str, tuple[float, int]] = {}


class PolicyMiddleware:
    """Sends the content security policy: one text for all pages, composed once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the policy."""
        response = self.get_response(request)
        response.setdefault(HEADER, self.policy)
        return response


class OfficeMiddleware:
    """Opens the transaction of the request's office; undoes it when the view fails."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer inside the office's transaction; a house without an office shows the first-run page."""
        if request.path_info.startswith(OUTSIDE):
            return self.get_response(request)
        _heal()
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


def _heal() -> None:
    """Take a fresh connection when the database was restarted since this one was opened."""
    if connection.in_atomic_block:
        return
    try:
        connection.ensure_connection()
    except OperationalError:
        connection.close()
