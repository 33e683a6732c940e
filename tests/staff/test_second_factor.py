"""The second factor: RFC 6238, set up by phone, asked at the door, each code once, throttled, reset, required."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from second import OWN, at_the_door, digits, set_up
from townsfolk import PASSWORD
from walking import log_in, text

from linli.registry.factors.codes import code_of, counter_at, counter_of
from linli.registry.isolation import office_transaction
from linli.registry.models import Change, SecondFactor
from linli.registry.queries import forget_offices

RFC_SECRET = b"12345678901234567890"
NOW = timezone.now().replace(second=10, microsecond=0)  # noqa: TID251 - the people hold their posts now
CODE = re.compile(r"\b(?:[2-9a-z]{4}-){2}[2-9a-z]{4}\b")


@pytest.fixture(autouse=True)
def clock():
    forget_offices()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
    forget_offices()


@pytest.fixture
def director(folk):
    return log_in("director")


def row(folk, username="director"):
    with office_transaction(folk.office):
        return SecondFactor.objects.get(account__username=username)


def codes_of(page):
    assert page.status_code == 200, text(page)
    return CODE.findall(text(page))


def answer_code(visitor, code):
    return visitor.post("/staff/login/code/", {"code": code})


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    assert code_of(RFC_SECRET, seconds // 30) == code  # RFC 6238, appendix B, last six digits


def test_a_code_counts_half_a_minute_around_its_time_and_never_again():
    here = counter_at(NOW)

    found = [counter_of(RFC_SECRET, code_of(RFC_SECRET, here + n), NOW, 0) for n in range(-2, 3)]

    assert found == [None, here - 1, here, here + 1, None]
    assert counter_of(RFC_SECRET, code_of(RFC_SECRET, here), NOW, here) is None


def test_whoever_sets_one_up_is_asked_for_it_at_the_door(director, folk, clock):
    director.post(f"{OWN}begin/")
    shown = director.get(OWN)
    codes = codes_of(set_up(director, folk, "director"))
    clock.shift(60)
    visitor = at_the_door("director")
    before = visitor.get("/staff/")
    wrong = answer_code(visitor, "000000")
    inside = answer_code(visitor, digits(folk, "director"))

    assert 'class="qr"' in text(shown)
    assert len(set(codes)) == 10
    assert before["Location"].startswith("/staff/login/")
    assert (wrong.status_code, "还可以再试 4 次" in text(wrong)) == (422, True)
    assert inside["Location"] == "/staff/cases/"
    assert visitor.get("/staff/cases/").status_code == 200


def test_a_code_opens_once_also_the_one_it_was_set_up_with(director, folk, clock):
    set_up(director, folk, "director")
    used = digits(folk, "director")
    first = answer_code(at_the_door("director"), used)
    clock.shift(60)
    opened = answer_code(at_the_door("director"), digits(folk, "director"))
    again = answer_code(at_the_door("director"), digits(folk, "director"))

    assert [one.status_code for one in (first, opened, again)] == [422, 302, 422]


def test_a_recovery_code_opens_once_however_it_is_written(director, folk):
    code = codes_of(set_up(director, folk, "director"))[3]

    opened = answer_code(at_the_door("director"), code.upper().replace("-", " "))
    again = answer_code(at_the_door("director"), code)

    assert [opened.status_code, again.status_code] == [302, 422]
    assert len(row(folk).recovery) == 9


def test_five_wrong_codes_shut_the_door_also_to_the_right_one(director, folk, clock):
    set_up(director, folk, "director")
    clock.shift(60)
    visitor = at_the_door("director")
    wrong = [answer_code(visitor, "000000").status_code for _ in range(5)]
    shut = answer_code(visitor, digits(folk, "director"))

    assert wrong == [422] * 5
    assert (shut.status_code, "15 分钟" in text(shut)) == (429, True)


def test_the_password_alone_is_worth_five_minutes(director, folk, clock):
    set_up(director, folk, "director")
    visitor = at_the_door("director")
    clock.shift(timedelta(minutes=5, seconds=1))

    late = answer_code(visitor, digits(folk, "director"))

    assert late["Location"] == "/staff/login/"
    assert visitor.get("/staff/").status_code == 302


def test_the_secret_stands_in_no_row_and_is_never_shown_again(director, folk):
    director.post(f"{OWN}begin/")
    key = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", text(director.get(OWN)))[0]
    codes = codes_of(set_up(director, folk, "director"))
    page = text(director.get(OWN))
    with office_transaction(folk.office):
        kept = str(list(Change.objects.values_list("detail", flat=True)))

    assert key not in page
    assert not [code for code in codes if code in page or code in kept]
    assert "还有 10 个恢复码可用" in page


def test_a_wrong_first_code_sets_nothing_up(director, folk):
    director.post(f"{OWN}begin/")

    refused = director.post(f"{OWN}confirm/", {"code": "12345"})

    assert refused.status_code == 422
    assert row(folk).confirmed_at is None
    assert (
        Client().post("/staff/login/", {"username": "director", "password": PASSWORD})["Location"]
        == "/staff/"
    )


def test_new_recovery_codes_and_taking_it_off_ask_for_a_code(director, folk, clock):
    old = codes_of(set_up(director, folk, "director"))
    without = director.post(f"{OWN}renew/", {"code": ""})
    clock.shift(60)
    new = CODE.findall(text(director.post(f"{OWN}renew/", {"code": digits(folk, "director")})))
    stale = answer_code(at_the_door("director"), old[0])
    off = director.post(f"{OWN}end/", {"code": new[0]})

    assert without.status_code == 422
    assert len(new) == 10
    assert stale.status_code == 422
    assert off["Location"] == OWN
    with office_transaction(folk.office):
        assert SecondFactor.objects.count() == 0


def test_the_director_resets_a_lost_phone_and_it_is_on_record(director, folk):
    operator = log_in("operator")
    set_up(operator, folk, "operator")
    number = row(folk, "operator").account_id
    refused = operator.post(f"/staff/office/accounts/{number}/reset/")
    before = text(director.get(f"/staff/office/accounts/{number}/"))
    done = director.post(f"/staff/office/accounts/{number}/reset/")

    assert (refused.status_code, done.status_code) == (403, 302)
    assert "重置二次验证" in before
    assert log_in("operator").get("/staff/").status_code == 200
    assert "停用或重置二次验证" in text(director.get(f"/staff/office/accounts/{number}/"))


def test_duties_that_must_have_one_are_led_there_before_anything_else(director, folk):
    operator, other = log_in("operator"), log_in("dispatcher")
    director.post("/staff/office/second-factor/", {"duty": ["operator", "no-such-duty"]})
    led = operator.get("/staff/cases/")
    free = other.get("/staff/cases/")
    set_up(operator, folk, "operator")

    assert led["Location"] == OWN
    assert free.status_code == 200
    assert operator.get("/staff/cases/").status_code == 200
    assert 'value="operator"\n                    checked' in text(
        director.get("/staff/office/second-factor/")
    )


def test_a_session_that_never_gave_a_code_gives_one_when_it_becomes_required(director, folk, clock):
    here, there = log_in("operator"), log_in("operator")
    set_up(here, folk, "operator")
    director.post("/staff/office/second-factor/", {"duty": ["operator"]})
    led = there.get("/staff/cases/")
    clock.shift(60)
    proved = there.post(f"{OWN}prove/", {"code": digits(folk, "operator")})

    assert led["Location"] == OWN
    assert proved["Location"] == "/staff/"
    assert there.get("/staff/cases/").status_code == 200


def test_nobody_but_who_administers_says_whom_it_is_required_of(folk):
    operator = log_in("operator")

    refused = operator.post("/staff/office/second-factor/", {"duty": ["operator"]})

    assert refused.status_code == 403
    assert operator.get("/staff/cases/").status_code == 200
