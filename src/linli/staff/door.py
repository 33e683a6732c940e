"""In and out: logging in, logging out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.registry.factors.actions import pass_factor
from linli.registry.factors.queries import asks_second
from linli.registry.login import LoginRefused, let_in
from linli.registry.models import Account
from linli.registry.queries import account_in_use, this_office
from linli.staff.desk import PASSED

BACKEND = "linli.registry.login.OfficeBackend"
WAITS = "waits_for_code"
WAITS_SECONDS = 300


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
    if asks_second(account.pk):
        proof = account.get_session_auth_hash()
        request.session[WAITS] = [account.pk, proof, timezone.now().timestamp(), _wanted(request)]
        return redirect("staff:login-code")
    return _inside(request, account, _wanted(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Ask for a code of the phone, or a recovery code, within five minutes of the right password."""
    account = _waiting(request)
    if account is None:
        return redirect("staff:login")
    if request.method != "POST":
        return render(request, "staff/login_code.html", {"office": this_office()})
    typed, origin = request.POST.get("code", ""), request.META.get("REMOTE_ADDR", "")
    try:
        pass_factor(account=account.pk, typed=typed, address=origin, at=timezone.now())
    except LoginRefused as refused:
        said = refused.message.in_language(translation.get_language() or "")
        context = {"office": this_office(), "refusal": said}
        return render(
            request, "staff/login_code.html", context, status=429 if refused.wait else 422
        )
    wanted = request.session.pop(WAITS)[-1]
    answer = _inside(request, account, wanted)
    request.session[PASSED] = account.pk
    return answer


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session and return to the door."""
    logout(request)
    return redirect("staff:login")


def _inside(request: HttpRequest, account: Account, wanted: str) -> HttpResponse:
    login(request, account, backend=BACKEND)
    request.session["office"] = account.office_id
    answer = redirect(wanted)
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, account.language, samesite="Lax")
    return answer


def _waiting(request: HttpRequest) -> Account | None:
    """Give the account whose password was right on this device lately, unless it was changed or shut since."""
    number, proof, moment, _wanted_page = request.session.get(WAITS) or (0, "", 0.0, "")
    if timezone.now().timestamp() - moment > WAITS_SECONDS:
        return None
    account = account_in_use(number)
    same = account is not None and constant_time_compare(account.get_session_auth_hash(), proof)
    return account if same else None


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
