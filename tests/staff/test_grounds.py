"""Where a case opened at the desk lies: its ground is asked for, among what one's posts cover, or known from them."""

import re

import pytest
from townsfolk import AT, _account
from walking import hidden, log_in, text

from linli.casework.models import Case
from linli.registry.actions import add_post, hold_post
from linli.registry.isolation import office_transaction
from linli.registry.queries import areas_of_office
from linli.rulebook.mechanism import Label

FORM = "/staff/intake/residents-election/call/"
ASKED = {"name": "第一居委会", "seats": 5}


def offered(page):
    select = re.search(r'<select[^>]*name="area".*?</select>', text(page), re.DOTALL)
    return re.findall(r'value="(/[^"]*)"', select[0]) if select else None


def send(client, **more):
    return client.post(FORM, {"key": hidden(client.get(FORM), "key"), **ASKED, **more})


def opened(folk):
    with office_transaction(folk.office):
        return [*Case.objects.filter(mechanism="residents-election").values_list("area", flat=True)]


@pytest.fixture
def of_one_quarter(folk):
    """Somebody whose post covers one neighbourhood."""
    by = folk.actor("director", AT)
    with office_transaction(folk.office):
        post = add_post(
            body=folk.bodies["城运中心"], title=Label(zh="片区", en="Quarter"), duties=["operator"],
            areas=[folk.committee], by=by, at=AT,
        )  # fmt: skip
        hold_post(account=_account("quarter", "片区", by), post=post, by=by, at=AT)
    return "quarter"


def test_the_ground_is_asked_for_and_the_case_lies_there(folk):
    client = log_in("operator")
    with office_transaction(folk.office):
        paths = [row.path for row in areas_of_office()]

    choices = offered(client.get(FORM))
    answer = send(client, area=folk.committee)

    assert choices == paths
    assert answer.status_code == 302, text(answer)
    assert opened(folk) == [folk.committee]


@pytest.mark.parametrize("said", ["", "/310000/310115/", "elsewhere"])
def test_no_ground_or_one_that_is_not_on_offer_is_refused_in_place(folk, said):
    answer = send(log_in("operator"), area=said)

    assert answer.status_code == 422
    assert "请选择属于哪里" in text(answer)
    assert opened(folk) == []


def test_who_answers_for_one_neighbourhood_is_asked_nothing(folk, of_one_quarter):
    client = log_in(of_one_quarter)

    choices = offered(client.get(FORM))
    answer = send(client)

    assert choices is None
    assert answer.status_code == 302, text(answer)
    assert opened(folk) == [folk.committee]


def test_a_form_that_says_where_asks_once(folk):
    assert offered(log_in("operator").get("/staff/intake/grid-case/register/")) is None
