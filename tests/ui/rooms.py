"""The pages of the showroom: every part with each face, a form to fill, and a map of one square."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

from linli.ui.questions import read_answers
from linli.ui.samples import samples

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FACES = {
    "staff": """{% extends "ui/staff.html" %}{% load parts %}
{% block office %}古棠街道{% endblock %}
{% block navigation %}
{% nav_item "待办" "/staff/" "inbox" count=17 exact=True %}{% nav_item "部件" "/staff/parts/" "gear" %}
{% endblock %}
{% block account %}{% account name="李秀英" post="受理员" leave="/leave/" %}{% endaccount %}{% endblock %}
{% block content %}{% include "ui/parts.html" %}{% endblock %}""",
    "resident": """{% extends "ui/resident.html" %}{% load parts %}
{% block office %}古棠街道{% endblock %}
{% block content %}{% include "ui/parts.html" %}{% endblock %}""",
}
SQUARE = [[121.38, 31.13], [121.41, 31.13], [121.41, 31.15], [121.38, 31.15], [121.38, 31.13]]


def show(request: HttpRequest, face: str) -> HttpResponse:
    context = {**samples(NOW), "sample_photo": "/static/mark.svg"}
    if request.method == "POST":
        form, files = read_answers(context["questions"], request.POST, request.FILES)
        return JsonResponse({"form": form, "files": {k: len(v) for k, v in files.items()}})
    messages.success(request, "案件已派遣至市政道路养护公司。")
    page = engines["django"].from_string(FACES[face]).render(context, request)
    return HttpResponse(page)


def areas(request: HttpRequest) -> HttpResponse:
    square = {"type": "Polygon", "coordinates": [SQUARE]}
    feature = {
        "type": "Feature",
        "geometry": square,
        "properties": {"kind": "area", "name": "古棠一居"},
    }
    return JsonResponse({"type": "FeatureCollection", "features": [feature]})


urlpatterns = [
    path("", include("linli.ui.urls")),
    path("staff/parts/", show, {"face": "staff"}),
    path("parts/", show, {"face": "resident"}),
    path("map/areas.json", areas),
]
