"""Ledgers filled in for you: what the pages and the sheets hold, and what they leave out."""

import csv
import io

import pytest
from openpyxl import load_workbook
from walking import log_in, report, text

pytestmark = pytest.mark.django_db
SECRET = "13800000077"


@pytest.fixture
def reported(folk):
    _visitor, number = report("井盖破损", contact="张大爷", phone=SECRET)
    return number


def rows(username, address):
    answer = log_in(username).get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_list_says_how_much_of_each_is_known(folk):
    page = text(log_in("operator").get("/staff/layouts/"))

    assert "网格案件台账" in page
    assert "12 / 12" in page
    assert "退单与重办台账" in page
    assert "8 / 9" in page


def test_a_ledger_holds_what_was_entered_once(folk, reported):
    table = rows("operator", "/staff/layouts/grid-cases/list.csv")

    assert table[0][:4] == ["案件编号", "发现时间", "案件类别", "问题描述"]
    assert [row[0] for row in table[1:]] == [reported]
    assert table[1][3] == "井盖破损"


def test_the_page_names_the_columns_that_remain(folk, reported):
    page = text(log_in("operator").get("/staff/layouts/grid-returns/"))

    assert "会商结论" in page.split("这些列邻里不带出")[1].split("</ul>")[0]
    assert reported in page


def test_the_workbook_is_the_same_table(folk, reported):
    answer = log_in("operator").get("/staff/layouts/grid-cases/list.xlsx")

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]][:2] == ["案件编号", "发现时间"]
    assert sheet["A2"].value == reported


def test_personal_columns_stay_empty(folk):
    client = log_in("operator")
    address = "/staff/intake/hotline-order/register/"
    given = {
        "order_no": "SH-1", "kind": "help", "what": "楼道灯不亮", "contact": "张大爷", "phone": SECRET,
    }  # fmt: skip
    page = client.get(address)
    key = page.content.decode().split('name="key" value="')[1].split('"')[0]
    sent = client.post(address, {**given, "key": key})
    assert sent.status_code in {200, 302}

    answer = client.get("/staff/layouts/hotline-orders/list.csv").content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(answer)))
    assert [row["工单编号"] for row in table] == ["SH-1"]
    assert [row["来电人"] for row in table] == [""]
    assert SECRET not in answer
    assert "来电人" in text(client.get("/staff/layouts/hotline-orders/"))


def test_another_year_has_its_own_rows(folk, reported):
    assert rows("operator", "/staff/layouts/grid-cases/list.csv?year=2019")[1:] == []


def test_who_holds_no_post_gets_no_ledger(folk, reported):
    assert log_in("nobody").get("/staff/layouts/grid-cases/list.csv").status_code == 403


def test_what_is_not_there_is_not_found(folk):
    client = log_in("operator")

    assert client.get("/staff/layouts/no-such/").status_code == 404
    assert client.get("/staff/layouts/grid-cases/list.pdf").status_code == 404


def test_a_layout_that_does_not_fit_is_named_with_its_column(folk, tmp_path, monkeypatch):
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts/own.yaml").write_text(
        "layout: own\ntitle: {zh: 自己的表, en: Our own}\nof: grid-case\ncolumns: {编号: number, 高: .height}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("linli.ledgers.layouts.own_folder", lambda: tmp_path)

    page = text(log_in("operator").get("/staff/layouts/"))

    assert "自己的表（own）：列“高”：没有字段“height”" in page
