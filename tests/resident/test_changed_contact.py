"""A changed telephone holds once the code sent to it was answered; the one that held is told."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone
from walking import hidden, report, text

from linli.casework import keys, sealing
from linli.casework.models import Case, Step
from linli.notices.queries import told_about
from linli.notices.sending import send_due
from linli.registry.isolation import office_transaction
from linli.registry.limits import forget_calls

now = timezone.now  # noqa: TID251 - the pages go by the real clock
OLD, NEW, THIRD = "13800000000", "13900000000", "13700000000"
CHANGE = "change_phone"


@pytest.fixture
def sink(folk, settings, tmp_path):
    forget_calls()
    settings.LINLI_HOME = tmp_path
    keys.forget()
    settings.LINLI_CHANNELS = {"mail": "", "sms": "sink", "wecom": "", "dingtalk": ""}
    yield tmp_path / "outbox.jsonl"
    keys.forget()


def letters(folk, sink):
    send_due(office=folk.office, clock=now)
    return [json.loads(line) for line in sink.read_text().splitlines()] if sink.exists() else []


def sheet(visitor, number):
    page = visitor.get(f"/cases/{number}/do/{CHANGE}/")
    assert page.status_code == 200, text(page)
    return {"key": hidden(page, "key"), "revision": hidden(page, "revision")}


def change(visitor, number, phone=NEW, **more):
    return visitor.post(
        f"/cases/{number}/do/{CHANGE}/", {**sheet(visitor, number), "phone": phone, **more}
    )


def digits(letter):
    return re.findall(r"\d{6}", letter["text"])[0]


def holds(folk, number):
    with office_transaction(folk.office):
        case = Case.objects.get(number=number).pk
        return sealing.reveal(
            office=folk.office, case=case, field="phone", by="test", at=now(), reason="test"
        )


def steps(folk, number):
    with office_transaction(folk.office):
        return list(Step.objects.filter(case__number=number).values_list("action", flat=True))


def test_a_new_number_holds_after_its_code_and_both_are_told(folk, sink):
    visitor, number = report(phone=OLD)
    asked = change(visitor, number)
    before = holds(folk, number)
    sent = letters(folk, sink)
    done = change(visitor, number, proof=digits(sent[-1]))

    assert (asked.status_code, "验证码已发到 139****0000" in text(asked)) == (200, True)
    assert (before, [one["address"] for one in sent]) == (OLD, [NEW])
    assert done["Location"] == f"/cases/{number}/"
    assert (holds(folk, number), steps(folk, number)) == (NEW, ["report", CHANGE])
    former = letters(folk, sink)[-1]
    assert former["address"] == OLD
    assert number in former["text"]
    assert "联系方式已更改" in former["text"]
    assert NEW not in former["text"]


def test_what_was_typed_stays_on_the_form_that_asks_for_the_code(folk, sink):
    visitor, number = report(phone=OLD)

    page = text(change(visitor, number))

    assert f'value="{NEW}"' in page
    assert 'name="proof"' in page


@pytest.mark.parametrize("proof", ["000000", "abc"])
def test_a_wrong_code_changes_nothing(folk, sink, proof):
    visitor, number = report(phone=OLD)
    change(visitor, number)

    wrong = change(visitor, number, proof=proof)

    assert wrong.status_code == 422
    assert (holds(folk, number), steps(folk, number)) == (OLD, ["report"])


def test_a_code_proves_its_own_number_on_its_own_case_once(folk, sink):
    visitor, number = report(phone=OLD)
    other, second = report(phone=OLD)
    change(visitor, number)
    code = digits(letters(folk, sink)[-1])

    third = change(visitor, number, phone=THIRD, proof=code)
    elsewhere = change(other, second, proof=code)
    done = change(visitor, number, proof=code)

    assert [one.status_code for one in (third, elsewhere, done)] == [422, 422, 302]
    assert (holds(folk, number), holds(folk, second)) == (NEW, OLD)


def test_what_is_no_number_and_a_closed_channel_are_refused_with_the_way_out(folk, sink, settings):
    visitor, number = report(phone=OLD)
    none = change(visitor, number, phone="nobody")
    settings.LINLI_CHANNELS = {"mail": "", "sms": "", "wecom": "", "dingtalk": ""}
    shut = change(visitor, number)

    assert (none.status_code, "请填手机号码" in text(none)) == (422, True)
    assert (shut.status_code, "没有开通" in text(shut)) == (422, True)
    assert (holds(folk, number), steps(folk, number)) == (OLD, ["report"])


def test_one_number_gets_three_codes_an_hour(folk, sink):
    visitor, number = report(phone=OLD)
    for _ in range(3):
        forget_calls()
        change(visitor, number)
    forget_calls()

    fourth = change(visitor, number)

    assert fourth.status_code == 422
    assert len(letters(folk, sink)) == 3


def test_the_same_number_again_asks_for_no_code(folk, sink):
    visitor, number = report(phone=OLD)

    done = change(visitor, number, phone="138 0000 0000")

    assert done.status_code == 302
    assert letters(folk, sink) == []


def test_nobody_else_changes_it(folk, sink):
    _visitor, number = report(phone=OLD)

    stranger = Client().get(f"/cases/{number}/do/{CHANGE}/")

    assert stranger["Location"] == "/follow/"


def test_the_log_shows_neither_code_nor_number(folk, sink):
    visitor, number = report(phone=OLD)
    change(visitor, number)
    letter = letters(folk, sink)[-1]
    with office_transaction(folk.office):
        log = str(told_about(case=Case.objects.get(number=number).pk))

    assert digits(letter) not in log
    assert NEW not in log
