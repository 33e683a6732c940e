"""A report as PDF, set by typst from the same content, with whatever Chinese fonts the machine has."""

from __future__ import annotations

import importlib
import json
from functools import lru_cache
from typing import Any

from linli.reports.printing.charts import Captions, captioned, drawn_marks, laid, told_of
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
from linli.reports.writing.content import Block, Content, caption
from linli.rulebook.mechanism import Label
from linli.ui.diagrams.pictures import picture

WIDE_MM = PAGE_MM[0] - LEFT_MM - RIGHT_MM
# A chart is drawn somewhat smaller when it then fits on the page. When it does not, its table goes first and fills the page.
# Where that is, a mark of no height tells: the chart itself would tell the page it was moved to.
PLATE = f"""#let plate(name, draw, table) = {{
  block(height: 0pt, above: 0pt, below: 0pt, [#metadata(none) #label(name)])
  context {{
    let left = {PAGE_MM[1] - BOTTOM_MM}mm - locate(label(name)).position().y - {PITCH_PT / 2}pt
    let high(it) = measure(it, width: {WIDE_MM}mm).height
    let fits = (100%, 90%, 80%).filter(part => high(draw(part)) <= left)
    if fits.len() > 0 {{ draw(fits.first()); table }}
    else if high(table) <= left or left > {(PAGE_MM[1] - TOP_MM - BOTTOM_MM) / 4}mm {{ table; draw(100%) }}
    else {{ draw(100%); table }}
  }}
}}"""
LATIN = ("Times New Roman", "Liberation Serif", "Tinos")


class PdfRefused(Exception):
    """No PDF can be set here; `message` says what is missing and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def pdf(content: Content, issue_number: str = "") -> bytes:
    """Give a report as PDF. Raises PdfRefused when typst or every Chinese font is missing."""
    check_tools(Label(zh="或下载 Word 文件", en="or take the Word file"))
    return compiled(_source(content, issue_number))


def check_tools(instead: Label) -> None:
    """Refuse, with what can be done instead, where typst or every Chinese font is missing. Raises PdfRefused."""
    try:
        _typst()
    except ImportError:
        raise PdfRefused(
            f"没有安装 typst，印不成 PDF：请运行 pip install 'linli[pdf]'，{instead.zh}",
            f"typst is missing: pip install 'linli[pdf]', {instead.en}",
        ) from None
    if not _drawn(BODY):
        raise PdfRefused(
            f"这台机器上没有中文字体，印不成 PDF：请安装 Noto Serif CJK 或 Fandol 字体，{instead.zh}",
            f"No Chinese font on this machine: install Noto Serif CJK or Fandol, {instead.en}",
        )


def compiled(source: str) -> bytes:
    """Give the PDF of a typst source. Ask `check_tools` first."""
    made: bytes = _typst().compile(source.encode(), format="pdf")
    return made


def _typst() -> Any:
    return importlib.import_module("typst")


@lru_cache(maxsize=1)
def families() -> frozenset[str]:
    """Give the font families of this machine, as typst knows them."""
    fonts = _typst().Fonts()
    return frozenset(fonts.families())


def _drawn(face: Face) -> tuple[str, ...]:
    """Give the families of a face that are here, best first."""
    return tuple(name for name in face.families if name in families())


def _source(content: Content, issue_number: str) -> str:
    parts = [_preamble(), _title(content.heading, issue_number)]
    parts += [_block(block, captions) for block, captions in captioned(content)]
    return "\n\n".join(parts)


def _preamble() -> str:
    gap = PITCH_PT - BODY_PT
    return f"""#set page(paper: "a4", margin: (top: {TOP_MM}mm, bottom: {BOTTOM_MM}mm, left: {LEFT_MM}mm, right: {RIGHT_MM}mm),
  footer: context align(center, text(size: {FOOT_PT}pt)[— #counter(page).display() —]))
#set text(font: {fonts(BODY)}, size: {BODY_PT}pt, tracking: {TRACKING_PT}pt, lang: "zh", region: "cn",
  top-edge: 0.88em, bottom-edge: -0.12em, hyphenate: false, cjk-latin-spacing: none,
  costs: (orphan: 0%, widow: 0%))
{PLATE}
#set par(leading: {gap}pt, spacing: {gap}pt, first-line-indent: (amount: 2em, all: true), justify: true)"""


def _title(heading: str, issue_number: str) -> str:
    number = f"\n#align(center)[#{plain(issue_number)}]" if issue_number else ""
    lines = " #linebreak() ".join(f"#{plain(line)}" for line in title_lines(heading))
    return (
        f'#align(center, text(font: {fonts(TITLE)}, size: {TITLE_PT}pt, weight: "bold")'
        f"[#par(first-line-indent: 0em)[{lines}]]){number}\n#v({PITCH_PT}pt)"
    )


def _block(block: Block, captions: Captions | None) -> str:
    if captions is not None:
        table = _table(block, captions.table)
        if not captions.chart:
            return table
        name = quoted(captions.chart.partition("　")[0])
        return f"#plate({name}, {_chart(block, captions.chart)}, [{table}])"
    words = "".join(f"#{plain(run.text)}" for run in block.runs)
    if not block.level:
        return words
    return f"#block(sticky: true)[#text(font: {fonts(FACES[block.level])})[#h(2em){words}]]"


def _chart(block: Block, said: str) -> str:
    """Give a chart with its caption as a function of the part of the width it takes."""
    assert block.table
    drawn = picture(
        drawn_marks(block), kind=block.table.chart, label=caption(block.table), families=_drawn(HEAD) or _drawn(BODY)
    )  # fmt: skip
    image = (
        f'image(bytes({quoted(drawn)}), format: "svg", width: part, alt: {quoted(told_of(block))})'
    )
    return (
        f"part => block(above: {PITCH_PT / 2}pt, below: {PITCH_PT / 2}pt, breakable: false, width: 100%, align(center, "
        f"stack(spacing: 8pt, {image}, text(font: {fonts(HEAD)}, size: {CELL_PT}pt, {quoted(said)}))))"
    )


def _table(block: Block, said: str) -> str:
    """Give a table: it may go on over the page between rows, and takes its caption and its head along."""
    set_ = laid(block)
    shares = ", ".join(f"{share}fr" for share in set_.shares)
    head = ", ".join(f"[#{plain(one)}]" for one in set_.columns)
    title = f"table.cell(colspan: {len(set_.columns)}, stroke: none, text(font: {fonts(HEAD)}, {quoted(said)}))"
    rows = ",\n".join(", ".join(f"[#{plain(run.text)}]" for run in row) for row in set_.rows)
    numbers = "".join(f"{at}, " for at in sorted(set_.numbers))
    return f"""#[#set par(first-line-indent: 0em, justify: false, leading: {CELL_PITCH_PT - CELL_PT}pt)
#set text(size: {CELL_PT}pt)
#set table.cell(breakable: false)
#block(above: 8pt, below: {PITCH_PT}pt, breakable: {str(len(set_.rows) > KEPT_TOGETHER).lower()})[#table(columns: ({shares},), stroke: 0.5pt, inset: (x: 3pt, y: 4pt),
  align: (x, y) => if y < 2 {{ center + horizon }} else if ({numbers}).contains(x) {{ right + horizon }} else {{ left + horizon }},
  table.header({title}, {head}),
{rows})]]"""


def fonts(face: Face) -> str:
    """Give the fonts of a face that are here, as typst takes them, Latin letters apart."""
    names = [*(name for name in LATIN if name in families()), *_drawn(face), *_drawn(BODY)]
    latin = [
        f'(name: {quoted(name)}, covers: "latin-in-cjk")' if name in LATIN else quoted(name)
        for name in dict.fromkeys(names)
    ]
    return f"({', '.join(latin)},)"


def plain(words: str) -> str:
    """Give words as a typst call that takes them as they are; nothing in them is markup."""
    return f"text({quoted(words)});"


def quoted(words: str) -> str:
    """Give words as a typst string."""
    return json.dumps(words, ensure_ascii=False)
