"""A register filled from a sheet: by its labels, bad rows by line, a repeat changes only what differs."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from casework.building import AT, OfficeBuilt, an_office
from openpyxl import load_workbook

from linli.casework.models import Case, Reading, Step
from linli.ledgers.filling import ColumnsUnfit, Filling, columns_of
from linli.ledgers.printing import as_csv, as_workbook, harmless
from linli.ledgers.sheets import read_sheet
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import shipped

HEADER = "姓名,联系电话,志愿服务队,服务方向,注册日期\n"
ROWS = "王某,13800000001,互助队,为老服务,2026/3/2\n李某,13800000002,,综合,2026年3月5日\n"


@pytest.fixture
def office(db: None, settings, tmp_path) -> Iterator[OfficeBuilt]:
    settings.LINLI_HOME = tmp_path
    built = an_office()
    with office_transaction(built.id):
        yield built


def filled(office, text, at=AT, by="operator", register="volunteer", *, writes=True):
    filling = Filling(register, office.actors[by], at, shipped(), writes=writes)
    return filling.fill(read_sheet("volunteers.csv", text.encode()))


def told(result):
    return [(row.line, row.became, row.reason.zh if row.reason else "") for row in result.rows]


def test_a_look_writes_nothing_and_says_what_would_become(office):
    result = filled(office, HEADER + ROWS, writes=False)

    assert told(result) == [(2, "new", ""), (3, "new", "")]
    assert Case.objects.count() == 0


def test_good_rows_go_in_and_bad_ones_are_named_by_line_and_reason(office):
    bad = "赵某,,互助队,下棋,三月\n钱某,138-0000-0001,,综合,2026-03-02\n"

    result = filled(office, HEADER + ROWS + bad)

    assert told(result)[:2] == [(2, "new", ""), (3, "new", "")]
    assert told(result)[3] == (5, "bad", "与第 2 行重复。")
    line, became, reason = told(result)[2]
    assert (line, became) == (4, "bad")
    assert "联系电话：请填写“联系电话”。" in reason
    assert "注册日期：应填日期，如 2026-03-01。" in reason
    values = Case.objects.order_by("id").values_list("values", flat=True)
    assert [(v["skill"], v["joined_on"]) for v in values] == [
        ("elderly", "2026-03-02"), ("general", "2026-03-05"),
    ]  # fmt: skip
    assert "13800000001" not in str(list(values))


def test_the_same_sheet_again_changes_nothing_and_a_changed_row_is_amended(office):
    filled(office, HEADER + ROWS)
    before = Step.objects.count()

    again = filled(office, HEADER + ROWS, AT + timedelta(hours=1))
    changed = ROWS.replace("李某,13800000002,,", "李小某,13800000002,互助队,")
    amended = filled(office, HEADER + changed, AT + timedelta(hours=2))

    assert [row.became for row in again.rows] == ["same", "same"]
    assert [row.became for row in amended.rows] == ["same", "changed"]
    assert Step.objects.count() == before + 1
    step = Step.objects.order_by("-at").first()
    assert (step.action, step.values, list(step.commitments)) == (
        "amend", {"team": "互助队"}, ["name"],
    )  # fmt: skip
    assert Reading.objects.count() == 0


def test_a_row_that_comes_twice_in_a_sheet_is_said(office):
    result = filled(office, HEADER + ROWS + ROWS.splitlines()[0] + "\n")

    assert told(result)[2] == (4, "bad", "与第 2 行重复。")


def test_rows_outside_ones_duties_are_refused_also_in_the_look(office):
    result = filled(office, HEADER + ROWS, by="handler", writes=False)

    assert [row.became for row in result.bad] == ["bad", "bad"]
    assert Case.objects.count() == 0


def test_columns_that_are_not_the_registers_are_refused_with_the_cure(office):
    with pytest.raises(ColumnsUnfit) as refused:
        filled(office, "姓名,电话号码\n王某,1\n")

    assert refused.value.message.zh == (
        "不认识的列：电话号码；缺少的列：注册日期、联系电话、服务方向。请下载模板，照它的列名填写。"
    )


def test_the_columns_are_those_of_the_enrolment_form():
    names = [rule.zh for _, rule in columns_of(shipped().mechanisms["venue"])]

    assert names == ["场所名称", "场所类型", "地址", "可同时容纳人数", "开放时间"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_taken_for_a_formula(text):
    assert harmless(text) == f"'{text}"
    sheet = load_workbook(io.BytesIO(as_workbook(["栏"], [[text]]))).worksheets[0]
    assert sheet["A2"].data_type == "s"
    assert as_csv(["栏"], [[text]]).decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")
