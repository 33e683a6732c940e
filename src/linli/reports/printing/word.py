"""A report as a Word file: each number in a bookmark of its own, fonts named as offices name them."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from linli.reports.printing.charts import Captions, Laid, captioned, laid
from linli.reports.printing.layout import (
    BODY,
    BODY_PT,
    BOTTOM_MM,
    CELL_PITCH_PT,
    CELL_PT,
    FACES,
    FOOT_PT,
    HEAD,
    KEPT_TOGETHER,
    LEFT_MM,
    PAGE_MM,
    PITCH_PT,
    RIGHT_MM,
    TITLE,
    TITLE_PT,
    TOP_MM,
    TRACKING_PT,
    Face,
    title_lines,
)
from linli.reports.printing.wordcharts import draw
from linli.reports.writing.content import Block, Content, Run

LATIN = "Times New Roman"
TWENTIETHS = 20
TYPE_MM = 155.0


def word(content: Content, issue_number: str = "") -> bytes:
    """Give a report as a .docx file."""
    document = Document()
    _page(document)
    _title(document, content.heading, issue_number)
    writer = _Writer(document)
    for block, captions in captioned(content):
        writer.write(block, captions)
    sink = BytesIO()
    document.save(sink)
    return sink.getvalue()


class _Writer:
    """Writes blocks; bookmarks are numbered through the document."""

    def __init__(self, document: WordDocument) -> None:
        self.document = document
        self.bookmarks = 0
        self.charts = 0

    def write(self, block: Block, captions: Captions | None) -> None:
        if captions is None:
            self._paragraph(block)
            return
        if captions.chart:
            self._chart(block)
            self._caption(captions.chart)
        self._caption(captions.table, is_kept=True)
        self._grid(laid(block))
        _small(self.document.add_paragraph())

    def _paragraph(self, block: Block) -> None:
        paragraph = _line(self.document.add_paragraph())
        paragraph.paragraph_format.first_line_indent = Pt(2 * (BODY_PT + TRACKING_PT))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        if block.level:
            paragraph.paragraph_format.keep_with_next = True
        for run in block.runs:
            set_run = _dressed(paragraph.add_run(run.text), FACES[block.level], BODY_PT)
            if run.mark:
                self._bookmark(set_run, run.mark)

    def _chart(self, block: Block) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        self.charts += 1
        draw(self.document, paragraph.add_run(), block, self.charts)

    def _caption(self, said: str, *, is_kept: bool = False) -> None:
        """Write what stands above a table, kept with it, or below a chart."""
        title = _small(self.document.add_paragraph(), before=CELL_PT)
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.keep_with_next = is_kept
        _dressed(title.add_run(said), HEAD, CELL_PT)

    def _grid(self, set_: Laid) -> None:
        grid = self.document.add_table(len(set_.rows) + 1, len(set_.columns), style="Table Grid")
        grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = [Mm(TYPE_MM * share / sum(set_.shares)) for share in set_.shares]
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = width
        rows = [tuple(Run(said) for said in set_.columns), *set_.rows]
        for nth, (line, cells) in enumerate(zip(grid.rows, rows, strict=True)):
            _kept_whole(line._tr, is_head=not nth)  # noqa: SLF001 - python-docx has no repeated head
            for at, (cell, run) in enumerate(zip(line.cells, cells, strict=True)):
                cell.width = widths[at]
                self._cell(cell, run, is_head=not nth, is_number=at in set_.numbers)
                if nth < len(set_.rows) <= KEPT_TOGETHER:
                    cell.paragraphs[0].paragraph_format.keep_with_next = True

    def _cell(self, cell: _Cell, run: Run, *, is_head: bool, is_number: bool) -> None:
        paragraph = _small(cell.paragraphs[0])
        if is_head or is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if is_number and not is_head:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        written = _dressed(paragraph.add_run(run.text), HEAD if is_head else BODY, CELL_PT)
        if run.mark:
            self._bookmark(written, run.mark)

    def _bookmark(self, run: WordRun, name: str) -> None:
        self.bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self.bookmarks))
        start.set(qn("w:name"), name)
        run._r.addprevious(start)  # noqa: SLF001 - python-docx has no bookmarks of its own
        run._r.addnext(end)  # noqa: SLF001


def _page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    section.footer_distance = Mm(BOTTOM_MM - 14)
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _dressed(paragraph.add_run("— "), BODY, FOOT_PT)
    field = _dressed(paragraph.add_run(), BODY, FOOT_PT)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if text:
            part = OxmlElement("w:instrText")
            part.text = text
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        field._r.append(part)  # noqa: SLF001
    _dressed(paragraph.add_run(" —"), BODY, FOOT_PT)


def _title(document: WordDocument, heading: str, issue_number: str) -> None:
    for line in title_lines(heading):
        title = _line(document.add_paragraph())
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.keep_with_next = True
        _dressed(title.add_run(line), TITLE, TITLE_PT)
    if issue_number:
        number = _line(document.add_paragraph())
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _dressed(number.add_run(issue_number), BODY, BODY_PT)
    _line(document.add_paragraph())


def _small(paragraph: Paragraph, before: float = 0) -> Paragraph:
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(CELL_PITCH_PT)
    shape.space_before, shape.space_after = Pt(before), Pt(0)
    return paragraph


def _kept_whole(row: CT_Row, *, is_head: bool) -> None:
    """Keep a row of a table on one page, and repeat the head on every page."""
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))


def _line(paragraph: Paragraph) -> Paragraph:
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(PITCH_PT)
    shape.space_before = shape.space_after = Pt(0)
    shape.widow_control = False
    return paragraph


def _dressed(run: WordRun, face: Face, size: float) -> WordRun:
    run.font.name, run.font.size = LATIN, Pt(size)
    properties = run._r.get_or_add_rPr()  # noqa: SLF001
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), face.office)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(int(TRACKING_PT * TWENTIETHS)))
    properties.insert_element_before(
        spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang"
    )
    return run
