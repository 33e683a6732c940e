"""The addresses every face shares: choosing a language, choosing large print, the service worker."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from linli.ui.faces import choose_print, manifest, service_worker

app_name = "ui"
urlpatterns = [
    path("language/", set_language, name="language"),
    path("print-size/", choose_print, name="print"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", service_worker, name="worker"),
]
