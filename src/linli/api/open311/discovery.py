"""Service discovery, and what is said at addresses that are none."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from linli.api.door import Call, CallRefused
from linli.casework.definitions import editions
from linli.rulebook.mechanism import Label

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
FORMATS = ["text/xml", "application/json"]


def discovery(call: Call) -> HttpResponse:
    """Give where the interface is, in which formats, and how to get a key."""
    changeset = _changeset(call)
    office = call.office
    tree = {
        "changeset": changeset,
        "contact": call.words(
            Label(zh=f"{office.name}城运中心", en=f"{office.short.en}: the operations centre")
        ),
        "key_service": call.words(
            Label(
                zh=f"请向{office.name}城运中心申请 api_key",
                en=f"Ask the operations centre of {office.short.en} for an api_key",
            )
        ),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": call.request.build_absolute_uri(reverse("api:root")).rstrip("/"),
                "changeset": changeset,
                "type": "production",
                "formats": FORMATS,
            }
        ],
    }
    return call.answer("discovery", tree)


def nowhere(call: Call) -> HttpResponse:
    """Refuse an address that is none, in the format asked for."""
    raise CallRefused(
        404,
        Label(zh=f"没有地址 {call.request.path}", en=f"there is no address {call.request.path}"),
    )


def _changeset(call: Call) -> str:
    """Give the day the services last changed, as far as versions tell; the count sorts changes of one day."""
    known = editions()
    days = [one.effective_on for one in known if one.effective_on]
    latest = max((day for day in days if day <= call.at.date()), default=None)
    return f"{latest or '2026-01-01'} {len(known):05d}"
