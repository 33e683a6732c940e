"""Erasing at the desk: one asks, another confirms, and the register says what became of it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from townsfolk import AT, _staff
from walking import log_in, report, text

from linli.casework.erasing.actions import destroy
from linli.casework.erasing.register import Ground
from linli.casework.models import CaseKey, Destruction
from linli.registry.isolation import office_transaction

WHY = {"verb": "ask", "reason": "当事人来信要求删除", "texts": "1"}


def settle_officer(folk):
    """Give the centre a privacy officer."""
    with office_transaction(folk.office):
        by = folk.actor("director", AT)
        _staff(folk, folk.bodies["城运中心"], {"privacy_officer": "个人信息保护专员"}, by)


def reported():
    _visitor, number = report(contact="张三", phone="13800000001")
    return number, f"/staff/cases/{number}/erase/"


def test_one_asks_another_confirms_and_the_register_tells(folk):
    settle_officer(folk)
    number, address = reported()
    officer, director = log_in("privacy_officer"), log_in("director")

    assert officer.post(address, WHY).status_code == 302
    assert "请另一位有权限的人确认" in text(officer.get(address))
    assert officer.post(address, {"verb": "grant"}).status_code == 422
    assert number in text(director.get("/staff/destructions/"))
    assert director.post(address, {"verb": "grant"}).status_code == 302

    with office_transaction(folk.office):
        row = Destruction.objects.get()
        assert not CaseKey.objects.exists()
    page = text(director.get("/staff/destructions/"))
    assert bytes(row.hash).hex() in page
    assert "张三" not in text(director.get(f"/staff/cases/{number}/"))
    told = director.get("/staff/destructions.csv").content.decode("utf-8-sig")
    assert number in told
    assert bytes(row.signature).hex() in told


def test_a_request_may_be_turned_down(folk):
    settle_officer(folk)
    _number, address = reported()
    log_in("privacy_officer").post(address, WHY)

    assert log_in("director").post(address, {"verb": "refuse"}).status_code == 302

    with office_transaction(folk.office):
        assert CaseKey.objects.count() == 1
        assert Destruction.objects.count() == 0


def test_others_are_refused(folk):
    _number, address = reported()
    client = log_in("operator")

    assert client.get(address).status_code == 403
    assert client.post(address, WHY).status_code == 403
    assert client.get("/staff/destructions/").status_code == 403
    assert client.get("/staff/destructions.csv").status_code == 403


def test_the_register_takes_the_same_statements_for_one_line_and_for_three(folk):
    director = log_in("director")

    def destroyed():
        _number, _address = reported()
        with office_transaction(folk.office):
            case = CaseKey.objects.latest("case_id").case_id
            ground = Ground("retention", "保存三年", "到期", "auto:clock", AT)
            destroy(office=folk.office, case=case, with_texts=False, ground=ground)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert director.get("/staff/destructions/").status_code == 200
        return len(asked)

    destroyed()
    statements()
    for_one = statements()
    destroyed()
    destroyed()

    assert statements() == for_one
