"""Charts and tables of a report: one description drawn on the page, in Word and in PDF, every number from records."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from reports.conftest import NOON, THEN, entered, staffed

from linli.registry.isolation import office_transaction
from linli.reports.printing.charts import drawn_marks, laid, told_of
from linli.reports.printing.returning import Changed, returned
from linli.reports.printing.word import word
from linli.reports.rounds.actions import ReportRefused, confirm_section, freeze, open_round
from linli.reports.rounds.actions import write_section as write
from linli.reports.rounds.queries import drift, round_view
from linli.reports.writing.content import Block, Content, Run, Table
from linli.rulebook.loading import shipped
from linli.ui.diagrams.pictures import picture

CHART = "{chart:historic-order.entered|by=category|bar|title=各类工单}"


def frozen(folk, people, text):
    """The small report of June 2025 with this text in its first section; gives its key."""
    editor = people["editor"]
    with office_transaction(folk.office):
        report = open_round(template="small", period="2025-06", by=editor, at=THEN)
        write(report=report, section="orders", text=text, revision=0, by=editor, at=THEN)
        for section, revision in (("orders", 1), ("ahead", 0)):
            confirm_section(report=report, section=section, revision=revision, by=editor, at=THEN)
        freeze(report=report, by=editor, at=THEN, book=shipped())
    return report


def months(values):
    rows = [(Run(f"2019年{n}月", is_stated=True), Run(str(v), f"fig_m_{n:03}")) for n, v in values]
    table = Table(
        "各月60岁以上", ("月份", "件数"), (3, 2), 1, "件", "column", tuple(v for _, v in values)
    )
    return Block("m", 0, tuple(run for row in rows for run in row), table)


@pytest.fixture
def people(folk, shelf):
    return staffed(folk)


def test_a_chart_counts_the_records_it_draws_and_moves_with_them(folk, people):
    entered(folk.office, 3)
    entered(folk.office, 2, category="绿化", first=10)
    report = frozen(folk, people, f"各类如下。\n\n{CHART}")

    with office_transaction(folk.office):
        snapshot = round_view(report).snapshot
        block = next(one for one in snapshot.content.blocks if one.table)
        printed = {row[0].text: row[1] for row in block.rows}
        entered(folk.office, 1, category="绿化", first=20, at=NOON)
        moved = drift(report, shipped())

    assert {name: run.text for name, run in printed.items()} == {"市容": "3", "绿化": "2"}
    assert block.table.values == (3.0, 2.0)
    assert [snapshot.numbers[run.mark].records for run in printed.values()] == [3, 2]
    in_text = [one for one in moved if one.mark.startswith("fig_")]
    assert [(one.mark, one.printed, one.now) for one in in_text] == [
        (printed["绿化"].mark, "2", "3")
    ]


def test_a_chart_of_nothing_says_so(folk, people):
    report = frozen(folk, people, CHART)

    with office_transaction(folk.office):
        blocks = round_view(report).snapshot.content.blocks

    assert blocks[1].text == "各类工单：没有记录可分列。"
    assert blocks[1].table is None


@pytest.mark.parametrize(
    "text",
    [
        f"如{CHART}所示",
        "{chart:historic-order.entered|bar}",
        "{chart:historic-order.entered|by=category|pie}",
        "{chart:historic-order.entered|by=nothing|bar}",
        "{plan:no-such-plan|rows}",
        "{plan:gumei-14th-five-year-plan|colour=met}",
    ],
)
def test_a_chart_asked_for_wrongly_is_refused_when_it_is_frozen(folk, people, text):
    with pytest.raises(ReportRefused):
        frozen(folk, people, text)


def test_word_draws_the_chart_itself_and_tells_it_in_words():
    block = months([(1, 5), (2, 7)])
    file = word(Content("题", (block,)))

    with ZipFile(BytesIO(file)) as packed:
        chart = packed.read("word/charts/chart1.xml").decode()
        body = packed.read("word/document.xml").decode()
    assert re.findall(r'<c:pt idx="\d"><c:v>([^<]+)', chart) == ["1月", "2月", "5", "7"]
    assert re.findall(r'descr="([^"]+)"', body) == [
        "柱形图：各月60岁以上（单位：件），共2项，最高2019年2月7，最低2019年1月5；各项的数见下表。"
    ]
    assert 'w:name="fig_m_001"' in body


def test_a_table_comes_back_clean_and_a_changed_cell_is_caught():
    content = Content("题", (months([(n, n) for n in range(1, 13)]),))

    document = Document(BytesIO(word(content)))
    clean = returned(word(content), content)
    run = document.tables[0].cell(1, 1).paragraphs[0].runs[0]
    assert run.text == "1"
    run.text = "9"
    sink = BytesIO()
    document.save(sink)

    assert clean.is_clean
    assert returned(sink.getvalue(), content).changed == (Changed("fig_m_001", "1", "9"),)


def test_twelve_rows_stand_in_two_halves():
    set_ = laid(months([(n, n) for n in range(1, 13)]))

    assert set_.columns == ("月份", "件数", "月份", "件数")
    assert [cell.text for cell in set_.rows[0]] == ["2019年1月", "1", "2019年7月", "7"]
    assert len(set_.rows) == 6


@pytest.mark.parametrize("kind", ["bar", "column", "line"])
def test_the_picture_says_its_words_and_keeps_markup_out(kind):
    block = months([(1, 5), (2, 7)])

    drawn = picture(drawn_marks(block), kind=kind, label="甲<乙>", families=["黑体"])

    assert "<title>甲&lt;乙&gt;</title>" in drawn
    assert ">1月</text>" in drawn
    assert "甲<乙>" not in drawn


def test_no_data_breaks_the_drawing_and_is_said():
    block = months([(1, None), (2, 7)])
    nothing = months([(1, None)])

    assert "最高2019年2月7，最低2019年2月7" in told_of(block)
    assert told_of(nothing).endswith("都没有数据。")
