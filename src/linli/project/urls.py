"""Which page answers at which address."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from linli.api.urls import device_patterns, platform_patterns
from linli.project.pages import errors, first_run

handler404 = errors.not_found
handler403 = errors.forbidden
handler500 = errors.broken

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", errors.healthz, name="healthz"),
    path("first-run/", first_run.first_run, name="first-run"),
    path("", include("linli.ui.urls")),
    path("open311/", include("linli.api.urls")),
    path("devices/v1/", include((device_patterns, "devices"))),
    path("exchange/v1/", include((platform_patterns, "exchange"))),
    path("staff/", include("linli.staff.urls")),
    path("", include("linli.resident.urls")),
]
