"""A report as PDF, set by typst from the same content, with whatever Chinese fonts the machine has."""

from __future__ import annotations

import importlib
import json
from functools import lru_cache
from typing import Any

from linli.reports.printing.charts import drawn_marks, laid, told_of
from linli.reports.printing.layout import (
    BODY,
    BODY_PT,
    BOTTOM_MM,
    CELL_PITCH_PT,
    CELL_PT,
    FACES,
    FOOT_PT,
    HEAD,
    LEFT_MM,
    PITCH_PT,
    RIGHT_MM,
    TITLE,
    TITLE_PT,
    TOP_MM,
    TRACKING_PT,
    Face,
)
from linli.reports.writing.content import Block, Content, Table, caption
from linli.rulebook.mechanism import Label
from linli.ui.diagrams.pictures import picture

WHOLE_PT = 0.6 * (297 - TOP_MM - BOTTOM_MM) * 72 / 25.4  # what is higher may go on over the page
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
    parts += [_block(block) for block in content.blocks]
    return "\n\n".join(parts)


def _preamble() -> str:
    gap = PITCH_PT - BODY_PT
    return f"""#set page(paper: "a4", margin: (top: {TOP_MM}mm, bottom: {BOTTOM_MM}mm, left: {LEFT_MM}mm, right: {RIGHT_MM}mm),
  footer: context align(center, text(size: {FOOT_PT}pt)[— #counter(page).display() —]))
#set text(font: {fonts(BODY)}, size: {BODY_PT}pt, tracking: {TRACKING_PT}pt, lang: "zh", region: "cn",
  top-edge: 0.88em, bottom-edge: -0.12em, hyphenate: false, cjk-latin-spacing: none,
  costs: (orphan: 0%, widow: 0%))
#set par(leading: {gap}pt, spacing: {gap}pt, first-line-indent: (amount: 2em, all: true), justify: true)"""


def _title(heading: str, issue_number: str) -> str:
    number = f"\n#align(center)[#{plain(issue_number)}]" if issue_number else ""
    return (
        f'#align(center, text(font: {fonts(TITLE)}, size: {TITLE_PT}pt, weight: "bold")'
        f"[#par(first-line-indent: 0em)[#{plain(heading)}]]){number}\n#v({PITCH_PT}pt)"
    )


def _block(block: Block) -> str:
    if block.table is not None:
        chart = _chart(block, block.table) if block.table.chart else ""
        whole = f"{chart}{_table(block, block.table)}"
        return f"#layout(size => {{ let it = [{whole}]\n  block(breakable: measure(it, width: size.width).height > {WHOLE_PT:.1f}pt, it) }})"
    words = "".join(f"#{plain(run.text)}" for run in block.runs)
    if not block.level:
        return words
    return f"#block(sticky: true)[#text(font: {fonts(FACES[block.level])})[#h(2em){words}]]"


def _chart(block: Block, table: Table) -> str:
    drawn = picture(
        drawn_marks(block), kind=table.chart, label=caption(table), families=_drawn(HEAD) or _drawn(BODY)
    )  # fmt: skip
    image = (
        f'image(bytes({quoted(drawn)}), format: "svg", width: 100%, alt: {quoted(told_of(block))})'
    )
    return f"#block(above: {PITCH_PT / 2}pt, below: 6pt, sticky: true, {image})\n\n"


def _table(block: Block, table: Table) -> str:
    set_ = laid(block)
    shares = ", ".join(f"{share}fr" for share in set_.shares)
    head = ", ".join(f"[#{plain(said)}]" for said in set_.columns)
    rows = ",\n".join(", ".join(f"[#{plain(run.text)}]" for run in row) for row in set_.rows)
    numbers = "".join(f"{at}, " for at in sorted(set_.numbers))
    return f"""#[#set par(first-line-indent: 0em, justify: false, leading: {CELL_PITCH_PT - CELL_PT}pt)
#set text(size: {CELL_PT}pt)
#set table.cell(breakable: false)
#block(above: 8pt, below: 6pt, sticky: true, width: 100%, align(center, text(font: {fonts(HEAD)})[#{plain(caption(table))}]))
#block(below: {PITCH_PT}pt)[#table(columns: ({shares},), stroke: 0.5pt, inset: (x: 3pt, y: 4pt),
  align: (x, y) => if y == 0 {{ center + horizon }} else if ({numbers}).contains(x) {{ right + horizon }} else {{ left + horizon }},
  table.header({head}),
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
