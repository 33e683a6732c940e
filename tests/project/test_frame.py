"""The frame's own pages, and the one transaction around every request."""

from __future__ import annotations

import logging
import sys

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from townsfolk import settle

from linli.project import urls
from linli.project.home import make_first_run_word
from linli.project.processes.logs import Impersonal
from linli.registry.isolation import current_office, office_transaction
from linli.registry.models import Account, Change
from linli.registry.queries import offices

ANSWERS = {
    "code": "310112006",
    "name": "某某街道办事处",
    "short": "某某街道",
    "short_en": "Some Subdistrict",
    "display_name": "王受理",
    "username": "wang",
    "password": "correct-horse-7",
    "again": "correct-horse-7",
}


def _noted(request, name):
    Change.objects.create(
        office_id=current_office(), at="2026-03-02T02:00Z", by="account:1", verb=name, subject="x"
    )


def _refuses(request):
    _noted(request, "refused")
    return HttpResponse("no", status=422)


def _breaks(request):
    _noted(request, "broken")
    raise RuntimeError("李四 13800000000")


def _gives_up(request):
    _noted(request, "gave up")
    return HttpResponse("no", status=503)


urlpatterns = [
    path("refuses/", _refuses),
    path("breaks/", _breaks),
    path("gives-up/", _gives_up),
    *urls.urlpatterns,
]
handler500 = "linli.project.pages.errors.broken"


def test_the_page_says_ok_when_the_database_answers(client, db):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_house_without_an_office_leads_to_the_first_run(client, db):
    answer = client.get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/first-run/")


def test_the_first_run_founds_the_office_and_logs_its_founder_in(client, db):
    word = make_first_run_word(settings.LINLI_HOME)

    answer = client.post("/first-run/", {**ANSWERS, "word": word})

    assert (answer.status_code, answer["Location"]) == (302, "/staff/")
    (office,) = offices()
    assert (office.code, office.name) == ("310112006", "某某街道办事处")
    with office_transaction(office.id):
        assert Account.objects.get().username == "wang"
    assert client.get("/staff/").status_code == 200
    assert client.get("/first-run/").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"word": "12345678"}, "口令不对"),
        ({"again": "another-horse-7"}, "两次输入的密码不同"),
        ({"code": "31011200"}, "9 位数字"),
        ({"username": " "}, "请填写"),
    ],
)
def test_the_first_run_refuses_and_founds_nothing(client, db, wrong, said):
    word = make_first_run_word(settings.LINLI_HOME)

    answer = client.post("/first-run/", {**ANSWERS, "word": word, **wrong})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "correct-horse-7" not in answer.content.decode()
    assert offices() == ()


def test_a_page_that_is_not_there_says_so_in_both_languages(client, db):
    settle()

    chinese = client.get("/nowhere/", headers={"accept-language": "zh-CN"})
    english = client.get("/nowhere/", headers={"accept-language": "en"})

    assert (chinese.status_code, english.status_code) == (404, 404)
    assert "这里没有页面" in chinese.content.decode()
    assert "There is no page here" in english.content.decode()


def test_every_page_forbids_foreign_scripts_and_frames(client, db):
    answer = client.get("/first-run/")

    policy = dict(
        rule.strip().split(" ", 1) for rule in answer["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


@override_settings(ROOT_URLCONF="project.test_frame")
@pytest.mark.parametrize(
    ("page", "status", "kept"),
    [("/refuses/", 422, ["refused"]), ("/breaks/", 500, []), ("/gives-up/", 503, [])],
)
def test_a_request_is_kept_whole_or_undone_whole(client, transactional_db, page, status, kept):
    folk = settle()
    client.raise_request_exception = False
    with office_transaction(folk.office):
        before = Change.objects.count()

    answer = client.get(page)

    assert answer.status_code == status
    with office_transaction(folk.office):
        assert list(Change.objects.order_by("id").values_list("verb", flat=True)[before:]) == kept


def test_a_log_names_what_broke_and_nobody():
    try:
        _breaks_at_once()
    except ValueError:
        caught = sys.exc_info()
    record = logging.LogRecord("linli", logging.ERROR, __file__, 1, "broken", (), caught)
    record.request = "GET /?phone=13800000000"

    Impersonal().filter(record)
    line = logging.Formatter("%(message)s").format(record)

    assert "13800000000" not in line
    assert "_breaks_at_once" in line
    assert "ValueError" in line
    assert not hasattr(record, "request")


def _breaks_at_once():
    raise ValueError("张三 13800000000")
