"""Charts and tables of a report: one description drawn on the page, in Word and in PDF, every number from records."""

import re
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from docx import Document
from reports.conftest import NOON, THEN, entered, staffed

from linli.registry.isolation import office_transaction
from linli.reports.printing.charts import drawn_marks, laid, told_of
from linli.reports.printing.layout import BOTTOM_MM, PAGE_MM, TOP_MM, title_lines
from linli.reports.printing.pdf import pdf
from linli.reports.printing.returning import Changed, returned
from linli.reports.printing.word import word
from linli.reports.rounds.actions import ReportRefused, confirm_section, freeze, open_round
from linli.reports.rounds.actions import write_section as write
from linli.reports.rounds.queries import drift, round_view
from linli.reports.writing.content import Block, Content, Run, Table
from linli.rulebook.loading import shipped
from linli.ui.diagrams.pictures import picture

BOTTOM, HIGH = ((BOTTOM_MM - 2) * 72 / 25.4, (PAGE_MM[1] - TOP_MM - BOTTOM_MM) * 72 / 25.4)
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


def test_one_line_is_a_sentence_and_no_chart(folk, people):
    entered(folk.office, 3)
    report = frozen(folk, people, CHART)

    with office_transaction(folk.office):
        snapshot = round_view(report).snapshot

    block = snapshot.content.blocks[1]
    assert (block.text, block.table) == ("各类工单：只有市容一项，3。", None)
    assert [snapshot.numbers[run.mark].records for run in block.runs if run.mark] == [3]


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


def test_tables_and_charts_are_captioned_and_numbered_in_word_and_pdf(pages):
    plain = replace(months([(1, 5), (2, 7)]), table=replace(months([]).table, chart=""))
    content = Content("题", (plain, months([(n, n) for n in range(1, 13)])))

    said = [p.text for p in Document(BytesIO(word(content))).paragraphs]
    printed = pages(pdf(content))[0]

    wanted = {
        "表1　各月60岁以上（单位：件）",
        "图1　各月60岁以上（单位：件）",
        "表2　各月60岁以上（单位：件）",
    }
    assert {one for one in said if one.startswith(("表", "图"))} == wanted
    assert wanted <= {line.strip() for line in printed}
    single = Content("题", content.blocks[1:])
    assert returned(word(single), single).is_clean


@pytest.mark.parametrize("lines", range(2, 23, 4))
def test_no_page_before_the_last_stays_half_empty(lines):
    words, after = (
        tuple(Block("a", 0, (Run(sign * 26),)) for _ in range(count))
        for sign, count in (("前", lines), ("后", 30))
    )
    chart = months([(n, n) for n in range(1, 24)])
    bars = replace(chart, table=replace(chart.table, chart="bar"))

    blank = blank_of(pdf(Content("题", (*words, bars, *after))))

    assert len(blank) > 1
    assert max(blank[:-1]) < 0.3


def blank_of(made):
    """Give the part of each page's type area below its lowest line of text, the page number apart."""
    document = pypdfium2.PdfDocument(made)
    found = []
    for page in document:
        text = page.get_textpage()
        bottoms = [text.get_rect(n)[1] for n in range(text.count_rects())]
        lowest = min(bottom for bottom in bottoms if bottom > BOTTOM)
        found.append((lowest - BOTTOM) / HIGH)
        text.close()
        page.close()
    document.close()
    return found


def test_a_long_heading_breaks_between_words_in_two_like_lines():
    heading = "古美路街道“十四五”规划2025年实施评估报告"

    assert title_lines(heading) == ["古美路街道“十四五”规划", "2025年实施评估报告"]
    assert title_lines("塘桥街道2019年工作总结") == ["塘桥街道2019年工作总结"]
    assert [p.text for p in Document(BytesIO(word(Content(heading, ())))).paragraphs][
        :2
    ] == title_lines(heading)
