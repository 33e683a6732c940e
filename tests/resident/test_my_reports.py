"""My reports: a code to the number that was given opens what was reported under it, and tells nobody else anything."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from walking import report, text

from linli.casework import keys
from linli.casework.joint.actions import join
from linli.casework.models import Case
from linli.notices.models import Delivery, Notice, Passcode
from linli.notices.queries import told_about
from linli.notices.sending import send_due
from linli.registry.actors import new_resident
from linli.registry.isolation import office_transaction
from linli.registry.limits import forget_calls

now = timezone.now  # noqa: TID251 - the pages go by the real clock
PHONE, OTHER = "13800000000", "13900000000"


@pytest.fixture
def sink(folk, settings, tmp_path):
    forget_calls()
    settings.LINLI_HOME = tmp_path
    keys.forget()
    settings.LINLI_CHANNELS = {"mail": "sink", "sms": "sink", "wecom": "", "dingtalk": ""}
    yield tmp_path / "outbox.jsonl"
    keys.forget()


def sent(folk, sink):
    send_due(office=folk.office, clock=now)
    return [json.loads(line) for line in sink.read_text().splitlines()] if sink.exists() else []


def ask(client, address):
    return client.post("/mine/", {"address": address})


def answer(client, address, code):
    return client.post("/mine/code/", {"address": address, "code": code})


def digits(letter):
    return re.findall(r"\d{6}", letter["text"])[0]


def proved(folk, sink, address=PHONE):
    client = Client()
    ask(client, address)
    answer(client, address, digits(sent(folk, sink)[-1]))
    return client


def test_a_code_opens_all_that_was_reported_under_a_number_and_each_its_progress(folk, sink):
    numbers = [report(phone=PHONE)[1], report(phone="138 0000 0000")[1]]
    other = report(phone=OTHER)[1]

    client = proved(folk, sink)
    page = text(client.get("/mine/reports/"))

    assert re.findall(r"/mine/reports/([^/\"]+)/", page) == numbers[::-1]
    assert other not in page
    assert PHONE not in page
    assert "138****0000" in page
    assert client.get(f"/mine/reports/{numbers[0]}/")["Location"] == f"/cases/{numbers[0]}/"
    assert client.get(f"/cases/{numbers[0]}/").status_code == 200
    assert client.get(f"/cases/{other}/")["Location"] == "/follow/"
    assert client.get(f"/mine/reports/{other}/").status_code == 404


def test_a_number_that_is_not_known_gets_the_same_answer_and_no_message(folk, sink):
    report(phone=PHONE)
    known, unknown = ask(Client(), PHONE), ask(Client(), OTHER)

    letters = sent(folk, sink)

    assert [letter["address"] for letter in letters] == [PHONE]
    hidden = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    same = [
        hidden.sub("", text(page)).replace(PHONE, "N").replace(OTHER, "N").replace("138****", "***")
        for page in (known, unknown)
    ]
    assert same[0] == same[1].replace("139****", "***")
    assert (known.status_code, unknown.status_code) == (200, 200)
    with office_transaction(folk.office):
        assert Passcode.objects.count() == 2
    assert answer(Client(), OTHER, "000000").status_code == 422


def test_a_code_is_good_once_and_for_its_own_number(folk, sink):
    report(phone=PHONE)
    report(phone=OTHER)
    client = Client()
    ask(client, PHONE)
    ask(client, OTHER)
    code = digits(sent(folk, sink)[0])

    assert answer(client, OTHER, code).status_code == 422
    assert answer(client, PHONE, code)["Location"] == "/mine/reports/"
    assert answer(client, PHONE, code).status_code == 422


def test_five_wrong_codes_shut_the_door_even_to_the_right_one(folk, sink):
    report(phone=PHONE)
    client = Client()
    ask(client, PHONE)
    right = digits(sent(folk, sink)[0])
    wrong = "111111" if right != "111111" else "222222"

    refused = [answer(client, PHONE, wrong).status_code for _ in range(5)]

    assert refused == [422] * 5
    assert answer(client, PHONE, right).status_code == 429
    assert client.get("/mine/reports/")["Location"] == "/mine/"


def test_a_code_is_good_for_ten_minutes(folk, sink):
    report(phone=PHONE)
    client = Client()
    ask(client, PHONE)
    code = digits(sent(folk, sink)[0])
    with office_transaction(folk.office):
        past = now() - timedelta(minutes=11)
        Passcode.objects.update(made_at=past, until=past + timedelta(minutes=10))

    assert answer(client, PHONE, code).status_code == 422


def test_three_codes_an_hour_for_one_number_known_or_not(folk, sink):
    report(phone=PHONE)
    got = {PHONE: [], OTHER: []}
    for address, statuses in got.items():
        for _ in range(4):
            forget_calls()
            statuses.append(ask(Client(), address).status_code)

    assert got == {PHONE: [200, 200, 200, 422], OTHER: [200, 200, 200, 422]}
    assert len(sent(folk, sink)) == 3


def test_one_visitor_may_ask_three_times_a_minute(folk, sink):
    statuses = [ask(Client(), f"1380000000{nth}").status_code for nth in range(4)]

    assert statuses == [200, 200, 200, 429]


def test_reports_older_than_a_year_are_not_listed_and_no_code_is_sent_for_them(folk, sink):
    report(phone=PHONE)
    with office_transaction(folk.office):
        Case.objects.update(opened_at=now() - timedelta(days=366))

    ask(Client(), PHONE)

    assert sent(folk, sink) == []


def test_whoever_joined_a_case_finds_it_too(folk, sink):
    _visitor, number = report(phone=OTHER)

    with office_transaction(folk.office):
        join(number=number, by=new_resident(), at=now(), key="k", phone=PHONE)

    client = proved(folk, sink)

    assert number in text(client.get("/mine/reports/"))
    client.get(f"/mine/reports/{number}/")
    assert client.get(f"/cases/{number}/").status_code == 200


def test_the_log_of_the_case_shows_that_a_code_went_out_and_never_the_code_or_the_number(
    folk, sink
):
    report(phone=PHONE)
    ask(Client(), PHONE)
    [letter] = sent(folk, sink)

    with office_transaction(folk.office):
        notice = Notice.objects.get(whom__startswith="code:")
        [line] = [one for one in told_about(case=notice.case_id) if one.id == notice.pk]
        assert Delivery.objects.filter(notice=notice, outcome="sent").count() == 1
        kept = bytes(Passcode.objects.get().sealed)

    assert digits(letter) not in line.text.zh
    assert (line.whom.zh, line.channel.zh, line.status) == ("上报人", "短信", "sent")
    assert PHONE.encode() not in kept


def test_an_office_that_cannot_send_says_so_and_asks_for_nothing(folk, settings):
    settings.LINLI_CHANNELS = {"mail": "", "sms": "", "wecom": "", "dingtalk": ""}

    page = text(Client().get("/mine/"))

    assert "还没有开通" in page
    assert 'name="address"' not in page
    assert ask(Client(), PHONE).status_code == 422


def test_a_cookie_of_one_s_own_making_opens_no_list(folk, sink):
    client = Client()
    client.cookies["mine"] = '[1, "x", "00"]'

    assert client.get("/mine/reports/")["Location"] == "/mine/"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(
    folk, sink, count, django_assert_max_num_queries
):
    for _ in range(count):
        report(phone=PHONE)
    client = proved(folk, sink)
    client.get("/mine/reports/")

    with django_assert_max_num_queries(14):
        client.get("/mine/reports/")
