import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from walking import CATEGORY, act, hidden, log_in, report, text

LISTS = ["/staff/", "/staff/cases/", "/staff/cases/points.json", "/staff/board/grid-case/"]


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("address", LISTS)
def test_a_list_takes_the_same_statements_for_one_row_and_for_three(folk, address):
    report()
    client = log_in("operator")
    for_one = statements(client, address)
    report("路灯不亮")
    report("井盖松动")

    assert statements(client, address) == for_one


def test_filters_leave_what_they_ask_for(folk):
    _visitor, lamp = report("路灯不亮")
    _visitor, kerb = report("路缘石破损")
    act("operator", lamp, "accept", category=CATEGORY, urgency="normal")
    client = log_in("operator")

    def found(**filters):
        page = text(client.get("/staff/cases/", filters))
        return [number for number in (lamp, kerb) if f'id="case-{number}"' in page]

    assert found(words="路灯") == [lamp]
    assert found(mechanism="grid-case", state="reported") == [kerb]
    assert found(category=CATEGORY) == [lamp]
    assert found(area=folk.committee) == [lamp, kerb]
    assert found(late="1") == []
    assert found(source="web") == [lamp, kerb]
    assert found(**{"from": "2020-01-01", "to": "2020-12-31"}) == []
    assert found(**{"from": "nonsense", "holder": "x", "area": "y"}) == [lamp, kerb]


def test_a_number_leads_to_its_case_whatever_the_filters(folk):
    _visitor, number = report()
    client = log_in("operator")

    assert (
        client.get("/staff/jump/", {"number": f" {number.lower()} "})["Location"]
        == f"/staff/cases/{number}/"
    )
    assert client.get("/staff/jump/", {"number": "X"})["Location"] == "/staff/cases/?number=X"


def test_points_carry_what_the_map_draws(folk):
    _visitor, number = report()

    points = json.loads(log_in("operator").get("/staff/cases/points.json").content)

    assert [point["properties"]["href"] for point in points["features"]] == [
        f"/staff/cases/{number}/"
    ]


def test_htmx_gets_the_lines_of_the_inbox_alone(folk):
    _visitor, number = report()

    lines = text(log_in("operator").get("/staff/", headers={"HX-Request": "true"}))

    assert number in lines
    assert "<html" not in lines


def test_intake_stays_on_the_form_and_says_what_it_took_down(folk):
    client = log_in("operator")
    address = "/staff/intake/grid-case/register/"
    page = client.get(address)

    answer = client.post(
        address,
        {"key": hidden(page, "key"), "what": "电话反映路灯不亮", "category": CATEGORY},
        follow=True,
    )

    assert answer.redirect_chain == [(address, 302)]
    assert "已登记" in text(answer)
    assert 'name="what"' in text(answer)
    assert "电话反映路灯不亮" in text(client.get("/staff/cases/"))


def test_a_way_that_is_not_mine_is_not_there(folk):
    client = log_in("handler")

    assert client.get("/staff/intake/grid-case/register/").status_code == 404
    assert client.get("/staff/intake/no-such/register/").status_code == 404
