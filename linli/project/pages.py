"""Pages of the frame itself: health, errors, and the first run."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 'ok' when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def first_run(request: HttpRequest) -> HttpResponse:
    """Show the first-run page."""
    return render(request, "project/first_run.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 404."""
    return render(request, "project/error.html", {"code": 404}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer 403."""
    return render(request, "project/error.html", {"code": 403}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer 403 with a way to try again: the form was open too long, or cookies are off."""
    return render(request, "project/error.html", {"code": 403, "is_stale": True}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return render(request, "project/error.html", {"code": 500}, status=500)
