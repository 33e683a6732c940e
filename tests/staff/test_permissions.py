"""Who gets what at every address of the house. A new address must be entered here."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from townsfolk import CENTRE, DEPARTMENT, settle
from walking import log_in, report

WITH_POST = [*CENTRE, *DEPARTMENT, "director"]
DOOR, LED = 302, 302
ALL_STAFF = dict.fromkeys(WITH_POST, 200)
SEES_AREA = {**ALL_STAFF, "elsewhere": 404}
SENDS = {**dict.fromkeys([*WITH_POST, "elsewhere"], 405)}
OPEN = {"anonymous": 200, "resident": 200, "nobody": 200, "elsewhere": 200, **ALL_STAFF}
SHUT = {"anonymous": DOOR, "resident": DOOR, "nobody": 403}
RECEIPT = {**dict.fromkeys(["anonymous", "nobody", "elsewhere", *WITH_POST], LED), "resident": 200}
STAFF = {**SHUT, **ALL_STAFF, "elsewhere": 200}
OF_CASE = {**SHUT, **SEES_AREA}
ADMINISTERS = {**SHUT, **dict.fromkeys(WITH_POST, 403), "elsewhere": 403, "director": 200}
ADMINISTERED = {**ADMINISTERS, "director": 404}
POST_ONLY = {**SHUT, **SENDS}

EXPECTED = {
    "healthz": OPEN,
    "first-run": dict.fromkeys(OPEN, 302),
    "ui:language": dict.fromkeys(OPEN, 302),
    "ui:print": dict.fromkeys(OPEN, 405),
    "ui:worker": OPEN,
    "ui:manifest": OPEN,
    "staff:login": OPEN,
    "staff:login-code": dict.fromkeys(OPEN, 302),
    "staff:logout": dict.fromkeys(OPEN, 405),
    "staff:inbox": STAFF,
    "staff:cases": STAFF,
    "staff:patrol": STAFF,
    "staff:points": STAFF,
    "staff:list-keep": POST_ONLY,
    "staff:list-let-go": POST_ONLY,
    "staff:keys": STAFF,
    "staff:phrases": STAFF,
    "staff:phrase-let-go": POST_ONLY,
    "staff:told": STAFF,
    "staff:told-again": POST_ONLY,
    "staff:contacts": ADMINISTERS,
    "staff:photos": {**OF_CASE, **dict.fromkeys(WITH_POST, 403)},
    "staff:photo": {**OF_CASE, **dict.fromkeys(WITH_POST, 403)},
    "staff:photo-original": POST_ONLY,
    "staff:links": {**OF_CASE, **dict.fromkeys(WITH_POST, 403)},
    "staff:jump": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 302)},
    "staff:case": OF_CASE,
    "staff:news": STAFF,
    "staff:case-news": OF_CASE,
    "staff:do": {**OF_CASE, **dict.fromkeys(WITH_POST, 403), "operator": 200},
    "staff:clocks-after": POST_ONLY,
    "staff:why": OF_CASE,
    "staff:joint": OF_CASE,
    "staff:joint-change": POST_ONLY,
    "staff:bulk": POST_ONLY,
    "staff:hot": STAFF,
    "staff:hints": STAFF,
    "staff:intake-alike": POST_ONLY,
    "staff:reveal": POST_ONLY,
    "staff:file": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 404)},
    "staff:thumbnail": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 404)},
    "staff:reach": STAFF,
    "staff:reach-measure": POST_ONLY,
    "staff:reach-gap": POST_ONLY,
    "resident:near": OPEN,
    "staff:screen": STAFF,
    "staff:projects": STAFF,
    "staff:matches": STAFF,
    "staff:screen-named": STAFF,
    "staff:board": STAFF,
    "staff:board-of": STAFF,
    "staff:intake-choice": {**STAFF, "caller": 302, "verifier": 302},  # one way only
    "staff:intake": {
        **SHUT,
        **dict.fromkeys([*WITH_POST, "elsewhere"], 404),
        "operator": 200,
        "elsewhere": 200,
    },
    "staff:erase": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 403), "director": 200},
    "staff:destructions": {
        **SHUT,
        **dict.fromkeys([*WITH_POST, "elsewhere"], 403),
        "director": 200,
    },
    "staff:destructions-csv": {
        **SHUT,
        **dict.fromkeys([*WITH_POST, "elsewhere"], 403),
        "director": 200,
    },
    "staff:mechanisms": STAFF,
    "staff:mechanism": STAFF,
    "staff:mechanism-sheet": STAFF,
    "staff:mechanism-form": STAFF,
    "staff:parts": STAFF,
    "staff:office": ADMINISTERS,
    "staff:post": ADMINISTERED,
    "staff:post-new": ADMINISTERED,
    "staff:post-over": POST_ONLY,
    "staff:accounts": ADMINISTERS,
    "staff:account": ADMINISTERED,
    "staff:account-new": POST_ONLY,
    "staff:account-change": POST_ONLY,
    "staff:machines": ADMINISTERS,
    "staff:machine-revoke": POST_ONLY,
    "staff:devices": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 403), "director": 200},
    "staff:letters": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 403), "director": 200},
    "staff:letter": {**SHUT, **dict.fromkeys([*WITH_POST, "elsewhere"], 403), "director": 404},
    "staff:reports": ADMINISTERS,
    "staff:report": ADMINISTERED,
    "staff:report-moved": ADMINISTERED,
    "staff:report-beside": ADMINISTERED,
    "staff:report-word": ADMINISTERED,
    "staff:report-pdf": ADMINISTERED,
    "staff:report-edited": ADMINISTERED,
    "staff:report-act": POST_ONLY,
    "staff:report-section": ADMINISTERED,
    "staff:gazetteer": ADMINISTERS,
    "staff:addresses": STAFF,
    "staff:places": ADMINISTERS,
    "staff:place": ADMINISTERED,
    "staff:cell": ADMINISTERED,
    "staff:cell-keeper": POST_ONLY,
    "staff:password": STAFF,
    "staff:second-factor": STAFF,
    "staff:second-factor-do": POST_ONLY,
    "staff:second-factor-duties": ADMINISTERS,
    "staff:substitutes": STAFF,
    "resident:start": OPEN,
    "resident:report-choice": dict.fromkeys(OPEN, 200),
    "resident:report": OPEN,
    "resident:alike": dict.fromkeys(OPEN, 405),
    "resident:join": dict.fromkeys(OPEN, 405),
    "resident:follow": OPEN,
    "resident:mine": OPEN,
    "resident:mine-code": dict.fromkeys(OPEN, 405),
    "resident:mine-reports": dict.fromkeys(OPEN, 302),
    "resident:mine-report": dict.fromkeys(OPEN, 302),
    "resident:map": OPEN,
    "resident:projects": OPEN,
    "resident:opened": OPEN,
    "resident:opened-entries": OPEN,
    "resident:guides": OPEN,
    "resident:check": OPEN,
    "resident:check-file": dict.fromkeys(OPEN, 404),
    "resident:transparency": OPEN,
    "resident:publications": OPEN,
    "resident:publication": dict.fromkeys(OPEN, 404),
    "resident:publication-number": dict.fromkeys(OPEN, 404),
    "resident:checkpoints": OPEN,
    "resident:step-receipt": RECEIPT,
    "resident:guide": OPEN,
    "resident:guide-form": OPEN,
    "resident:progress": RECEIPT,
    "resident:receipt": RECEIPT,
    "resident:do": {**RECEIPT, "resident": 409},
    "resident:file": {**RECEIPT, "resident": 404},
    "resident:thumbnail": {**RECEIPT, "resident": 404},
}
# figures, funds, layouts, ledgers, platforms, the book, registers and votes say in their own tests who may see them
# machines say in theirs which calls ask for a key; one-time links what each opens
ELSEWHERE_TESTED = (
    "staff:scores",
    "staff:patrol-spot",
    "api:",
    "devices:",
    "exchange:",
    "staff:platform",
    "staff:route",
    "devices:",
    "resident:link",
    "staff:fund",
    "staff:round",
    "resident:round",
    "staff:batch",
    "resident:batch",
    "staff:figure",
    "staff:figure-audits",
    "staff:figures-above",
    "staff:survey",
    "staff:layout",
    "staff:ledger",
    "staff:book",
    "staff:register",
    "staff:vote",
    "resident:vote",
)


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
        "<int:notice>": "999999",
        "<str:sha>": "0" * 64,
        "<str:text>": "no-such-link",
        "<str:mechanism>": "grid-case",
        "<int:number>": "999999",
        "<str:verb>": "lock",
        "<str:code>": "000",
        "<str:key>": "grid-case",
        "<int:seq>": "1",
        "<str:screen>": "day",
    }
    routes = {name: route for name, route in addresses().items() if name in EXPECTED}
    for token, value in filled.items():
        routes = {name: route.replace(token, value) for name, route in routes.items()}
    routes["staff:intake"] = routes["staff:intake"].replace("accept", "register")
    routes["resident:guide-form"] = routes["resident:guide-form"].replace("accept", "report")
    routes["resident:report"] = routes["resident:report"].replace("accept", "report")
    routes["resident:opened-entries"] = "/open/office-document/"

    found = {
        name: {who: client.get(routes[name]).status_code for who, client in clients.items()}
        for name in EXPECTED
    }

    assert found == EXPECTED
