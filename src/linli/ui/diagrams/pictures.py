"""A chart as one SVG picture with its words in it, for pages of paper; the page on screen draws from the same layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from linli.ui.drawing import Bar, Drawing, Mark, bars, columns, line

WIDTH = 620
LEFT, RIGHT, TOP, FOOT, FIELD = 64.0, 8.0, 14.0, 26.0, 200.0
ROW, DENSE_ROW, DENSE_FROM, NAMES, SAID = 26.0, 17.0, 13, 170.0, 90.0
LETTERS, LETTER = 12, 13
INK, MUTED, GRID, SHAPE = "#1f2329", "#595f69", "#d5d9df", "#2f6fd0"

Piece = Iterator[str]
DRAWS: dict[str, Callable[[Sequence[Mark]], Drawing]] = {
    "bar": bars, "column": columns, "line": line,
}  # fmt: skip


def picture(marks: Sequence[Mark], *, kind: str, label: str, families: Sequence[str]) -> str:
    """Give a chart (bar, column or line) as SVG; `label` is its name to a screen reader."""
    drawing = DRAWS[kind](marks)
    if kind == "bar":
        row = (
            DENSE_ROW if len(marks) >= DENSE_FROM else ROW
        )  # so that a chart and its table share a page
        high, shapes = row * len(marks), list(_bars(drawing, row))
    else:
        high, shapes = TOP + FIELD + FOOT, list(_field(drawing, kind))
    fonts = quoteattr(", ".join([*families, "sans-serif"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high:g}" '
        f'width="{WIDTH}" height="{high:g}" role="img" font-family={fonts} font-size="{LETTER}">'
        f"<title>{escape(label)}</title>{''.join(shapes)}</svg>"
    )


def _bars(drawing: Drawing, row: float) -> Piece:
    room, thick = WIDTH - NAMES - SAID, row - 10 if row == ROW else row - 6
    for nth, bar in enumerate(drawing.bars):
        top, base = nth * row, nth * row + row / 2 + 5
        wide = bar.width / drawing.wide * room
        yield _word(_short(bar.mark.label), NAMES - 8, base, "end")
        yield f'<rect x="{NAMES:g}" y="{top + (row - thick) / 2:g}" width="{room:g}" height="{thick:g}" fill="#f0f2f5"/>'
        yield f'<rect x="{NAMES:g}" y="{top + (row - thick) / 2:g}" width="{wide:.1f}" height="{thick:g}" fill="{SHAPE}"/>'
        yield _word(bar.mark.said or "—", WIDTH - 4, base, "end")


def _field(drawing: Drawing, kind: str) -> Piece:
    wide = WIDTH - LEFT - RIGHT
    for share, said in ((0.0, drawing.ceiling), (0.5, drawing.middle), (1.0, "0")):
        y = TOP + FIELD * share
        yield f'<path d="M{LEFT:g} {y:g}H{WIDTH - RIGHT:g}" stroke="{GRID}"/>'
        yield _word(said, LEFT - 8, y + 4, "end", MUTED)
    for bar in drawing.bars:
        if kind == "column":
            yield _column(bar, drawing, wide)
        if bar.has_tick:
            middle = LEFT + (bar.left + bar.width / 2) / drawing.wide * wide
            yield _word(_short(bar.mark.label), middle, TOP + FIELD + 18, "middle", MUTED)
    for run in drawing.lines if kind == "line" else ():
        points = " ".join(_point(pair, drawing, wide) for pair in run.split())
        yield f'<polyline points="{points}" fill="none" stroke="{SHAPE}" stroke-width="2"/>'
        for pair in points.split():
            across, down = pair.split(",")
            yield f'<circle cx="{across}" cy="{down}" r="3" fill="{SHAPE}"/>'


def _column(bar: Bar, drawing: Drawing, wide: float) -> str:
    high = bar.height / drawing.high * FIELD
    x, across = LEFT + bar.left / drawing.wide * wide, bar.width / drawing.wide * wide
    y = TOP + FIELD - high
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{across:.1f}" height="{high:.1f}" fill="{SHAPE}"/>'
    )


def _point(pair: str, drawing: Drawing, wide: float) -> str:
    x, y = map(float, pair.split(","))
    return f"{LEFT + x / drawing.wide * wide:.1f},{TOP + y / drawing.high * FIELD:.1f}"


def _word(said: str, x: float, y: float, anchor: str, ink: str = INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}">{escape(said)}</text>'
    )


def _short(label: str) -> str:
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1]}…"
