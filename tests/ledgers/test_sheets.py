import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from linli.ledgers.sheets import MOST_UNPACKED, SheetRefused, SheetRow, read_sheet

TEXT = "编号,时间,街道\nA1,2018-02-08 15:34:40,龙田街道\nA2,2018-02-09 08:00:00,坪山街道\n"
ROWS = (
    SheetRow(2, {"编号": "A1", "时间": "2018-02-08 15:34:40", "街道": "龙田街道"}),
    SheetRow(3, {"编号": "A2", "时间": "2018-02-09 08:00:00", "街道": "坪山街道"}),
)


def workbook(rows):
    book, sink = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("gb18030"),
        TEXT.replace("\n", "\r\n").encode(),
        workbook([line.split(",") for line in TEXT.splitlines()]),
    ],
)
def test_the_same_ledger_is_read_from_any_kind_of_file(content):
    sheet = read_sheet("台账.csv", content)

    assert sheet.columns == ("编号", "时间", "街道")
    assert sheet.rows == ROWS


def test_lines_are_those_of_the_file_also_after_blank_and_broken_ones():
    text = '编号,说明\nA1,一\n\n,\nA2,"两\n行"\nA3,三,多出的\nA4\n'

    sheet = read_sheet("x.csv", text.encode())

    assert [(row.line, row.cells["编号"], row.cells["说明"]) for row in sheet.rows] == [
        (2, "A1", "一"),
        (5, "A2", "两\n行"),
        (7, "A3", "三"),
        (8, "A4", ""),
    ]


def test_a_workbook_gives_moments_and_whole_numbers_as_people_write_them():
    from_excel = workbook([["编号", "时间"], [72687.0, datetime.fromisoformat("2018-02-08T15:34")]])

    sheet = read_sheet("x.xlsx", from_excel)

    assert sheet.rows[0].cells == {"编号": "72687", "时间": "2018-02-08 15:34:00"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xlsx"),
        ("x.csv", b"", "没有内容"),
        ("x.csv", "编号,街道,街道\n1,2,3\n".encode(), "街道"),
        ("x.csv", "编号,,街道\n1,2,3\n".encode(), "列名"),
        ("x.xlsx", b"PK\x03\x04" + bytes(50), "损坏"),
        ("x.png", b"\x89PNG\r\n\x1a\n\x00\x00" + bytes(range(128, 256)), "UTF-8"),
        ("x.csv", b"a,b\n1,\x00\n", "UTF-8"),
    ],
)
def test_what_is_no_ledger_is_refused_with_a_cure(name, content, words):
    with pytest.raises(SheetRefused) as refused:
        read_sheet(name, content)

    assert words in refused.value.message.zh


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(MOST_UNPACKED + 1))

    with pytest.raises(SheetRefused) as refused:
        read_sheet("x.xlsx", sink.getvalue())

    assert "MB" in refused.value.message.zh


def test_a_cell_longer_than_csv_allows_is_refused_by_line():
    text = "编号,说明\nA1,一\nA2," + "长" * 200_000 + "\n"

    with pytest.raises(SheetRefused) as refused:
        read_sheet("x.csv", text.encode())

    assert "第 3 行" in refused.value.message.zh


def test_only_the_first_rows_and_named_columns_of_a_wide_workbook_count():
    sheet = read_sheet(
        "x.xlsx", workbook([["编号", "街道", None, None], ["A1", "甲", None, "旁注"]])
    )

    assert sheet.columns == ("编号", "街道")
    assert sheet.rows[0].cells == {"编号": "A1", "街道": "甲"}
