"""Who gets what at every address of the house. A new address must be entered here."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from townsfolk import CENTRE, DEPARTMENT, settle
from walking import log_in, report

WITH_POST = [*CENTRE, *DEPARTMENT]
DOOR, LED = 302, 302
ALL_STAFF = dict.fromkeys(WITH_POST, 200)
SEES_AREA = {**ALL_STAFF, "elsewhere": 404}
SENDS = {**dict.fromkeys([*WITH_POST, "elsewhere"], 405)}
OPEN = {"anonymous": 200, "resident": 200, "nobody": 200, "elsewhere": 200, **ALL_STAFF}
SHUT = {"anonymous": DOOR, "resident": DOOR, "nobody": 403}
RECEIPT = {**dict.fromkeys(["anonymous", "nobody", "elsewhere", *WITH_POST], LED), "resident": 200}
STAFF = {**SHUT, **ALL_STAFF, "elsewhere": 200}
OF_CASE = {**SHUT, **SEES_AREA}
POST_ONLY = {**SHUT, **SENDS}

EXPECTED = {
    "healthz": OPEN,
    "first-run": dict.fromkeys(OPEN, 302),
    "ui:language": dict.fromkeys(OPEN, 302),
    "ui:print": dict.fromkeys(OPEN, 405),
    "ui:worker": OPEN,
    "staff:login": OPEN,
    "staff:logout": dict.fromkeys(OPEN, 405),
    "staff:inbox": STAFF,
    "staff:cases": STAFF,
    "staff:points": STAFF,
    "staff:jump": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 302)},
    "staff:case": OF_CASE,
    "staff:do": {**OF_CASE, **dict.fromkeys(WITH_POST, 403), "operator": 200},
    "staff:reveal": POST_ONLY,
    "staff:file": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 404)},
    "staff:thumbnail": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 404)},
    "staff:board": STAFF,
    "staff:board-of": STAFF,
    "staff:intake-choice": {**STAFF, "collector": 302},
    "staff:intake": {
        **SHUT,
        **dict.fromkeys([*WITH_POST, "elsewhere"], 404),
        "operator": 200,
        "elsewhere": 200,
    },
    "staff:parts": STAFF,
    "resident:start": OPEN,
    "resident:report-choice": dict.fromkeys(OPEN, 302),
    "resident:report": OPEN,
    "resident:follow": OPEN,
    "resident:map": OPEN,
    "resident:progress": RECEIPT,
    "resident:receipt": RECEIPT,
    "resident:do": {**RECEIPT, "resident": 409},
    "resident:file": {**RECEIPT, "resident": 404},
    "resident:thumbnail": {**RECEIPT, "resident": 404},
}
# figures and ledgers say in their own tests who may see them
ELSEWHERE_TESTED = ("staff:figure", "staff:ledger")


def addresses():
    """Give (name, route) of every address of the house."""

    def listed(patterns, space, route):
        for pattern in patterns:
            here = route + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from listed(pattern.url_patterns, pattern.namespace or space, here)
            elif isinstance(pattern, URLPattern):
                yield f"{space}:{pattern.name}" if space else pattern.name, here

    return dict(listed(get_resolver().url_patterns, "", "/"))


@pytest.fixture
def people(db):
    """A client for each sort of person, and the number of a case reported by the resident."""
    settle(hosts=["testserver"])
    settle("310115008", "塘桥街道", hosts=["elsewhere.example"])
    visitor, number = report()
    clients = {"anonymous": Client(), "resident": visitor}
    clients |= {username: log_in(username) for username in [*WITH_POST, "nobody"]}
    clients["elsewhere"] = _of_another_office()
    return clients, number


def _of_another_office():
    client = Client(headers={"host": "elsewhere.example"})
    sent = {"username": "operator", "password": "a-long-enough-word"}
    assert client.post("/staff/login/", sent).status_code == 302
    return client


def test_every_address_is_entered():
    named = {name for name in addresses() if not name.startswith(ELSEWHERE_TESTED)}

    assert named == set(EXPECTED)


def test_everybody_gets_what_is_theirs_at_every_address(people):
    clients, number = people
    filled = {
        "<str:number>": number,
        "<str:action>": "accept",
        "<str:sha>": "0" * 64,
        "<str:mechanism>": "grid-case",
    }
    routes = {name: route for name, route in addresses().items() if name in EXPECTED}
    for token, value in filled.items():
        routes = {name: route.replace(token, value) for name, route in routes.items()}
    routes["staff:intake"] = routes["staff:intake"].replace("accept", "register")
    routes["resident:report"] = routes["resident:report"].replace("accept", "report")

    found = {
        name: {who: client.get(routes[name]).status_code for who, client in clients.items()}
        for name in EXPECTED
    }

    assert found == EXPECTED
