"""The pages of platforms: a list taken in, what differs, what goes back; and the same by machine."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from exchange.lists import COLUMNS, order
from keyed import new_key
from openpyxl import load_workbook
from walking import log_in, text

from linli.exchange.models import OutsideOrder
from linli.ledgers.printing import as_csv, as_workbook
from linli.registry.isolation import office_transaction

PAGE = "/staff/platforms/city-12345/"
ORDERS = "/exchange/v1/city-12345/orders"
REPLIES = "/exchange/v1/city-12345/replies"


def listed(*rows, name="orders.xlsx"):
    write = as_workbook if name.endswith("xlsx") else as_csv
    return SimpleUploadedFile(name, write(COLUMNS, rows))


def now_order(number, **more):
    return order(number, due="2099-03-09 17:30", **more)


def test_a_list_is_taken_in_looked_over_and_told_back(folk):
    browser = log_in("operator")
    sent = {"file": listed(now_order("A1"), now_order("A2", kind="表扬")), "opens": "1"}

    done = browser.post(PAGE, sent, follow=True)

    assert "收到 2 行：新立 1 件，状态有变 0 件，未收 1 行" in text(done)
    assert [(note.line, note.column) for note in done.context["done"].notes] == [(3, "诉求类型")]
    page = browser.get(PAGE)
    assert [(one.kind, one.total) for one in page.context["differences"]] == [
        ("missing_here", 1), ("missing_there", 0), ("other_status", 0), ("late", 0),
    ]  # fmt: skip
    assert page.context["waiting_count"] == 1
    answer = browser.post(f"{PAGE}tell/", {"kind": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    [head, row] = sheet.iter_rows(values_only=True)
    assert (head[0], row[0], row[2]) == ("工单编号", "A1", "已签收")
    assert browser.get(PAGE).context["waiting_count"] == 0
    csv = browser.post(f"{PAGE}tell/", {"kind": "csv", "all": "1"}).content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("A1,")


def test_a_case_shows_its_number_there_and_is_found_by_it(folk):
    browser = log_in("operator")
    browser.post(PAGE, {"file": listed(now_order("A1"), name="orders.csv"), "opens": "1"})

    jumped = browser.get("/staff/jump/", {"number": "A1"}, follow=True)

    assert jumped.redirect_chain[0][0].startswith("/staff/cases/")
    assert "市 12345 热线平台" in text(jumped)
    assert [number for _label, number, _due in jumped.context["outside"]] == ["A1"]


def test_a_file_that_is_no_list_is_refused_in_place(folk):
    browser = log_in("operator")

    answer = browser.post(PAGE, {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})

    assert answer.status_code == 422
    assert "清单缺少这些列：工单编号、工单状态、派发时间" in text(answer)
    assert browser.post(PAGE, {}).status_code == 422


@pytest.mark.parametrize("address", [PAGE, "/staff/platforms/", f"{PAGE}lists/1/"])
def test_posts_that_open_no_such_case_are_shut_out(folk, address):
    assert log_in("handler").get(address).status_code == 403
    assert log_in("handler").post(f"{PAGE}tell/", {"kind": "csv"}).status_code == 403


def test_unknown_platforms_and_lists_are_not_there(folk):
    browser = log_in("director")

    assert browser.get("/staff/platforms/").status_code == 200
    assert browser.get("/staff/platforms/nowhere/").status_code == 404
    assert browser.get(f"{PAGE}lists/999/").status_code == 404
    assert browser.post(f"{PAGE}tell/", {"kind": "exe"}).status_code == 404


def called(client, address, key, told):
    return client.post(
        address, json.dumps(told), content_type="application/json", headers={"X-Api-Key": key}
    )


def as_rows(*rows):
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def test_a_machine_sends_orders_and_takes_replies_until_it_says_it_has_them(folk, client):
    key = new_key(folk, scopes=("exchange",))
    told = {"orders": as_rows(now_order("A1"), now_order("A2", kind="表扬"))}

    first = called(client, ORDERS, key, told).json()
    again = called(client, ORDERS, key, {"orders": told["orders"][:1]}).json()

    assert {name: first[name] for name in ("rows", "opened", "changed", "rejected")} == {
        "rows": 2, "opened": 1, "changed": 0, "rejected": 1,
    }  # fmt: skip
    assert [(note["row"], note["column"]) for note in first["notes"]] == [(2, "诉求类型")]
    assert (again["opened"], again["rejected"]) == (0, 0)
    waiting = client.get(REPLIES, headers={"X-Api-Key": key}).json()
    [reply] = waiting["replies"]
    assert (reply["row"]["工单编号"], reply["row"]["工单状态"], waiting["more"]) == (
        "A1",
        "已签收",
        0,
    )
    assert client.get(REPLIES, headers={"X-Api-Key": key}).json() == waiting
    assert called(client, REPLIES, key, {"taken": ["old"]}).json() == {"taken": []}
    assert called(client, REPLIES, key, {"taken": [reply["mark"]]}).json() == {
        "taken": [reply["mark"]]
    }
    assert client.get(REPLIES, headers={"X-Api-Key": key}).json()["replies"] == []
    with office_transaction(folk.office):
        assert OutsideOrder.objects.get(number="A1").case.opened_by.startswith("machine:")
    page = log_in("director").get(PAGE)
    assert [names.zh for _row, names in page.context["batches"]] == ["市民随手拍"] * 3


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, "give orders: a list of objects"),
        ({"orders": []}, "orders is empty"),
        ({"orders": [{"工单编号": ["A1"]}]}, "every column is a text or a number"),
        ({"orders": [{"工单编号": "A1"}]}, "The list lacks columns: 工单状态, 派发时间"),
    ],
)
def test_what_a_machine_sends_wrong_is_said(folk, client, told, why):
    key = new_key(folk, scopes=("exchange",))

    answer = client.post(
        f"{ORDERS}.json", json.dumps(told), content_type="application/json",
        headers={"X-Api-Key": key, "Accept-Language": "en"},
    )  # fmt: skip

    assert (answer.status_code, answer.json()[0]["description"]) == (400, why)


def test_a_key_for_something_else_exchanges_nothing(folk, client):
    key = new_key(folk, scopes=("report",))

    assert called(client, ORDERS, key, {"orders": as_rows(now_order("A1"))}).status_code == 403
    assert client.get(REPLIES).status_code == 403
    assert (
        called(client, "/exchange/v1/nowhere/orders", new_key(folk, ("exchange",)), {}).status_code
        == 404
    )
