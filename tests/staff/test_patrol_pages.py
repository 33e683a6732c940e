"""The patrol's page: what it offers whom, and reporting and handling on the spot as one act, without JavaScript."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from townsfolk import settle
from walking import CATEGORY, PLACE, act, hidden, log_in, picture, report, text

PATROL = "/staff/patrol/"
SPOT = "/staff/patrol/grid-case/collect/self_handle/"
KEPT = {"X-Outbox": "1"}


@pytest.fixture
def folk(db):
    return settle(hosts=["testserver"])


def listed():
    return [row.number for row in log_in("operator").get("/staff/cases/").context["page"].rows]


def spotted(client, **more):
    """Fill in the form of reporting and handling on the spot and send it."""
    sent = {
        "key": hidden(client.get(SPOT), "key"), "what": "树枝挡路", "category": CATEGORY, "result": "已清走",
        "before": picture(), "after": picture(), **PLACE, **more,
    }  # fmt: skip
    return client.post(SPOT, {k: v for k, v in sent.items() if v is not None})


def test_the_list_holds_what_waits_with_each_way_it_may_turn_out(folk):
    _visitor, number = report("路灯不亮")

    page = log_in("operator").get(PATROL)

    (task,) = page.context["tasks"]
    assert task.row.number == number
    assert [way.href for way in task.ways] == [f"/staff/cases/{number}/do/accept/"]
    assert page.context["spots"] == []


def test_who_collects_may_report_and_handle_on_the_spot(folk):
    page = log_in("collector").get(PATROL)

    assert [way.href for way in page.context["spots"]] == [
        "/staff/intake/grid-case/collect/",
        SPOT,
    ]
    assert log_in("operator").get(SPOT).status_code == 404
    assert log_in("collector").get(SPOT.replace("self_handle", "accept")).status_code == 404


def test_reported_and_handled_on_the_spot_is_one_case_with_two_steps(folk):
    answer = spotted(log_in("collector"))

    assert answer.status_code == 302, text(answer)
    (number,) = listed()
    view = log_in("verifier").get(f"/staff/cases/{number}/").context["view"]
    assert view.row.state == "verifying"
    assert [line.action for line in view.trail][:2] == ["collect", "self_handle"]


def test_refused_nothing_is_written_and_the_form_says_why(folk):
    answer = spotted(log_in("collector"), result=None)

    assert answer.status_code == 422
    assert "处置结果" in text(answer)
    assert listed() == []


def test_sent_twice_under_one_key_it_is_one_case(folk):
    client = log_in("collector")
    key = hidden(client.get(SPOT), "key")

    answers = [
        client.post(SPOT, {"key": key, "what": "树枝", "category": CATEGORY, "result": "清走",
                           "before": picture(), "after": picture(), **PLACE}, headers=KEPT)
        for _time in range(2)
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert len(listed()) == 1


def test_a_kept_letter_is_answered_with_one_line(folk):
    _visitor, number = report("路灯不亮")
    client = log_in("operator")
    address = f"/staff/cases/{number}/do/accept/"
    page = client.get(address)
    sent = {"revision": hidden(page, "revision"), "key": hidden(page, "key"), "category": CATEGORY}

    first, again = (client.post(address, sent, headers=KEPT) for _time in range(2))
    late = client.post(address, {**sent, "key": "another"}, headers=KEPT)

    assert first.json()["said"].startswith(f"{number} 已办理")
    assert again.status_code == 200
    assert late.status_code == 409


def test_the_list_asks_as_little_for_many_as_for_one(folk):
    client = log_in("operator")

    def asked():
        with CaptureQueriesContext(connection) as seen:
            client.get(PATROL)
        return len(seen)

    report("一")
    asked()
    one = asked()
    report("二")
    report("三")

    assert asked() == one


def test_a_shift_offers_its_findings_beside_its_report(folk):
    """On duty the report is awaited; what is found and settled is noted on the way."""
    client = log_in("collector")
    start = "/staff/intake/duty-patrol/plan_own/"
    sent = {
        "name": "早班",
        "kind": "sweep",
        "held_on": "2026-03-02",
        "route": "一村",
        "people": "1",
    }
    assert client.post(start, {"key": hidden(client.get(start), "key"), **sent}).status_code == 302
    (number,) = listed()
    act("collector", number, "begin", present="1")

    (task,) = client.get(PATROL).context["tasks"]

    assert [way.href.split("/")[-2] for way in task.ways] == ["report", "find", "settle", "file"]
