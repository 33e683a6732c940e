"""What page tests do again and again: log in, report, act; by clients without JavaScript."""

import io
import re
from html import unescape

from django.test import Client
from PIL import Image
from townsfolk import PASSWORD, SPOT

PLACE = {"place.lon": SPOT[0], "place.lat": SPOT[1], "place.datum": "wgs84"}
TAKEN = {"taken.lon": SPOT[0], "taken.lat": SPOT[1]}
CATEGORY = "0102"
FORM = "/report/grid-case/report/"


def picture():
    sink = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(sink, "JPEG")
    sink.seek(0)
    sink.name = "kerb.jpg"
    return sink


def text(page):
    return unescape(page.content.decode())


def hidden(page, name):
    return re.search(rf'name="{name}"\s+value="([^"]*)"', page.content.decode())[1]


def log_in(username):
    client = Client()
    answer = client.post("/staff/login/", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302, text(answer)
    return client


def report(what="路口路缘石破损", **more):
    """Report as a resident; gives the visitor's client and the number."""
    visitor = Client()
    sent = {"key": hidden(visitor.get(FORM), "key"), "what": what, **PLACE, **more}
    answer = visitor.post(FORM, sent)
    assert answer.status_code == 302, text(answer)
    return visitor, answer["Location"].split("/")[2]


def send(client, number, action, **answers):
    """Open an action's form and send it."""
    address = f"/staff/cases/{number}/do/{action}/"
    page = client.get(address)
    assert page.status_code == 200, text(page)
    sent = {"revision": hidden(page, "revision"), "key": hidden(page, "key"), **answers}
    return client.post(address, sent)


def act(username, number, action, **answers):
    answer = send(log_in(username), number, action, **answers)
    assert answer.status_code == 302, text(answer)
    return answer
