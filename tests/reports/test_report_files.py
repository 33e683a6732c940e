"""Word and PDF: the grid of an official page, fonts and bookmarks; an edited Word file is read back."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document

from linli.reports.documents import DocumentRefused
from linli.reports.printing import pdf as printing
from linli.reports.printing.pdf import PdfRefused, pdf
from linli.reports.printing.returning import Changed, returned
from linli.reports.printing.word import word
from linli.reports.writing.content import Block, Content, Run

CONTENT = Content(
    "塘桥街道2019年工作总结",
    (
        Block("grid", 1, (Run("一、城市运行"),)),
        Block(
            "grid", 0,
            (
                Run("全年受理"), Run("29274", "fig_grid_001"), Run("件，结案率"), Run("99.02%", "fig_grid_002"),
                Run("，第"), Run("14", is_stated=True), Run("次例会。#set [x] $y$"),
            ),
        ),
    ),
)  # fmt: skip
ISSUE = "塘办〔2020〕1号"


def parts(file):
    with ZipFile(BytesIO(file)) as packed:
        return packed.read("word/document.xml").decode()


def edited(change):
    document = Document(BytesIO(word(CONTENT, ISSUE)))
    change(document)
    sink = BytesIO()
    document.save(sink)
    return returned(sink.getvalue(), CONTENT, ISSUE)


def runs(document):
    return [run for paragraph in document.paragraphs for run in paragraph.runs]


def test_word_names_fonts_as_offices_do_and_gives_the_grid():
    xml = parts(word(CONTENT, ISSUE))

    assert set(re.findall(r'w:eastAsia="([^"]+)"', xml)) == {
        "仿宋_GB2312",
        "方正小标宋简体",
        "黑体",
    }
    assert set(re.findall(r'<w:spacing w:val="(-?\d+)"', xml)) == {"-5"}
    pitches = re.findall(r"<w:spacing [^>]*w:line=[^>]*>", xml)
    assert {tuple(re.findall(r'w:line(?:Rule)?="(\w+)"', one)) for one in pitches} == {
        ("exact", "579")
    }
    assert re.search(r'<w:pgSz w:w="(\d+)" w:h="(\d+)"', xml).groups() == ("11906", "16838")
    sizes = re.findall(r'<w:sz w:val="(\d+)"', xml)
    assert (sizes[0], set(sizes[1:])) == ("44", {"32"})


def test_each_number_stands_in_a_bookmark_of_its_own():
    xml = parts(word(CONTENT, ISSUE))

    assert re.findall(r'<w:bookmarkStart w:id="(\d+)" w:name="([^"]+)"', xml) == [
        ("1", "fig_grid_001"), ("2", "fig_grid_002"),
    ]  # fmt: skip
    assert re.findall(r'<w:bookmarkEnd w:id="(\d+)"', xml) == ["1", "2"]


def test_an_untouched_file_comes_back_clean():
    assert edited(lambda document: None).is_clean


def test_a_changed_number_a_lost_one_and_new_digits_are_listed():
    def change(document):
        for run in runs(document):
            run.text = run.text.replace("29274", "29300").replace("次例会", "次例会，另有88件")

    found = edited(change)
    assert found.changed == (Changed("fig_grid_001", "29274", "29300"),)
    assert (found.lost, found.unbound) == ((), ("88",))

    def lose(document):
        for run in runs(document):
            run.text = run.text.replace("99.02%", "")

    assert edited(lose).lost == ("fig_grid_002",)


def test_prose_may_be_edited_freely():
    def change(document):
        for run in runs(document):
            run.text = run.text.replace("全年受理", "这一年共受理").replace("例会", "会议")

    assert edited(change).is_clean


def test_a_file_that_is_no_word_file_is_refused():
    with pytest.raises(DocumentRefused, match="no Word file"):
        returned(b"not a file", CONTENT)


def test_pdf_holds_the_text_as_it_is(pages):
    (lines,) = pages(pdf(CONTENT, ISSUE))

    assert lines[:3] == ["塘桥街道2019年工作总结", ISSUE, "一、城市运行"]
    assert "".join(lines[3:-1]) == "全年受理29274件，结案率99.02%，第14次例会。#set [x] $y$"
    assert lines[-1] == "— 1 —"


def test_a_full_page_of_the_pdf_has_22_lines_of_28_characters(pages):
    full = Content("题", (Block("a", 0, (Run("国" * 26 + "徽" * 28 * 60),)),))

    second = pages(pdf(full))[1]

    assert second[-1] == "— 2 —"
    assert [len(line) for line in second[:-1]] == [28] * 22


def test_without_typst_or_fonts_the_refusal_says_what_to_do(monkeypatch):
    monkeypatch.setattr(printing, "families", frozenset)
    with pytest.raises(PdfRefused, match="No Chinese font on this machine"):
        pdf(CONTENT)

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(printing.importlib, "import_module", missing)
    with pytest.raises(PdfRefused, match=r"pip install 'linli\[pdf\]'"):
        pdf(CONTENT)
