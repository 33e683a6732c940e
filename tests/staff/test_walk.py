"""The whole path of a grid case through the pages, by a client without JavaScript."""

import io
import re
from html import unescape

import pytest
from django.test import Client
from PIL import Image
from townsfolk import PASSWORD, SPOT


CATEGORY = "0102"


def picture():
    sink = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(sink, "JPEG")
    sink.seek(0)
    sink.name = "kerb.jpg"
    return sink


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]


def log_in(username):
    client = Client()
    answer = client.post("/staff/login/", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def act(username, number, action, **answers):
    client = log_in(username)
    page = client.get(f"/staff/cases/{number}/do/{action}/")
    assert page.status_code == 200, unescape(page.content.decode())
    sent = {"revision": hidden(page, "revision"), "key": hidden(page, "key"), **answers}
    answer = client.post(f"/staff/cases/{number}/do/{action}/", sent)
    assert answer.status_code == 302, unescape(answer.content.decode())
    return client.get(answer["Location"])


@pytest.fixture
def report(folk):
    visitor = Client()
    page = visitor.get("/report/", follow=True)
    place = {"place.lon": SPOT[0], "place.lat": SPOT[1], "place.datum": "wgs84"}
    sent = {"key": hidden(page, "key"), "what": "路口路缘石破损", "before": picture(), **place}
    answer = visitor.post(page.redirect_chain[-1][0], sent)
    assert answer.status_code == 302, unescape(answer.content.decode())
    number = answer["Location"].split("/")[2]
    return visitor, number


def test_a_report_goes_all_the_way_to_closed(report, folk):
    visitor, number = report
    works = folk.bodies["市政服务中心"]
    place = {"taken.lon": SPOT[0], "taken.lat": SPOT[1]}

    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=works)
    act("handler", number, "take_on")
    act("handler", number, "finish", result="已更换路缘石", after=picture(), **place)
    act("verifier", number, "verify")
    done = act("caller", number, "call_back", satisfaction="satisfied")

    assert "已结案" in done.content.decode()
    seen = visitor.get(f"/cases/{number}/").content.decode()
    assert "已结案" in seen
    assert "已更换路缘石" in seen
    assert "处置人员" not in seen

