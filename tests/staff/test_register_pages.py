"""Register pages: the list with search, filling from a sheet with a look first, and the list as a file."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from townsfolk import PASSWORD

from linli.casework.models import Case
from linli.registry.isolation import office_transaction

HEADER = "场所名称,场所类型,可同时容纳人数,开放时间\n"
ROWS = "古美文化活动中心,文化活动中心,600,周二至周日\n=平南睦邻中心,睦邻中心,80,\n"
PAGE = "/staff/registers/venue/"


@pytest.fixture
def clerk(folk, client):
    answer = client.post("/staff/login/", {"username": "operator", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def look(client, text):
    sheet = SimpleUploadedFile("venues.csv", text.encode())
    return client.post(f"{PAGE}fill/", {"sheet": sheet})


def fill(client, text=HEADER + ROWS):
    upload = look(client, text).context["upload"]
    return client.post(f"{PAGE}fill/{upload}/")


def venues(folk):
    with office_transaction(folk.office):
        return Case.objects.filter(mechanism="venue").count()


def test_a_sheet_is_looked_at_before_anything_is_written(folk, clerk):
    answer = look(clerk, HEADER + ROWS + "无类型的场所,,1,\n")

    assert (answer.status_code, answer.context["added"], len(answer.context["bad"])) == (200, 2, 1)
    assert "请选择“场所类型”" in answer.content.decode()
    assert venues(folk) == 0


def test_a_confirmed_sheet_fills_the_register_once(folk, clerk):
    upload = look(clerk, HEADER + ROWS).context["upload"]
    first = clerk.post(f"{PAGE}fill/{upload}/")
    second = clerk.post(f"{PAGE}fill/{upload}/")
    again = fill(clerk)

    assert (first.context["added"], second.status_code, again.context["same"]) == (2, 302, 2)
    assert venues(folk) == 2


def test_wrong_columns_are_refused_with_the_cure(clerk):
    answer = look(clerk, "名字\n某处\n")

    assert answer.status_code == 422
    assert "不认识的列：名字" in answer.content.decode()


def test_the_list_shows_columns_and_finds_by_what_an_entry_says(clerk):
    fill(clerk)

    whole = clerk.get(PAGE)
    found = clerk.get(PAGE, {"q": "平南"})
    none = clerk.get(PAGE, {"q": "100%"})

    assert [row.cells[0] for row in found.context["page"].rows] == ["=平南睦邻中心"]
    assert (whole.context["page"].total, none.context["page"].total) == (2, 0)
    assert "文化活动中心" in whole.content.decode()


def test_the_list_as_a_file_holds_no_formula(clerk):
    fill(clerk)

    book = load_workbook(io.BytesIO(clerk.get(f"{PAGE}list.xlsx").content)).worksheets[0]
    text = clerk.get(f"{PAGE}list.csv").content.decode("utf-8-sig")

    assert [cell.value for cell in book[1]][:3] == ["编号", "场所名称", "场所类型"]
    assert {book["B2"].value, book["B3"].value} == {"古美文化活动中心", "'=平南睦邻中心"}
    assert "'=平南睦邻中心" in text


def test_a_volunteer_is_found_by_telephone_and_never_shown_with_it(folk, clerk):
    sheet = "姓名,联系电话,服务方向,注册日期\n王某,13800000001,综合,2026-03-02\n"
    upload = clerk.post(
        "/staff/registers/volunteer/fill/",
        {"sheet": SimpleUploadedFile("v.csv", sheet.encode())},
    ).context["upload"]
    clerk.post(f"/staff/registers/volunteer/fill/{upload}/")

    page = clerk.get("/staff/registers/volunteer/", {"q": "138 0000 0001"})
    text = clerk.get("/staff/registers/volunteer/list.csv").content.decode()

    assert page.context["page"].total == 1
    assert "王某" not in page.content.decode()
    assert "13800000001" not in text


def test_the_template_is_read_back_as_a_sheet_of_the_register(clerk):
    book = load_workbook(io.BytesIO(clerk.get(f"{PAGE}template.xlsx").content)).worksheets[0]

    assert [cell.value for cell in book[1]] == [
        "场所名称",
        "场所类型",
        "地址",
        "可同时容纳人数",
        "开放时间",
    ]


def test_the_registers_page_counts_current_entries_and_what_is_no_register_has_no_page(clerk):
    fill(clerk)

    listed = {m.mechanism: n for m, n in clerk.get("/staff/registers/").context["registers"]}

    assert listed["venue"] == 2
    assert clerk.get("/staff/registers/grid-case/").status_code == 404


def test_a_points_register_says_when_its_inspections_come(clerk):
    coming = clerk.get("/staff/registers/waste-point/").context["coming"]

    assert [(m.mechanism, action.zh) for m, action, _at in coming] == [
        ("waste-inspection", "生成本月检查")
    ]


@pytest.mark.parametrize("page", ["registers/", "registers/venue/", "registers/venue/fill/"])
def test_the_pages_ask_for_a_login(folk, client, page):
    assert client.get(f"/staff/{page}").status_code == 302


def test_who_may_not_enrol_may_not_fill(folk, client):
    client.post("/staff/login/", {"username": "handler", "password": PASSWORD})

    assert client.get(f"{PAGE}fill/").status_code == 404
    assert look(client, HEADER + ROWS).status_code == 404
    assert client.get(PAGE).status_code == 200
