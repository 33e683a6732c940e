"""What steps lead to: notices in the house and out of it, each once, with what became of it."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count

import pytest
from townsfolk import AT, SPOT

from linli.casework.actions import open_case, perform
from linli.casework.sealing import erase_text
from linli.casework.sequencing import sequence
from linli.notices import channels, sending
from linli.notices.actions import (
    NoticeRefused,
    mark_read,
    send_again,
    set_contact,
    tell_new_steps,
)
from linli.notices.models import Contact, Cursor, Delivery, Notice, ReadMark
from linli.notices.queries import told_about, told_to_me, tries_of, unread_count
from linli.notices.sending import send_due
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor

_keys = count()
WHERE = {"lon": SPOT[0], "lat": SPOT[1], "datum": "wgs84"}
PHONE = "13800000000"
DONE = "已重铺路缘石"


class Scene:
    """An office with one case in it, told as it goes on."""

    def __init__(self, folk):
        self.folk, self.office, self.at = folk, folk.office, AT
        with office_transaction(self.office):
            tell_new_steps(at=self.at)
        self.case = 0

    def report(self, **more):
        form = {"what": "路缘石破损", "place": WHERE, "phone": PHONE, **more}
        opened = open_case(
            mechanism="grid-case", action="report", by=Actor(self.office, "resident:ab"),
            at=self.at, form=form, key=f"k{next(_keys)}",
        )  # fmt: skip
        self.case, self.number = opened.case_id, opened.number
        return self

    def act(self, who, action, **form):
        perform(
            case=self.case, action=action, by=self.folk.actor(who, self.at), at=self.at, form=form,
            key=f"k{next(_keys)}", revision=None,
        )  # fmt: skip
        return self

    def tell(self):
        with office_transaction(self.office):
            sequence()
            return tell_new_steps(at=self.at)

    def told(self):
        with office_transaction(self.office):
            rows = Notice.objects.order_by("seq", "whom", "channel")
            return list(rows.values_list("tell", "whom", "channel", "status"))

    def send(self, after=timedelta()):
        return send_due(office=self.office, clock=lambda: self.at + after)


@pytest.fixture
def scene(folk):
    return Scene(folk)


def _dispatched(scene):
    body = scene.folk.bodies["市政服务中心"]
    scene.report().act("operator", "accept", category="0102")
    scene.act("operator", "file").act("dispatcher", "dispatch", unit=body)
    return body


def test_steps_tell_those_whom_the_mechanism_names(scene):
    body = _dispatched(scene)

    scene.tell()

    assert scene.told() == [
        ("accepted", "field:phone", "sms", "waiting"),
        ("accepted", "resident:ab", "in_app", "shown"),
        ("assigned", f"body:{body}", "in_app", "shown"),
    ]


def test_what_was_told_is_read_from_the_case_and_gone_when_that_is_erased(scene):
    _dispatched(scene)
    scene.tell()

    with office_transaction(scene.office):
        before = told_about(case=scene.case)
        erase_text(
            office=scene.office, case=scene.case, field="what", by="account:1", at=AT, reason="申请"
        )
        after = told_about(case=scene.case)

    assert before[-1].text.zh == f"案件 {scene.number} 请贵单位处置：路缘石破损（一般）。"
    assert before[-1].whom.zh == "市政服务中心"
    assert after[-1].text.zh == f"案件 {scene.number} 请贵单位处置：（已依规删除）（一般）。"


def test_steps_are_told_once_however_often_they_are_read(scene):
    _dispatched(scene)
    first = scene.tell()
    with office_transaction(scene.office):
        Cursor.objects.update(position=0)

    again = scene.tell()

    assert (first, again) == (4, 4)
    assert len(scene.told()) == 3


def test_nobody_is_told_of_the_past_nor_of_what_was_imported(folk):
    with office_transaction(folk.office):
        tell_new_steps(at=AT)
    scene = Scene(folk)
    scene.report().act("operator", "accept", category="0102")
    scene.at = AT + timedelta(days=4)

    assert scene.tell() == 2
    assert scene.told() == []


def test_an_office_begins_at_the_end_of_its_log(folk):
    scene = Scene.__new__(Scene)
    scene.folk, scene.office, scene.at = folk, folk.office, AT
    scene.report().act("operator", "accept", category="0102")
    with office_transaction(folk.office):
        sequence()

    assert scene.tell() == 0
    assert scene.tell() == 0
    assert scene.told() == []


def test_no_message_is_made_where_no_telephone_was_given(scene):
    scene.report(phone="").act("operator", "accept", category="0102")

    scene.tell()

    assert [row[1] for row in scene.told()] == ["resident:ab"]


def test_a_message_goes_to_the_sink_once_and_is_logged(scene, settings):
    scene.report().act("operator", "accept", category="0102").tell()

    assert (scene.send(), scene.send()) == (1, 0)

    lines = (settings.LINLI_HOME / "outbox.jsonl").read_text().splitlines()
    [letter] = map(json.loads, lines)
    assert (letter["address"], letter["channel"]) == (PHONE, "sms")
    assert letter["text"] == f"您反映的事项（{scene.number}）已受理。"
    with office_transaction(scene.office):
        [line] = [one for one in told_about(case=scene.case) if one.status != "shown"]
        assert (line.status_label.zh, line.tries) == ("已发出", 1)
        assert [(one.outcome, one.detail) for one in tries_of(line.id)] == [("sent", "")]


def test_bodies_are_reached_where_they_said_and_the_address_is_sealed(scene):
    body = scene.folk.bodies["市政服务中心"]
    with office_transaction(scene.office):
        set_contact(
            whom=f"body:{body}", channel="dingtalk", address="robot-token-17",
            by=scene.folk.actor("director", AT), at=AT,
        )  # fmt: skip
        row = Contact.objects.get()
        assert b"robot" not in bytes(row.sealed)
        assert row.hint == "…n-17"
    _dispatched(scene)

    scene.tell()

    assert scene.told()[2:] == [
        ("assigned", f"body:{body}", "dingtalk", "waiting"),
        ("assigned", f"body:{body}", "in_app", "shown"),
    ]


def test_a_failure_is_tried_again_ever_later_and_in_the_end_left_to_a_person(scene, monkeypatch):
    def shut(letter):
        raise channels.NotSent("HTTP 503")

    monkeypatch.setattr(sending, "send", shut)
    scene.report().act("operator", "accept", category="0102").tell()
    after, tries = timedelta(), []
    for wait in (0, 1, 5, 30, 120):
        after += timedelta(minutes=wait)
        tries.append((scene.send(after - timedelta(seconds=1)) if wait else 0, scene.send(after)))
    later = scene.send(after + timedelta(days=9))

    assert tries == [(0, 1)] * 5
    assert later == 0
    with office_transaction(scene.office):
        notice = Notice.objects.get(channel="sms")
        assert (notice.status, notice.tries) == ("refused", 5)
        assert list(Delivery.objects.order_by("pk").values_list("outcome", flat=True)) == [
            "failed", "failed", "failed", "failed", "refused",
        ]  # fmt: skip


def test_a_sender_killed_on_the_way_leaves_it_to_a_person_and_sends_nothing_twice(
    scene, monkeypatch
):
    handed_over = []

    def killed(letter):
        handed_over.append(letter.id)
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "send", killed)
    scene.report().act("operator", "accept", category="0102").tell()
    with pytest.raises(KeyboardInterrupt):
        scene.send()

    soon = scene.send(timedelta(minutes=9))
    late = scene.send(timedelta(minutes=10))

    assert (soon, late, len(handed_over)) == (0, 0, 1)
    assert [row[3] for row in scene.told()] == ["unsure", "shown"]


def test_a_person_sends_again_what_did_not_arrive_and_nothing_else(scene, monkeypatch):
    monkeypatch.setattr(sending, "send", _refused)
    scene.report().act("operator", "accept", category="0102").tell()
    scene.send()
    monkeypatch.undo()
    by = scene.folk.actor("operator", AT)

    with office_transaction(scene.office):
        notice = Notice.objects.get(channel="sms").pk
        send_again(notice=notice, by=by, at=AT)
    scene.send()

    with office_transaction(scene.office):
        assert Notice.objects.get(pk=notice).status == "sent"
        assert [one.outcome for one in tries_of(notice)] == ["refused", "again", "sent"]
        with pytest.raises(NoticeRefused):
            send_again(notice=notice, by=by, at=AT)
        assert Delivery.objects.count() == 3


def _refused(letter):
    raise channels.NotSent("HTTP 400", is_final=True)


def test_a_person_reads_what_its_posts_and_bodies_were_told(scene):
    _dispatched(scene)
    scene.tell()
    lead, account = scene.folk.actor("lead", AT), scene.folk.accounts["lead"]
    other, theirs = scene.folk.actor("lead2", AT), scene.folk.accounts["lead2"]

    with office_transaction(scene.office):
        assert unread_count(actor=lead, account=account, at=AT) == 1
        assert unread_count(actor=other, account=theirs, at=AT) == 0
        foreign = mark_read(notices=None, account=theirs, by=other, at=AT)
        [line], more = told_to_me(actor=lead, account=account, at=AT, page=1, size=20)
        assert (line.is_read, line.number, more) == (False, scene.number, False)
        read = mark_read(notices=[line.id], account=account, by=lead, at=AT)
        again = mark_read(notices=None, account=account, by=lead, at=AT)

        assert (foreign, read, again) == (0, 1, 0)
        assert unread_count(actor=lead, account=account, at=AT) == 0
        assert told_about(case=scene.case, account=account)[-1].readers == 1


def test_a_role_is_told_by_the_posts_on_whose_ground_the_case_lies(scene):
    body = _dispatched(scene)
    scene.act("supervisor", "supervise")

    scene.tell()

    with office_transaction(scene.office):
        [line] = [one for one in told_about(case=scene.case) if one.whom.zh.endswith("督办员")]
    assert line.whom.zh == "城运中心督办员"
    assert ("watched", f"body:{body}", "in_app", "shown") in scene.told()


def test_notices_of_another_office_are_out_of_reach(scene):
    _dispatched(scene)
    scene.tell()

    assert [m.objects.count() for m in (Notice, Cursor, Delivery, ReadMark, Contact)] == [0] * 5
