"""In and out: logging in, logging out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.registry.login import LoginRefused, let_in
from linli.registry.queries import this_office

BACKEND = "linli.registry.login.OfficeBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; say how long to wait after too many failures."""
    if request.method != "POST":
        return _asked(request)
    try:
        account = let_in(
            username=request.POST.get("username", ""),
            password=request.POST.get("password", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            at=timezone.now(),
        )
    except LoginRefused as refused:
        return _asked(request, refused)
    login(request, account, backend=BACKEND)
    request.session["office"] = account.office_id
    answer = redirect(_wanted(request))
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, account.language, samesite="Lax")
    return answer


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session and return to the door."""
    logout(request)
    return redirect("staff:login")


def _asked(request: HttpRequest, refused: LoginRefused | None = None) -> HttpResponse:
    context = {
        "office": this_office(),
        "next": _wanted(request),
        "username": request.POST.get("username", ""),
        "refusal": refused and refused.message.in_language(translation.get_language() or ""),
        "wait": refused and refused.wait,
    }
    status = 200 if refused is None else 429 if refused.wait else 422
    return render(request, "staff/login.html", context, status=status)


def _wanted(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = wanted.startswith("/staff/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if ours else "/staff/"
