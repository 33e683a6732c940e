"""One information system: one account for all rooms, one list of places behind all forms, one list of cases."""

import re

import pytest
from walking import CATEGORY, PLACE, hidden, log_in, text

from linli.casework.models import Case
from linli.registry.isolation import office_transaction
from linli.registry.models import Account
from linli.registry.queries import areas_of_office

CALL = "/staff/intake/residents-election/call/"
REGISTER = "/staff/intake/grid-case/register/"


@pytest.fixture
def opened(folk):
    """Two cases of two mechanisms, opened by one account in one session; gives its client and their numbers."""
    client = log_in("operator")
    ballot = {"name": "第一居委会", "seats": 5, "area": folk.committee}
    kerb = {"category": CATEGORY, "what": "路缘石破损", **PLACE}
    for form, answers in ((CALL, ballot), (REGISTER, kerb)):
        answer = client.post(form, {"key": hidden(client.get(form), "key"), **answers})
        assert answer.status_code == 302, text(answer)
    with office_transaction(folk.office):
        return client, dict(Case.objects.values_list("mechanism", "number"))


def test_one_account_one_list_of_places_and_one_list_of_cases_serve_every_mechanism(folk, opened):
    client, numbers = opened

    cases = text(client.get("/staff/cases/"))
    rooms = [
        client.get(f"/staff/{room}/", follow=True).status_code for room in ("figures", "board")
    ]
    accounts = text(log_in("director").get("/staff/office/accounts/"))

    assert numbers.keys() == {"residents-election", "grid-case"}
    assert [number in cases for number in numbers.values()] == [True, True]
    assert rooms == [200, 200]
    with office_transaction(folk.office):
        paths = [row.path for row in areas_of_office()]
        known = {str(number) for number in Account.objects.values_list("pk", flat=True)}
        lie_in = set(Case.objects.values_list("area", flat=True))
    assert lie_in == {folk.committee} <= set(paths)
    assert _offered(client.get(CALL)) == paths
    assert folk.committee in _offered(client.get("/staff/cases/?mechanism=grid-case"))
    assert set(_offered(client.get("/staff/cases/?mechanism=grid-case"))) <= set(paths)
    assert set(re.findall(r"/staff/office/accounts/(\d+)/", accounts)) == known
    assert len(known) == len(folk.accounts)


def _offered(page):
    select = re.search(r'<select[^>]*name="area".*?</select>', text(page), re.DOTALL)
    return re.findall(r'value="(/[^"]*)"', select[0]) if select else []
