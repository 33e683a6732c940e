import re

import pytest
from django.test import Client
from walking import act, picture, report, text

MOST_GUESSES = 5


@pytest.fixture
def reported(folk):
    visitor, number = report(before=picture(), phone="13800000000")
    receipt = text(visitor.get(f"/cases/{number}/receipt/"))
    return visitor, number, re.findall(r"\b[2-9A-HJKMNP-Z]{8}\b", receipt)[0]


def follow(client, number, code):
    return client.post("/follow/", {"number": number, "code": code})


def test_number_and_code_lead_to_the_case(reported):
    _visitor, number, code = reported
    other = Client()

    answer = follow(other, f" {number.lower()}", code.lower())

    assert answer["Location"] == f"/cases/{number}/"
    assert other.get(f"/cases/{number}/").status_code == 200


def test_a_number_alone_leads_nowhere(reported):
    _visitor, number, _code = reported
    other = Client()

    assert other.get(f"/cases/{number}/")["Location"] == "/follow/"
    assert follow(other, number, "AAAAAAAA").status_code == 422
    assert other.get(f"/cases/{number}/")["Location"] == "/follow/"


def test_guessing_shuts_the_door_even_to_the_right_code(reported):
    _visitor, number, code = reported
    other = Client()
    for _ in range(MOST_GUESSES):
        follow(other, number, "AAAAAAAA")

    answer = follow(other, number, code)

    assert answer.status_code == 429
    assert "分钟后再试" in text(answer)


def test_a_cookie_of_one_s_own_making_opens_nothing(reported):
    _visitor, number, _code = reported
    other = Client()
    other.cookies["receipts"] = f'[[1, "{number}", 1, "x", ""]]'

    assert other.get(f"/cases/{number}/")["Location"] == "/follow/"


def test_a_resident_sees_no_names_and_nothing_personal(reported):
    visitor, number, _code = reported
    act("operator", number, "reject", reason="内部理由：权属不清", sure="1")

    page = text(visitor.get(f"/cases/{number}/"))

    assert "不予受理" in page
    assert "接案员" not in page
    assert "内部理由" not in page
    assert "13800000000" not in page


def test_a_resident_sees_the_photos_of_the_report_alone(reported):
    visitor, number, _code = reported
    small = re.search(
        rf'src="(/cases/{number}/files/[^"]+/small/)"', text(visitor.get(f"/cases/{number}/"))
    )

    seen = visitor.get(small[1])

    assert (seen.status_code, seen["X-Content-Type-Options"]) == (200, "nosniff")
    assert visitor.get(f"/cases/{number}/files/{'0' * 64}/").status_code == 404
    assert Client().get(small[1])["Location"] == "/follow/"


def test_what_is_not_the_resident_s_to_do_is_shut(reported):
    visitor, number, _code = reported

    assert visitor.get(f"/cases/{number}/do/accept/").status_code == 409
    assert (
        visitor.post(f"/cases/{number}/do/accept/", {"category": "0102", "key": "k"}).status_code
        == 422
    )
    assert visitor.get(f"/cases/{number}/do/rate/").status_code == 409
