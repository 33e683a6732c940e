"""Laying a graph out, top to bottom, so that nothing overlaps whatever it says.

Every action is a row inside the box of the state it leaves. Arrows run in gutters beside the boxes, forward
ones on the right and returning ones on the left, so no arrow ever crosses a word. Arrows to the same state
on the same side share one lane.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linli.rulebook.explaining.paths import Graph, Node, Row
from linli.ui.diagrams.measuring import width_of, wrapped

TITLE, ACTION, WHO, HEADING = 14.0, 13.0, 12.0, 12.0
LINE = 1.4
PAD, GAP, BAND, LANE, EDGE = 9.0, 16.0, 24.0, 10.0, 8.0
HUES = 4
HEAD = 5.0


@dataclass(frozen=True)
class Words:
    """One line of text: where its baseline begins (or ends, when `is_end`), and what kind it is."""

    x: float
    y: float
    text: str
    kind: str
    size: float
    is_end: bool = False

    @property
    def left(self) -> float:
        """Give where it begins."""
        return self.x - width_of(self.text, self.size) if self.is_end else self.x

    @property
    def right(self) -> float:
        """Give where it ends."""
        return self.x if self.is_end else self.x + width_of(self.text, self.size)


@dataclass(frozen=True)
class Box:
    """A state: its outline, its words, and the thin lines between its rows."""

    key: str
    phase: str
    is_end: bool
    x: float
    y: float
    width: float
    height: float
    words: tuple[Words, ...]
    rules: tuple[float, ...]
    ports: tuple[tuple[Row, float], ...]
    count: int | None = None

    @property
    def bottom(self) -> float:
        """Give its lower edge."""
        return self.y + self.height

    @property
    def right(self) -> float:
        """Give its right edge."""
        return self.x + self.width

    @property
    def entry(self) -> float:
        """Give the height at which arrows come in: at its name."""
        return self.y + PAD + TITLE * LINE / 2


@dataclass(frozen=True)
class Stub:
    """The short line from a row to the lane its arrow runs in."""

    path: str
    is_automatic: bool
    hue: int
    knot: tuple[float, float]


@dataclass(frozen=True)
class Lane:
    """The arrow into a state: up or down a gutter, and in."""

    path: str
    head: str
    is_automatic: bool
    is_back: bool
    hue: int


@dataclass(frozen=True)
class Diagram:
    """All shapes of a drawing, in its own units."""

    title: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    headings: tuple[Words, ...]
    bands: tuple[tuple[float, float], ...]
    stubs: tuple[Stub, ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class _Arrow:
    """All rows that lead to one state on one side."""

    target: int
    ports: tuple[tuple[Row, float], ...]
    is_back: bool
    top: float
    bottom: float


def draw(
    graph: Graph, language: str, width: float, counts: dict[str, int] | None = None
) -> Diagram:
    """Give the drawing of a graph in a language, as wide as asked; `counts` stand beside the states' names."""
    back = forth = 0
    while True:  # broader gutters make boxes taller, so that more arrows may pass one another
        left, right = EDGE + LANE * back, EDGE + LANE * forth
        boxes, headings, bands = _boxes(graph, language, left, width - left - right, counts or {})
        sides = [_placed(_arrows(boxes, is_back=is_back)) for is_back in (True, False)]
        needed = [max((nth + 1 for nth, _arrow in side), default=0) for side in sides]
        if needed[0] <= back and needed[1] <= forth:
            break
        back, forth = max(back, needed[0]), max(forth, needed[1])
    placed = [(nth, arrow, boxes[arrow.target]) for side in sides for nth, arrow in side]
    return Diagram(
        title=graph.title.in_language(language),
        width=width,
        height=round(boxes[-1].bottom + GAP / 2, 2),
        boxes=tuple(boxes),
        headings=tuple(headings),
        bands=tuple(bands),
        stubs=tuple(stub for nth, arrow, box in placed for stub in _stubs(arrow, box, nth)),
        lanes=tuple(_lane(arrow, box, nth) for nth, arrow, box in placed),
    )


def _boxes(
    graph: Graph, language: str, x: float, width: float, counts: dict[str, int]
) -> tuple[list[Box], list[Words], list[tuple[float, float]]]:
    boxes: list[Box] = []
    headings: list[Words] = []
    bands: list[tuple[float, float]] = []
    y = GAP / 2
    for heading, nodes in graph.groups:
        top = y
        if heading is not None:
            said = heading.in_language(language)
            headings.append(Words(x, y + HEADING * LINE, said, "heading", HEADING))
            y += BAND
        for node in nodes:
            boxes.append(_box(node, language, (x, y, width), counts.get(node.key)))
            y = boxes[-1].bottom + GAP
        if heading is not None:
            bands.append((top, y - top - GAP / 2))
            y += GAP / 2
    return boxes, headings, bands


def _box(node: Node, language: str, place: tuple[float, float, float], count: int | None) -> Box:
    x, top, width = place
    inner, y = width - 2 * PAD, top + PAD
    number = "" if count is None else f"{count:,}"
    title = wrapped(node.label.in_language(language), TITLE, inner - width_of(number, TITLE) - PAD)
    words = [
        Words(x + PAD, _base(y, TITLE, n), line, "title", TITLE) for n, line in enumerate(title)
    ]
    if number:
        words.append(
            Words(x + width - PAD, _base(y, TITLE, 0), number, "count", TITLE, is_end=True)
        )
    y += len(title) * TITLE * LINE
    rules, ports = [], []
    for row in node.rows:
        rules.append(y + PAD / 2)
        y += PAD
        said, height = _row_words(row, language, (x + PAD, y, inner))
        words += said
        ports.append((row, y + ACTION * LINE / 2))
        y += height
    return Box(
        node.key, node.phase, node.is_end, x, top, width, y + PAD * 0.7 - top,
        tuple(words), tuple(rules), tuple(ports), count,
    )  # fmt: skip


def _row_words(
    row: Row, language: str, place: tuple[float, float, float]
) -> tuple[list[Words], float]:
    """Give the words of a row and its height: action and person on one line if they fit, else below each other."""
    x, y, room = place
    action, person = row.label.in_language(language), row.who.in_language(language)
    if width_of(action, ACTION) + width_of(person, WHO) + 2 * PAD <= room:
        base = _base(y, ACTION, 0)
        both = [
            Words(x, base, action, "action", ACTION),
            Words(x + room, base, person, "who", WHO, is_end=True),
        ]
        return both, ACTION * LINE
    lines = wrapped(action, ACTION, room)
    below = wrapped(person, WHO, room)
    words = [Words(x, _base(y, ACTION, n), line, "action", ACTION) for n, line in enumerate(lines)]
    y += len(lines) * ACTION * LINE
    words += [Words(x, _base(y, WHO, n), line, "who", WHO) for n, line in enumerate(below)]
    return words, len(lines) * ACTION * LINE + len(below) * WHO * LINE


def _base(top: float, size: float, nth: int) -> float:
    return round(top + size * LINE * nth + size * 1.08, 2)


def _arrows(boxes: Sequence[Box], *, is_back: bool) -> list[_Arrow]:
    places = {box.key: nth for nth, box in enumerate(boxes)}
    gathered: dict[int, list[tuple[Row, float]]] = {}
    for here, box in enumerate(boxes):
        for row, y in box.ports:
            target = places.get(row.target) if row.target is not None else None
            if target is not None and (target <= here) == is_back:
                gathered.setdefault(target, []).append((row, y))
    found = []
    for target, ports in gathered.items():
        heights = [boxes[target].entry, *(y for _row, y in ports)]
        found.append(_Arrow(target, tuple(ports), is_back, min(heights), max(heights)))
    return found


def _placed(arrows: Iterable[_Arrow]) -> list[tuple[int, _Arrow]]:
    """Give each arrow a lane: the short ones next to the boxes, none over another."""
    lanes: list[list[_Arrow]] = []
    placed = []
    for arrow in sorted(arrows, key=lambda one: (one.bottom - one.top, one.top)):
        free = (n for n, lane in enumerate(lanes) if all(_apart(arrow, o) for o in lane))
        nth = next(free, len(lanes))
        if nth == len(lanes):
            lanes.append([])
        lanes[nth].append(arrow)
        placed.append((nth, arrow))
    return placed


def _apart(one: _Arrow, other: _Arrow) -> bool:
    return one.bottom + HEAD < other.top or other.bottom + HEAD < one.top


def _lane_x(arrow: _Arrow, box: Box, nth: int) -> float:
    beside = LANE * (nth + 0.9)
    return round(box.x - beside if arrow.is_back else box.right + beside, 2)


def _side(arrow: _Arrow, box: Box) -> float:
    return round(box.x if arrow.is_back else box.right, 2)


def _stubs(arrow: _Arrow, box: Box, nth: int) -> list[Stub]:
    x, side = _lane_x(arrow, box, nth), _side(arrow, box)
    return [
        Stub(f"M{side} {round(y, 2)}H{x}", row.is_automatic, arrow.target % HUES, (x, round(y, 2)))
        for row, y in arrow.ports
    ]


def _lane(arrow: _Arrow, box: Box, nth: int) -> Lane:
    x, side, y = _lane_x(arrow, box, nth), _side(arrow, box), round(box.entry, 2)
    out = -1 if arrow.is_back else 1
    neck = side + out * HEAD
    path = f"M{x} {round(arrow.top, 2)}V{round(arrow.bottom, 2)}M{x} {y}H{neck}"
    head = f"M{side} {y}l{out * HEAD * 1.4} {-HEAD * 0.8}v{HEAD * 1.6}z"
    automatic = all(row.is_automatic for row, _y in arrow.ports)
    return Lane(path, head, automatic, arrow.is_back, arrow.target % HUES)
