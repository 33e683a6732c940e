"""How a person likes to see Linli: large print for elders, kept in a cookie; and the service worker."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

ELDER = "elder"
YEAR = 365 * 24 * 3600
COLOUR = "#0b57b7"
WORKER = Path(__file__).parent / "static/js/sw.js"


def is_elder(request: HttpRequest | None) -> bool:
    """Say whether this person asked for large print (长辈版)."""
    return request is not None and request.COOKIES.get(ELDER) == "1"


@require_POST
def choose_print(request: HttpRequest) -> HttpResponse:
    """Switch large print on (`elder=1`) or off and go back to the page one came from."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    answer = HttpResponseRedirect(wanted if ours else "/")
    on = "1" if request.POST.get(ELDER) == "1" else "0"
    answer.set_cookie(ELDER, on, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return answer


@require_GET
def manifest(_request: HttpRequest) -> HttpResponse:
    """Say how Linli stands on a phone's home screen once it is installed: its name, its mark, where it opens."""
    name = _("邻里")
    mark = {"src": static("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    told = {
        "name": name,
        "short_name": name,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": COLOUR,
        "background_color": COLOUR,
        "icons": [mark],
        "shortcuts": [
            {"name": _("我要上报"), "url": "/report/"},
            {"name": _("工作台"), "url": "/staff/"},
        ],
    }
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    answer["Content-Type"] = "application/manifest+json"
    return answer


@require_GET
def service_worker(_request: HttpRequest) -> HttpResponse:
    """Serve the service worker from the root, so that it may look after residents' pages."""
    answer = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
