import pytest
from django.test import Client


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = "ui.rooms"
    settings.MIDDLEWARE = ["django.middleware.locale.LocaleMiddleware"]
    return Client()


def test_large_print_is_remembered_and_leads_back(visitor):
    answer = visitor.post("/print-size/", {"elder": "1", "next": "/parts/?a=1"})

    assert (answer.status_code, answer["Location"]) == (302, "/parts/?a=1")
    assert answer.cookies["elder"].value == "1"


def test_ordinary_print_comes_back(visitor):
    answer = visitor.post("/print-size/", {"elder": "0", "next": "/"})

    assert answer.cookies["elder"].value == "0"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", ""])
def test_the_switch_leads_nowhere_else(visitor, elsewhere):
    answer = visitor.post("/print-size/", {"elder": "1", "next": elsewhere})

    assert answer["Location"] == "/"


def test_looking_switches_nothing(visitor):
    assert visitor.get("/print-size/?elder=1").status_code == 405


def test_a_language_is_remembered(visitor):
    answer = visitor.post("/language/", {"language": "en", "next": "/parts/"})

    assert answer["Location"] == "/parts/"
    assert answer.cookies["django_language"].value == "en"


def test_linli_can_be_installed_on_a_phone(visitor):
    answer = visitor.get("/manifest.webmanifest")

    told = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert [one["sizes"] for one in told["icons"]] == ["any"]
    assert [one["url"] for one in told["shortcuts"]] == ["/report/", "/staff/"]


def test_the_service_worker_looks_after_the_whole_house_but_keeps_no_office_page(visitor):
    answer = visitor.get("/sw.js")

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert b'"/staff/"' in answer.content
