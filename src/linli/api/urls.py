"""The machines' addresses. `page` says which methods ask for a key, and what it must open."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern, re_path

from linli.api.devices import webhook
from linli.api.door import Call, Page, for_machines
from linli.api.open311 import bulk, discovery, offered, reporting, requests, updating
from linli.api.platforms import pages as platforms

app_name = "api"
READ = ("GET", "HEAD")
FORM = r"(?P<form>\.[A-Za-z0-9]+)?/?$"


def page(
    route: str,
    view: Page[...],
    name: str,
    methods: tuple[str, ...] = READ,
    scopes: dict[str, str] | None = None,
    others: tuple[str, ...] = (),
) -> URLPattern:
    """Give the address of a page for machines; the format is its suffix."""
    return re_path(f"^{route}{FORM}", for_machines(view, methods, scopes or {}, others), name=name)


def requests_or_report(call: Call) -> HttpResponse:
    """Give the list of requests, or take one."""
    return reporting.report(call) if call.request.method == "POST" else requests.request_list(call)


def updates_or_update(call: Call) -> HttpResponse:
    """Give the changes of requests, or take an addition to one."""
    return updating.update(call) if call.request.method == "POST" else requests.updates(call)


device_patterns = [page("events", webhook.events, "events", ("POST",))]
platform_patterns = [
    page(
        r"(?P<key>[a-z0-9-]+)/orders", platforms.orders, "platform-orders", ("POST",),
        {"POST": "exchange"},
    ),
    page(
        r"(?P<key>[a-z0-9-]+)/replies", platforms.told, "platform-replies", (*READ, "POST"),
        dict.fromkeys((*READ, "POST"), "exchange"),
    ),
]  # fmt: skip

urlpatterns = [
    page("discovery", discovery.discovery, "discovery"),
    page("v2/discovery", discovery.discovery, "discovery-below"),
    page("v2/services", offered.service_list, "services"),
    page(r"v2/services/(?P<code>[\w:-]+)", offered.service_definition, "service"),
    page("v2/requests", requests_or_report, "requests", (*READ, "POST"), {"POST": "report"}),
    page(r"v2/requests/(?P<number>[\w-]+)", requests.request, "request"),
    page(r"v2/tokens/(?P<token>[\w,-]+)", reporting.tokens, "tokens"),
    page("v2/bulk", bulk.bulk, "bulk", READ, {"GET": "bulk", "HEAD": "bulk"}, ("csv",)),
    page(
        "v2/servicerequestupdates",
        updates_or_update,
        "updates",
        (*READ, "POST"),
        {"POST": "report"},
    ),
    page("v2", discovery.discovery, "root"),
    page(".*?", discovery.nowhere, "nowhere"),
]
