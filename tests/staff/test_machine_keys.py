import re

from walking import log_in, text

PAGE = "/staff/office/machines/"
GIVEN = {"name": "市民随手拍", "scope": "report", "per_minute": "600"}


def test_a_key_is_shown_once_and_revoked(folk, client):
    director = log_in("director")

    made = text(director.post(PAGE, GIVEN))
    key = re.search(r"linli_[\w-]{32}", made)[0]
    later = text(director.get(PAGE))
    number = re.search(r"machines/(\d+)/revoke/", later)[1]

    assert key not in later
    assert key[:10] in later
    assert director.post(f"{PAGE}{number}/revoke/").status_code == 302
    assert "已吊销" in text(director.get(PAGE))
    sent = {"api_key": key, "service_code": "x"}
    assert client.post("/open311/v2/requests.json", sent).status_code == 403


def test_a_key_without_scope_or_with_an_end_in_the_past_is_refused(folk):
    director = log_in("director")

    for wrong in ({"scope": ""}, {"per_minute": "0"}, {"expires_on": "2020-01-01"}, {"name": " "}):
        assert director.post(PAGE, {**GIVEN, **wrong}).status_code == 422
    assert "machines/1/revoke" not in text(director.get(PAGE))
    assert "市民随手拍" not in text(director.get(PAGE))


def test_only_who_administers_the_office_makes_keys(folk):
    assert log_in("operator").post(PAGE, GIVEN).status_code == 403
