"""The forms of a vote as a typst source: a page for each, with its number, its unit, the question, the code as QR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from zoneinfo import ZoneInfo

import segno

from linli.deliberation.queries import FormRow, VoteView
from linli.reports.printing.layout import BODY, HEAD
from linli.reports.printing.pdf import fonts, plain, quoted

SHANGHAI = ZoneInfo("Asia/Shanghai")
NUMBER_PT, TITLE_PT, BODY_PT, QR_MM = 28, 24, 19, 48
RULED = "#box(width: 45mm, stroke: (bottom: 0.6pt), outset: (bottom: 2pt))"


@dataclass(frozen=True)
class Leaf:
    """One form, and the address its QR leads to."""

    form: FormRow
    address: str


def forms_source(view: VoteView, leaves: Sequence[Leaf]) -> str:
    """Give the forms of a vote in the Chinese that households read, one to a page."""
    head = f"""#set page(paper: "a4", margin: 24mm)
#set text(font: {fonts(BODY)}, size: {BODY_PT}pt, lang: "zh", region: "cn", hyphenate: false)
#set par(leading: 0.9em, spacing: 1.3em)"""
    return "\n".join([head, "\n#pagebreak()\n".join(_page(view, leaf) for leaf in leaves)])


def _page(view: VoteView, leaf: Leaf) -> str:
    lines = [
        f"#align(right, text(font: {fonts(HEAD)}, size: {NUMBER_PT}pt)[#{plain(leaf.form.number)}])",
        f"#align(center, text(font: {fonts(HEAD)}, size: {TITLE_PT}pt)[#{plain(view.row.title)}])",
        _line(f"室号：{leaf.form.unit}"),
        *map(_line, _for_whom(leaf.form)),
        _line(view.question),
        *_answers(view),
        _line(f"截止：{_closing(view)}"),
        f"#grid(columns: (auto, 1fr), gutter: 8mm, {_qr(leaf.address)}, [{_beside(leaf.form)}])",
    ]
    return "\n\n".join(lines)


def _for_whom(form: FormRow) -> Iterator[str]:
    if form.signer:
        yield f"由共有人{form.signer}填写"
    elif form.owners > 1:
        yield f"此套由 {form.owners} 人共有：一户一票。各人意见不一的不计入。"


def _answers(view: VoteView) -> Iterator[str]:
    if view.slate is None or view.asked is None:
        yield _line("□ 同意　　□ 反对　　□ 弃权")
        yield f"{_line('签名：')}{RULED} {_line('日期：')}{RULED}"
        if view.rules.proxies is not None:
            yield _line("受托人代填的，写受托人姓名，附书面委托书。")
        return
    yield _line(f"在要选的项目前打勾：{view.asked.zh}。不写姓名。")
    for one in view.slate.projects:
        yield _line(f"□ {one.number}. {one.name}　{one.cost_shown} 元")


def _beside(form: FormRow) -> str:
    told = (
        "扫码用手机表决，或填好交回。",
        f"查询码 {form.code_in_groups}",
        "最后收到的有效票算数。",
    )
    return "\n\n".join(map(_line, told))


def _closing(view: VoteView) -> str:
    assert view.row.closes_at is not None
    closes = view.row.closes_at.astimezone(SHANGHAI)
    return f"{closes.year}年{closes.month}月{closes.day}日 {closes:%H:%M}"


def _line(words: str) -> str:
    return f"#{plain(words)}"


def _qr(address: str) -> str:
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", xmldecl=False)
    svg = quoted(drawn.getvalue().decode())
    return f'image(bytes({svg}), format: "svg", width: {QR_MM}mm, alt: "用手机表决")'
