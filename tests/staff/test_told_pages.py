"""Pages of what was told: my notices with read marks, the case's card, sending again, contacts."""

from __future__ import annotations

import pytest
from django.utils import timezone
from walking import act, log_in, report, text

from linli.casework.sequencing import sequence
from linli.notices import channels, sending
from linli.notices.actions import tell_new_steps
from linli.notices.models import Contact, Notice
from linli.notices.sending import send_due
from linli.registry.isolation import office_transaction

now = timezone.now  # noqa: TID251 - the pages go by the real clock


@pytest.fixture
def told(folk, settings, tmp_path):
    """Give a case that was dispatched, with everybody told of it."""
    settings.LINLI_CHANNELS = {"mail": "", "sms": "sink", "wecom": "", "dingtalk": ""}
    _tell(folk)
    visitor, number = report(phone="13800000000")
    act("operator", number, "accept", category="0102")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
    _tell(folk)
    return folk, visitor, number


def _tell(folk):
    with office_transaction(folk.office):
        sequence()
        tell_new_steps(at=now())


def test_the_bell_counts_what_i_have_not_read_and_reading_takes_it_away(told):
    _folk, _visitor, number = told
    lead = log_in("lead")

    before = text(lead.get("/staff/told/"))
    done = lead.post("/staff/told/", follow=True)

    assert before.count("未读") == 1
    assert f"案件 {number} 请贵单位处置：路口路缘石破损" in before
    assert "已标记 1 条为已读" in text(done)
    assert "未读" not in text(lead.get("/staff/told/"))
    assert "还没有通知" in text(log_in("lead2").get("/staff/told/"))


def test_the_case_page_shows_what_was_told_to_whom_and_whether_it_arrived(told, monkeypatch):
    folk, visitor, number = told
    monkeypatch.setattr(sending, "send", _refused)
    send_due(office=folk.office, clock=now)
    operator = log_in("operator")

    page = text(operator.get(f"/staff/cases/{number}/"))

    assert "发送失败" in page
    assert "重发" in page
    assert f"您反映的事项（{number}）已受理。" in page
    assert f"您反映的事项（{number}）已受理。" in text(visitor.get(f"/cases/{number}/"))


def test_a_message_is_sent_again_by_who_acts_on_the_case_and_by_nobody_else(told, monkeypatch):
    folk, _visitor, number = told
    monkeypatch.setattr(sending, "send", _refused)
    send_due(office=folk.office, clock=now)
    monkeypatch.undo()
    with office_transaction(folk.office):
        notice = Notice.objects.get(channel="sms").pk
    address = f"/staff/cases/{number}/told/{notice}/again/"

    refused = log_in("caller").post(address)
    done = log_in("dispatcher").post(address, follow=True)
    unknown = log_in("dispatcher").post(f"/staff/cases/{number}/told/{notice + 99}/again/")

    assert (refused.status_code, done.status_code, unknown.status_code) == (403, 200, 404)
    assert "已交代重发" in text(done)
    with office_transaction(folk.office):
        assert Notice.objects.get(pk=notice).status == "waiting"


def test_the_registrar_says_where_a_body_is_reached_and_takes_it_back(folk):
    director = log_in("director")
    whom = f"body:{folk.bodies['绿化市容所']}"
    sent = {"whom": whom, "channel": "sms", "address": "13900001234"}

    done = director.post("/staff/office/contacts/", sent, follow=True)

    assert "绿化市容所" in text(done)
    assert "…1234" in text(done)
    assert "13900001234" not in text(done)
    wrong = director.post("/staff/office/contacts/", {**sent, "channel": "pigeon"})
    assert wrong.status_code == 422
    director.post("/staff/office/contacts/", {**sent, "address": ""})
    with office_transaction(folk.office):
        assert Contact.objects.count() == 0


def _refused(letter):
    raise channels.NotSent("HTTP 400", is_final=True)
