"""A chart in a Word file as Word's own chart, its numbers written in it: drawn with the office's fonts, no picture."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as WordDocument
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.text.run import Run as WordRun

from linli.reports.printing.charts import drawn_marks, told_of
from linli.reports.printing.layout import BODY
from linli.reports.writing.content import Block
from linli.ui.drawing import Mark

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
EMU_A_MM = 36_000
WIDE_MM, HIGH_MM, ROW_MM, DENSE_ROW_MM = 155, 62, 7, 4
DENSE_FROM = 13  # so that a chart and its table share a page
SHAPE, GRID, LETTER, DENSE_LETTER = "2F6FD0", "D5D9DF", 1000, 800


def draw(document: WordDocument, run: WordRun, block: Block, nth: int) -> None:
    """Put a block's chart into a run; `nth` counts the charts of the document from 1."""
    assert block.table
    name = PackURI(f"/word/charts/chart{nth}.xml")
    is_dense = len(block.rows) >= DENSE_FROM and block.table.chart == "bar"
    xml = _chart(
        block.table.title, block.table.chart, drawn_marks(block), is_dense=is_dense
    ).encode()
    part = Part(name, KIND, xml, document.part.package)
    relation = document.part.relate_to(part, f"{RELATION}/chart")
    row = DENSE_ROW_MM if is_dense else ROW_MM
    high = row * len(block.rows) + 10 if block.table.chart == "bar" else HIGH_MM
    run._r.append(parse_xml(_frame(relation, nth, block, high)))  # noqa: SLF001 - python-docx draws no charts


def _frame(relation: str, nth: int, block: Block, high: int) -> str:
    assert block.table
    title, told = quoteattr(block.table.title), quoteattr(told_of(block))
    return (
        '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'<wp:inline xmlns:wp="{DRAWING}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{WIDE_MM * EMU_A_MM}" cy="{high * EMU_A_MM}"/>'
        f'<wp:docPr id="{nth}" name={title} descr={told}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{MAIN}"><a:graphicData uri="{CHART}">'
        f'<c:chart xmlns:c="{CHART}" xmlns:r="{RELATION}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def _chart(title: str, kind: str, marks: list[Mark], *, is_dense: bool) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace xmlns:c="{CHART}" xmlns:a="{MAIN}">'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f"{_plot(title, kind, marks)}{_axes(kind)}</c:plotArea>"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_letters(DENSE_LETTER if is_dense else LETTER)}</c:chartSpace>"
    )


def _plot(title: str, kind: str, marks: list[Mark]) -> str:
    series = (
        f'<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:v>{escape(title)}</c:v></c:tx>'
        f"{_style(kind)}{_labels(kind)}<c:cat><c:strLit>{_points(mark.label for mark in marks)}</c:strLit></c:cat>"
        f"<c:val><c:numLit><c:formatCode>General</c:formatCode>{_points(_number(mark) for mark in marks)}"
        "</c:numLit></c:val>"
    )
    axes = '<c:axId val="1"/><c:axId val="2"/>'
    if kind == "line":
        return (
            '<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>'
            f'{series}<c:smooth val="0"/></c:ser><c:marker val="1"/>{axes}</c:lineChart>'
        )
    way = "bar" if kind == "bar" else "col"
    return (
        f'<c:barChart><c:barDir val="{way}"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{series}</c:ser><c:gapWidth val="60"/>{axes}</c:barChart>'
    )


def _number(mark: Mark) -> str:
    return "" if mark.value is None else repr(mark.value)


def _points(values: Iterator[str]) -> str:
    said = list(values)
    points = "".join(
        f'<c:pt idx="{nth}"><c:v>{escape(one)}</c:v></c:pt>' for nth, one in enumerate(said) if one
    )
    return f'<c:ptCount val="{len(said)}"/>{points}'


def _style(kind: str) -> str:
    fill = f'<a:solidFill><a:srgbClr val="{SHAPE}"/></a:solidFill>'
    if kind == "line":
        return (
            f'<c:spPr><a:ln w="25400">{fill}</a:ln></c:spPr>'
            '<c:marker><c:symbol val="circle"/><c:size val="5"/></c:marker>'
        )
    return f'<c:spPr>{fill}</c:spPr><c:invertIfNegative val="0"/>'


def _labels(kind: str) -> str:
    place = "t" if kind == "line" else "outEnd"
    shown = "".join(
        f'<c:{name} val="{int(name == "showVal")}"/>'
        for name in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
    )  # fmt: skip
    return f'<c:dLbls><c:dLblPos val="{place}"/>{shown}</c:dLbls>'


def _axes(kind: str) -> str:
    across, up = ("l", "b") if kind == "bar" else ("b", "l")
    way = "maxMin" if kind == "bar" else "minMax"
    grid = f'<a:ln w="6350"><a:solidFill><a:srgbClr val="{GRID}"/></a:solidFill></a:ln>'
    return (
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{way}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{across}"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="low"/><c:crossAx val="2"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{up}"/><c:majorGridlines><c:spPr>{grid}</c:spPr></c:majorGridlines>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:crossAx val="1"/><c:crosses val="{"max" if kind == "bar" else "autoZero"}"/></c:valAx>'
    )


def _letters(size: int) -> str:
    font = quoteattr(BODY.office)
    return (
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}"><a:latin typeface="Times New Roman"/>'
        f"<a:ea typeface={font}/></a:defRPr></a:pPr><a:endParaRPr/></a:p></c:txPr>"
    )
