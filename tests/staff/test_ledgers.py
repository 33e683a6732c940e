"""The ledger pages: sent in, looked at, other columns chosen, confirmed, reported; all without JavaScript."""

import csv
import io
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from townsfolk import PASSWORD

from linli.casework.models import Case
from linli.ledgers.models import LedgerImport, LedgerUpload
from linli.registry.isolation import office_transaction

MAP = """
ledger: visits
title: {zh: 走访, en: Visits}
mechanism: historic-order
number: {column: 编号}
steps: [{action: enter, at: {column: 时间}}]
fields:
  ref: {column: 编号}
  category: {column: 类别}
  on_time: {column: 按时, codes: {"1": true, "0": false}, wanted: true}
"""
ROWS = [
    ("编号", "时间", "类别", "别的类别", "按时"),
    ("A1", "2018-02-08 15:34:00", "市容", "甲", "1"),
    ("A2", "昨天", "市容", "乙", "1"),
    ("A3", "2018-02-09 15:34:00", "=市容", "丙", ""),
]


def ledger(rows=ROWS, name="走访.csv"):
    sink = io.StringIO()
    csv.writer(sink).writerows(rows)
    return SimpleUploadedFile(name, sink.getvalue().encode())


def own_map(words=MAP):
    return SimpleUploadedFile("visits.yaml", words.encode())


def client(username="director"):
    browser = Client()
    assert browser.post(
        "/staff/login/", {"username": username, "password": PASSWORD}
    ).status_code == 302  # fmt: skip
    return browser


def text(answer):
    return unescape(" ".join(answer.content.decode().split()))


def counted(folk, model):
    with office_transaction(folk.office):
        return model.objects.count()


@pytest.fixture
def sent(folk):
    """Give a browser that looks at the preview of a ledger, and the preview's address."""
    browser = client()
    answer = browser.post("/staff/ledgers/", {"file": ledger(), "own_map": own_map()})
    assert answer.status_code == 302, text(answer)
    return browser, answer["Location"]


def test_a_ledger_is_previewed_before_anything_is_written(folk, sent):
    browser, address = sent

    page = browser.get(address)

    laid = page.context["laid"]
    assert (laid.fresh, laid.repeated, laid.rejected, laid.kept) == (2, 0, 1, 1)
    assert [(note.line, bad) for note, bad in laid.problems] == [(3, True), (4, False)]
    assert [(row.line, row.number) for row in laid.first_rows] == [(2, "A1"), (4, "A3")]
    becomes = {column.name: [label.zh for label in column.becomes] for column in laid.columns}
    assert becomes["类别"] == ["一级类别"]
    assert becomes["别的类别"] == ["不导入"]
    assert "“昨天”不是时间" in text(page)
    assert counted(folk, Case) == counted(folk, LedgerImport) == 0


def test_other_columns_can_be_chosen_and_the_file_need_not_be_sent_again(folk, sent):
    browser, address = sent

    answer = browser.post(address, {"field.category": "别的类别", "field.on_time": ""})
    laid = browser.get(answer["Location"]).context["laid"]

    assert answer.status_code == 302
    assert (laid.rules.fields["category"].column, "on_time" in laid.rules.fields) == (
        "别的类别",
        False,
    )
    assert (laid.fresh, laid.kept) == (2, 0)
    assert browser.post(address, {"number": ""}).status_code == 422


def test_a_confirmed_ledger_enters_and_is_reported_with_the_rows_left_out(folk, sent):
    browser, address = sent

    answer = browser.post(f"{address}bring-in/")
    report = browser.get(answer["Location"])

    row = report.context["done"].row
    assert (row.rows, row.added, row.repeated, row.rejected) == (3, 2, 0, 1)
    assert "已导入：新增 2 件" in text(report)
    assert counted(folk, Case) == 2
    assert counted(folk, LedgerUpload) == 0
    table = browser.get(f"{answer['Location']}rows.csv")
    lines = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [(line[0], line[1], line[2]) for line in lines[1:]] == [
        ("3", "未导入", "时间"), ("4", "缺项已收", "按时"),
    ]  # fmt: skip
    assert "走访.csv" in text(browser.get("/staff/ledgers/"))


def test_a_ledger_confirmed_twice_enters_once(folk, sent):
    browser, address = sent
    browser.post(f"{address}bring-in/")

    again = browser.post(f"{address}bring-in/", follow=True)

    assert "请重新上传" in text(again)
    assert (counted(folk, Case), counted(folk, LedgerImport)) == (2, 1)


def test_a_ledger_given_up_leaves_nothing(folk, sent):
    browser, address = sent

    browser.post(f"{address}give-up/")

    assert counted(folk, Case) == counted(folk, LedgerUpload) == counted(folk, LedgerImport) == 0
    assert browser.get(address).status_code == 302


def test_cells_that_look_like_formulas_come_back_harmless(folk):
    browser = client()
    rows = [("=cmd", *ROWS[0][1:]), ("A1", "昨天", "x", "y", "1")]
    named = MAP.replace("{column: 编号}", '{column: "=cmd"}').replace("时间}", "时间}")
    address = browser.post(
        "/staff/ledgers/",
        {"file": ledger([*rows, ("", "2018-02-08 15:34:00", "x", "y", "1")]), "own_map": own_map(named)},
    )["Location"]  # fmt: skip
    done = browser.post(f"{address}bring-in/")["Location"]

    table = browser.get(f"{done}rows.csv").content.decode("utf-8-sig")

    assert ",'=cmd," in table


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "请选择要导入的台账文件"),
        ({"file": ledger}, "请选择一份映射"),
        ({"file": ledger, "map": "nothing"}, "请选择一份映射"),
        (
            {"file": lambda: SimpleUploadedFile("x.xls", b"\xd0\xcf\x11\xe0"), "own_map": own_map},
            ".xlsx",
        ),
        ({"file": ledger, "own_map": lambda: own_map("ledger: [")}, "YAML"),
        ({"file": ledger, "own_map": lambda: own_map(MAP.replace("enter", "leave"))}, "leave"),
    ],
)
def test_what_cannot_be_previewed_is_refused_in_place_with_the_cure(folk, given, words):
    sent = {name: value() if callable(value) else value for name, value in given.items()}

    answer = client().post("/staff/ledgers/", sent)

    assert answer.status_code == 422
    assert words in text(answer)
    assert counted(folk, LedgerUpload) == 0


def test_a_ledger_that_lacks_columns_says_which_and_lets_others_be_chosen(folk):
    rows = [tuple(cell for n, cell in enumerate(row) if n != 2) for row in ROWS]
    browser = client()
    sent = {"file": ledger(rows), "own_map": own_map()}
    address = browser.post("/staff/ledgers/", sent)["Location"]

    page = browser.get(address)
    assert "文件缺少映射需要的列：类别" in text(page)
    browser.post(address, {"field.category": "别的类别"})

    assert browser.get(address).context["laid"].fresh == 2


@pytest.mark.parametrize("username", ["operator", "handler"])
def test_only_who_has_the_duty_may_bring_ledgers_in(folk, sent, username):
    _, address = sent
    browser = client(username)

    assert browser.get("/staff/ledgers/").status_code == 403
    assert browser.post("/staff/ledgers/", {"file": ledger()}).status_code == 403
    assert browser.get(address).status_code == 403
    assert browser.post(f"{address}bring-in/").status_code == 403
    assert browser.get("/staff/ledgers/imports/1/").status_code == 403
    assert "/staff/ledgers/" not in text(browser.get("/staff/"))


def test_more_imports_ask_no_more_of_the_database(folk, sent, django_assert_max_num_queries):
    browser, address = sent
    browser.post(f"{address}bring-in/")
    browser.get("/staff/ledgers/")
    with django_assert_max_num_queries(25) as few:
        browser.get("/staff/ledgers/")
    asked = len(few)
    for _ in range(3):
        sending = {"file": ledger(), "own_map": own_map()}
        browser.post(browser.post("/staff/ledgers/", sending)["Location"] + "bring-in/")
    browser.get("/staff/ledgers/")

    with django_assert_max_num_queries(asked):
        page = browser.get("/staff/ledgers/")

    assert len(page.context["done"]) == 4
