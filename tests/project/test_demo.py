"""The demo comes up by its command, says who may log in, and lets each of them to their desk."""

from __future__ import annotations

import re
import signal
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from linli.project.demo import SHOWN

LOG_IN = re.compile(r"^\s+([a-z][a-z0-9-]*) {2,}(\S{8,}) {2,}(\S.*)$")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def test_everybody_the_demo_names_gets_to_their_desk(office):
    office.environment["LINLI_DEMO_SCALE"] = "0.003"
    demo = office.up("demo")

    said = _said_until(demo, SHOWN[-1])
    people = [found.groups() for line in said if (found := LOG_IN.match(line))]
    desks = {name: _desk(office, name, password) for name, password, _title in people}
    with pytest.raises(HTTPError) as refused:
        _desk(office, SHOWN[0], "not-the-password")
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=60)

    assert list(desks) == list(SHOWN)
    assert {address for address, _page in desks.values()} == {
        f"http://127.0.0.1:{office.port}/staff/"
    }
    assert [name for name, (_at, page) in desks.items() if "/staff/logout/" not in page] == []
    refused.value.close()
    assert refused.value.code == 422
    assert demo.returncode == 0
    assert office.processes() == {}


def _said_until(demo, last):
    """Give the lines printed up to the last log-in; the pipe's end if it never comes."""
    lines = []
    for line in iter(demo.stdout.readline, ""):
        lines.append(line)
        if line.split()[:1] == [last]:
            break
    return lines


def _desk(office, name, password):
    """Log in as a browser would; give where that leads and what stands there."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    door = f"http://127.0.0.1:{office.port}/staff/login/"
    with browser.open(door, timeout=30) as page:
        token = TOKEN.search(page.read().decode()).group(1)
    given = {"csrfmiddlewaretoken": token, "username": name, "password": password}
    with browser.open(door, urlencode(given).encode(), timeout=30) as page:
        return page.url, page.read().decode()
