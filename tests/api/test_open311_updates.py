"""Updates by POST: whoever reported adds words and photos, through the same key, each once."""

import pytest
from keyed import new_key
from walking import CATEGORY, TAKEN, act, log_in, picture, report, text

from linli.casework.models import Step
from linli.registry.isolation import office_transaction

UPDATES = "/open311/v2/servicerequestupdates"
REPORT = {
    "service_code": "grid-case_report",
    "lat": 31.14,
    "long": 121.39,
    "description": "路灯不亮",
}


@pytest.fixture
def number(key, caller):
    answer = caller.post("/open311/v2/requests.json", {**REPORT, "api_key": key})
    return answer.json()[0]["service_request_id"]


def additions(folk):
    with office_transaction(folk.office):
        return Step.objects.filter(action="supplement").count()


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_words_are_added_in_both_encodings_and_formats(folk, key, caller, number, kind):
    given = {"api_key": key, "service_request_id": number, "description": "又灭了一盏"}
    sent = {"data": given}
    if kind != "multipart/form-data":
        words = "&".join(f"{name}={value}" for name, value in given.items())
        sent = {"data": words, "content_type": kind}

    told = caller.post(f"{UPDATES}.json", **sent)
    written = caller.post(f"{UPDATES}.xml", **sent)

    assert told.status_code == 200
    assert told.json()[0]["update_id"] == f"{number}-2"
    assert f"<update_id>{number}-3</update_id>" in written.content.decode()
    assert additions(folk) == 2
    assert "又灭了一盏" in text(log_in("operator").get(f"/staff/cases/{number}/"))


def test_a_photo_comes_along_and_the_same_update_id_adds_once(folk, key, caller, number):
    given = {"api_key": key, "service_request_id": number, "description": "照片", "update_id": "u1"}

    first = caller.post(f"{UPDATES}.json", {**given, "media": picture()})
    second = caller.post(f"{UPDATES}.json", given)

    assert first.json()[0]["update_id"] == second.json()[0]["update_id"] == f"{number}-2"
    assert additions(folk) == 1
    assert "补充照片" in text(log_in("operator").get(f"/staff/cases/{number}/"))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"service_request_id": ""}, 400),
        ({"description": ""}, 400),
        ({"description": "长" * 501}, 400),
        ({"service_request_id": "SB26-9999999"}, 404),
        ({"api_key": "wrong"}, 403),
        ({"api_key": ""}, 403),
    ],
)
def test_what_is_wrong_is_refused_and_adds_nothing(folk, key, caller, number, given, status):
    sent = {"api_key": key, "service_request_id": number, "description": "又灭了", **given}

    answer = caller.post(f"{UPDATES}.json", sent)

    assert answer.status_code == status
    assert answer.json()[0]["code"] == status
    assert additions(folk) == 0


def test_only_what_came_by_the_same_key_is_added_to(folk, key, caller, number):
    _visitor, other = report("网页上报的")
    sent = {"description": "不是我报的"}

    on_the_web = caller.post(
        f"{UPDATES}.json", {**sent, "api_key": key, "service_request_id": other}
    )
    by_another = caller.post(
        f"{UPDATES}.json", {**sent, "api_key": new_key(folk), "service_request_id": number}
    )

    assert (on_the_web.status_code, by_another.status_code) == (403, 403)
    assert additions(folk) == 0


def test_a_case_that_is_over_takes_nothing_more(folk, key, caller, number):
    act("operator", number, "reject", reason="不属本街道", sure="1")

    answer = caller.post(
        f"{UPDATES}.json", {"api_key": key, "service_request_id": number, "description": "还是坏的"}
    )

    assert answer.status_code == 400
    assert additions(folk) == 0


def test_a_resident_adds_on_the_page_of_progress(folk):
    visitor, number = report("路灯不亮")
    act("operator", number, "accept", category=CATEGORY, urgency="normal")

    page = visitor.get(f"/cases/{number}/")

    assert f"/cases/{number}/do/supplement/" in text(page)


def told(caller, number):
    answer = caller.get(f"{UPDATES}.json?service_request_id={number}").json()
    return [(one["external_status_code"], one["description"]) for one in answer]


def worked_on(folk, number):
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
    act("handler", number, "take_on")
    act("handler", number, "finish", result="已换灯泡，晚上复看过", after=picture(), **TAKEN)


def test_updates_tell_what_the_office_said_publicly_with_a_change(folk, key, caller, number):
    worked_on(folk, number)

    updates = told(caller, number)

    assert updates[0] == ("reported", "已上报")
    assert updates[-1] == ("verifying", "待核查：已换灯泡，晚上复看过")


def test_a_remark_that_changes_no_state_is_an_update_of_its_own(folk, key, caller, number):
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "supplement", more="今晚八点前到场")

    assert told(caller, number)[-1] == ("accepted", "已受理：今晚八点前到场")


def test_nothing_is_told_of_before_the_office_took_it_on_nor_what_residents_add(
    folk, key, caller, number
):
    act("operator", number, "supplement", more="来电核实过")
    before = told(caller, number)
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    added = {"api_key": key, "service_request_id": number, "description": "我叫某某，电话在此"}
    caller.post(f"{UPDATES}.json", added)

    after = caller.get(f"/open311/v2/requests/{number}.json?extensions=true").json()[0]

    assert before == [("reported", "已上报")]
    assert "某某" not in str(after) + str(told(caller, number))
    assert [note["type"] for note in after["notes"]] == ["reported", "reported", "accepted"]
