"""Votes at the office and for residents: a lift from the pasted roll to the result, through the pages alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from townsfolk import CENTRE, settle
from walking import log_in

from linli.casework.proof.merkle import tree_root
from linli.reports.printing import pdf as printing

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
ROLL = "\n".join(f"{floor}01\t58.40\t\t产证" for floor in range(1, 5))
NEW = {
    "title": "三号楼加装电梯",
    "question": "是否同意加装电梯？",
    "rules": "owners-special",
    "secrecy": "signed",
    "roll": ROLL,
}


@pytest.fixture
def office(db):
    return settle()


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


def desk(name):
    return log_in(name)


def do(client, verb, vote=None, **given):
    answer = client.post(f"/staff/votes/{vote or number(client)}/do/{verb}/", given)
    assert answer.status_code == 302, re.findall(r'role="alert">(.*?)</p>', answer.text, re.DOTALL)
    return client.get(answer["Location"])


def number(client):
    return re.findall(r"/staff/votes/(\d+)/", client.get("/staff/votes/").text)[0]


def opened(client):
    assert client.post("/staff/votes/", NEW).status_code == 302
    do(client, "publish")
    do(client, "open", closes_at="2026-03-09T18:00")
    text = client.get(f"/staff/votes/{number(client)}/forms/").text
    return number(client), re.findall(r'<span class="code">([A-Z2-7-]{14})</span>', text)


def key(name, vote, form, mark):
    given = {"number": form, "mark": mark, "received_at": "2026-03-02T09:00", "channel": "door"}
    return desk(name).post(f"/staff/votes/{vote}/keying/", given)


def test_a_vote_goes_from_the_pasted_roll_to_its_result(office, clock):
    chair, resident = desk("director"), Client()
    vote, codes = opened(chair)
    ballot = f"/votes/{vote}/ballot/"

    question = resident.get(ballot, {"form": "0001", "code": codes[0]})
    cast = resident.post(ballot, {"form": "1", "code": codes[0].lower(), "mark": "yes"})
    second = resident.post(ballot, {"form": "0002", "code": codes[1], "mark": "yes"})
    for name in ("operator", "verifier"):
        assert key(name, vote, "3", "yes").status_code == 302
    clock.move_to(START + timedelta(days=8), tick=False)
    chair = desk("director")
    do(chair, "close")
    wrong = chair.post(f"/staff/votes/{vote}/do/reconcile/", {"returned": 3, "spoiled": 0, "outstanding": 1})  # fmt: skip
    do(chair, "reconcile", returned=1, spoiled=0, outstanding=3)
    counted = do(chair, "count")
    do(chair, "post", until="2026-03-11T18:00")
    public = resident.get(f"/votes/{vote}/").text
    proof = resident.get(f"/votes/{vote}/leaves.json").json()
    clock.move_to(START + timedelta(days=10), tick=False)
    settled = do(desk("director"), "settle")

    assert "是否同意加装电梯？" in question.text
    assert [answer.status_code for answer in (question, cast, second)] == [200, 200, 200]
    assert "已收到，谢谢您" in cast.text
    assert (wrong.status_code, "票数不符：发出 4" in wrong.text) == (422, True)
    assert (
        "同意占参与表决人数 100.0000%，须达到 3/4：3 × 4 = 12 &gt; 3 × 3 = 9，达到" in counted.text
    )
    assert "结果：通过" in public
    assert tree_root([bytes.fromhex(leaf) for leaf in proof["leaves"]]).hex() == proof["root"]
    assert len(proof["leaves"]) == 3
    assert "公示期满，决定生效" in settled.text


def test_an_objection_from_a_resident_reopens_the_result(office, clock):
    chair, resident = desk("director"), Client()
    vote, codes = opened(chair)
    for form, code in enumerate(codes, 1):
        resident.post(f"/votes/{vote}/ballot/", {"form": form, "code": code, "mark": "yes"})
    clock.move_to(START + timedelta(days=8), tick=False)
    chair = desk("director")
    do(chair, "close")
    do(chair, "reconcile", returned=0, spoiled=0, outstanding=4)
    do(chair, "count")
    do(chair, "post", until="2026-03-11T18:00")

    sent = resident.post(f"/votes/{vote}/", {"text": "201 没有投过票"})
    told = resident.get(sent["Location"]).text
    often = [resident.post(f"/votes/{vote}/", {"text": " "}) for _ in range(3)][-1]
    stopped = chair.post(f"/staff/votes/{vote}/do/settle/")
    objection = re.findall(
        r'name="objection" value="(\d+)"', chair.get(f"/staff/votes/{vote}/").text
    )
    do(chair, "rule", objection=objection[0], is_upheld="yes", ruling="查明属实")
    do(chair, "annul", seq=2, reason="查明属实")
    do(chair, "reconcile", returned=0, spoiled=0, outstanding=4)
    again = do(chair, "count")

    assert sent.status_code == 302
    assert "异议已登记，编号 1" in told
    assert ("第 1 号" in told, "待处理" in told, "201 没有投过票" in told) == (True, True, False)
    assert "提交过于频繁" in often.text
    assert stopped.status_code == 422
    assert "结果：通过" in again.text
    assert "参与表决：175.20 ㎡、3 人 (75.0000% / 75.0000%)" in again.text
    assert "（已宣布无效）" in again.text


def test_a_wrong_code_shows_no_question_and_what_is_wrong_with_a_roll_is_said(office, clock):
    chair, resident = desk("director"), Client()
    vote, codes = opened(chair)

    refused = resident.get(f"/votes/{vote}/ballot/", {"form": "0002", "code": codes[0]})
    unfit = chair.post("/staff/votes/", {**NEW, "roll": "101 大"})
    unknown = chair.post("/staff/votes/", {**NEW, "roll": "101"})

    assert (refused.status_code, "您家的意见" in refused.text) == (422, False)
    assert (unfit.status_code, "名册第 1 行的面积不是数字：大" in unfit.text) == (422, True)
    assert "面积不明，不能计算面积占比：101" in unknown.text


def test_who_may_see_and_lead_votes(office, clock):
    chair = desk("director")
    vote, _codes = opened(chair)
    pages = [
        "/staff/votes/", f"/staff/votes/{vote}/", f"/staff/votes/{vote}/keying/", f"/staff/votes/{vote}/mandates/"
    ]  # fmt: skip
    forms = f"/staff/votes/{vote}/forms/"

    found = {
        name: [desk(name).get(page).status_code for page in [*pages, forms]]
        for name in [*CENTRE, "handler", "director"]
    }

    told = {"collector": 403, "operator": 403, "verifier": 403, "director": 200}
    assert found == {
        name: [200, 200, 200, 200, told[name]] if name in told else [403] * 5 for name in found
    }
    assert desk("operator").post(f"/staff/votes/{vote}/do/close/").status_code == 422
    assert Client().get(pages[0]).status_code == 302
    assert [Client().get(page).status_code for page in ("/votes/", f"/votes/{vote}/", "/votes/999/")] == [200, 200, 404]  # fmt: skip


def test_by_household_code_the_office_sees_who_voted_but_not_what_was_said(office, clock):
    chair, resident = desk("director"), Client()
    chair.post("/staff/votes/", {**NEW, "secrecy": "household"})
    do(chair, "publish")
    do(chair, "open", closes_at="2026-03-09T18:00")
    vote = number(chair)
    code = re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", chair.get(f"/staff/votes/{vote}/forms/").text)[0]  # fmt: skip
    resident.post(f"/votes/{vote}/ballot/", {"form": "1", "code": code, "mark": "no"})

    seen = chair.get(f"/staff/votes/{vote}/").text

    assert ("不按户公开" in seen, "反对" in seen) == (True, False)


def test_a_vote_not_yet_published_is_not_shown_to_residents(office, clock):
    chair = desk("director")
    chair.post("/staff/votes/", NEW)

    assert Client().get(f"/votes/{number(chair)}/").status_code == 404
    assert "三号楼" not in Client().get("/votes/").text


def mandate(vote, name="operator", **changed):
    said = {
        "units": "202", "holder": "王五", "choice": "yes", "given_at": "2026-03-02T08:00", "until": "",
        "scan": SimpleUploadedFile("委托书.pdf", b"%PDF-1.7\n%%EOF", "application/pdf"),
    }  # fmt: skip
    return desk(name).post(f"/staff/votes/{vote}/mandates/", {**said, **changed})


def keyed(vote, form, mark, mandate="", at="2026-03-02T10:00"):
    for name in ("operator", "verifier"):
        given = {"number": form, "mark": mark, "received_at": at, "mandate": mandate}
        assert desk(name).post(f"/staff/votes/{vote}/keying/", given).status_code == 302


def test_forms_come_as_pdf_one_to_a_page_with_number_question_and_code(office, clock):
    chair = desk("director")
    vote, codes = opened(chair)

    answer = chair.get(f"/staff/votes/{vote}/forms.pdf")
    operator = desk("operator").get(f"/staff/votes/{vote}/forms.pdf")

    printed = pypdfium2.PdfDocument(answer.content)
    pages = [page.get_textpage().get_text_range() for page in printed]
    assert (answer["Content-Type"], len(pages), operator.status_code) == ("application/pdf", 4, 403)
    assert answer["Cache-Control"] == "private, no-store"
    for place, (page, code) in enumerate(zip(pages, codes, strict=True), 1):
        assert f"000{place}" in page
        assert f"室号：{place}01" in page
        assert "是否同意加装电梯？" in page
        assert f"查询码 {code}" in page
        assert "截止：2026年3月9日18:00" in page.replace(" ", "")
    assert [len(list(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH]))) > 1 for page in printed] == [True] * 4  # fmt: skip


def test_without_typst_the_page_of_forms_says_what_to_do(office, clock, monkeypatch):
    chair = desk("director")
    vote, codes = opened(chair)

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(printing.importlib, "import_module", missing)
    answer = chair.get(f"/staff/votes/{vote}/forms.pdf")

    assert answer.status_code == 422
    assert "请运行 pip install &#x27;linli[pdf]&#x27;，或用浏览器打印这一页" in answer.text
    assert codes[0] in answer.text


def test_forms_are_ticked_one_by_one_and_the_numbers_that_differ_are_named(office, clock):
    chair = desk("director")
    vote, _codes = opened(chair)
    keyed(vote, "1", "yes", at="2026-03-02T09:00")
    keyed(vote, "3", "no", at="2026-03-02T09:00")
    do(chair, "spoil", number="2", reason="填错")
    before = chair.get(f"/staff/votes/{vote}/tally/").text
    clock.move_to(START + timedelta(days=8), tick=False)
    chair = desk("director")
    do(chair, "close")
    tally = f"/staff/votes/{vote}/tally/"

    wrong = chair.post(tally, {"here": ["0001", "0004"]})
    right = chair.post(tally, {"here": ["0001", "0003", "0002"]})

    assert before.count("未收回 ") + before.count("未收回\n") >= 2
    assert "填错" in before
    assert wrong.status_code == 422
    assert "记录收回而桌上没有：0003；桌上有而记录没有：0004" in wrong.text
    assert right.status_code == 302
    assert "逐张相符：发出 5" in chair.get(right["Location"]).text
    assert desk("operator").get(tally).status_code == 403


def test_what_one_keyed_last_of_when_a_paper_came_in_stands_there_for_the_next(office, clock):
    vote, _codes = opened(desk("director"))

    first, other = desk("operator"), desk("verifier")
    sent = {"number": "1", "mark": "yes", "received_at": "2026-03-02T09:00", "channel": "door"}
    page = first.get(first.post(f"/staff/votes/{vote}/keying/", sent)["Location"]).text
    blind = other.get(f"/staff/votes/{vote}/keying/?number=1").text

    assert 'value="2026-03-02T09:00"' in page
    assert re.search(r'value="door"\s+selected', page)
    assert "2026-03-02T09:00" not in blind


def owned(clock):
    """Open a vote over eight units, two of one owner, two unsold, one of co-owners, with a cap of one mandate."""
    chair = desk("director")
    roll = (
        "101 60 张\n102 60 张\n201 60 李 产证 2\n202 60\n301 60\n302 60 未售\n401 60 未售\n402 60"
    )
    limits = {"cap": "1", "cap_basis": "业主大会议事规则第九条"}
    assert chair.post("/staff/votes/", {**NEW, "roll": roll, **limits}).status_code == 302
    vote = number(chair)
    do(chair, "publish")
    do(chair, "open", closes_at="2026-03-09T18:00")
    clock.move_to(START + timedelta(hours=5), tick=False)
    return vote


def test_a_limit_on_proxies_names_its_source(office, clock):
    refused = desk("director").post("/staff/votes/", {**NEW, "cap": "1"})

    assert (refused.status_code, "限制委托要写明依据" in refused.text) == (422, True)


def test_mandates_are_entered_with_their_scan_listed_and_taken_back(office, clock):
    vote = owned(clock)

    sent = [mandate(vote), mandate(vote, scan=""), mandate(vote, units="101、202")]
    listed = desk("verifier").get(f"/staff/votes/{vote}/mandates/").text
    scan = desk("verifier").get(f"/staff/votes/{vote}/mandates/1/scan/")
    back = {"received_at": "2026-03-02T09:30", "reason": "本人来撤回"}
    taken = [desk("verifier").post(f"/staff/votes/{vote}/mandates/1/revoke/", back) for _ in "ab"]
    after = desk("verifier").get(f"/staff/votes/{vote}/mandates/").text

    assert [answer.status_code for answer in sent] == [302, 422, 422]
    assert "请附委托书的扫描件" in sent[1].text
    assert "一份委托书只写同一产权人的套" in sent[2].text
    assert ("王五" in listed, "一位受托人最多代 1 位业主" in listed) == (True, True)
    assert (scan.status_code, scan["Content-Type"], scan["Cache-Control"]) == (200, "application/pdf", "private, no-store")  # fmt: skip
    assert [answer.status_code for answer in taken] == [302, 422]
    assert "本人来撤回" in after
    assert desk("verifier").get(f"/staff/votes/{vote}/mandates/9/scan/").status_code == 404


def test_co_owners_have_forms_of_their_own(office, clock):
    vote = owned(clock)
    chair = desk("director")

    issued = do(chair, "issue", unit="201", signer="乙").text
    forms = chair.get(f"/staff/votes/{vote}/forms/").text
    again = chair.post(f"/staff/votes/{vote}/do/issue/", {"unit": "202", "signer": "甲"})

    assert "201 共有人乙的表格是 0009" in issued
    assert ("由共有人乙填写" in forms, "此套由 2 人共有" in forms) == (True, True)
    assert (again.status_code, "名册上 202 没有这位共有人" in again.text) == (422, True)


def test_proxies_co_owners_and_unsold_dwellings_stand_on_the_printed_sheet(office, clock):
    vote = owned(clock)
    do(desk("director"), "issue", unit="201", signer="乙")
    for given in ({}, {"units": "301"}):
        mandate(vote, **given)
    for form, mark, by in [("4", "yes", 1), ("5", "yes", 2), ("1", "yes", ""), ("3", "yes", ""), ("9", "no", ""), ("6", "yes", "")]:  # fmt: skip
        keyed(vote, form, mark, by)
    clock.move_to(START + timedelta(days=8), tick=False)
    chair = desk("director")
    do(chair, "close")
    do(chair, "reconcile", returned=6, spoiled=0, outstanding=3)
    sheet = do(chair, "count").text
    public = Client().get(f"/votes/{vote}/").text

    for text in (sheet, public):
        assert "名册：8 户，480.00 ㎡、6 人" in text
        assert "同一产权人有多套：1 位共 2 套，各计一人" in text
        assert "未售出或未交付：2 套，合计一人" in text
        assert "受托人代投：2 票，计入 1 票" in text
        assert "收到 6 票 = 计入 3 + 不计 3（" in text
        assert "意见不一、不计为表决：李" in text
    assert "301 0005（同意）：受托人接受的委托超过上限" in sheet
    assert "201 0009 乙（反对）：共有人或同一业主意见不一，不计" in sheet
    assert ("301 0005" in public, "王五" in public, "王五" in sheet) == (False, False, False)


@pytest.mark.parametrize("times", [1, 3])
def test_the_list_of_votes_asks_the_database_no_more_for_three(
    office, clock, times, django_assert_max_num_queries
):
    chair = desk("director")
    for _ in range(times):
        chair.post("/staff/votes/", NEW)

    with django_assert_max_num_queries(20):
        assert chair.get("/staff/votes/").text.count("三号楼加装电梯") == times
