"""Which page answers at which address."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from linli.project import first_run, pages

handler404 = pages.not_found
handler403 = pages.forbidden
handler500 = pages.broken

FACES = {"staff/": "linli.staff.urls", "": "linli.resident.urls"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pages.healthz, name="healthz"),
    path("first-run/", first_run.first_run, name="first-run"),
    path("", include("linli.ui.urls")),
    *(path(prefix, include(urls)) for prefix, urls in FACES.items() if find_spec(urls)),
]
