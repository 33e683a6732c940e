"""The diagram of an exported process (BPMN DI): a row for each state, arrows in lanes of their own beside the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SHAPES = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
POINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
SIZES = {"userTask": (120, 80), "scriptTask": (100, 60), "exclusiveGateway": (50, 50)}
ROUND = (36, 36)
ROW, GAP, LANE, LEFT, TOP = 160, 60, 12, 160, 80


@dataclass(frozen=True)
class _Box:
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """Give the height of the middle."""
        return self.y + self.height // 2

    @property
    def right(self) -> int:
        """Give where the box ends."""
        return self.x + self.width


def draw(root: ET.Element, process: str, rows: list[list[str]]) -> None:
    """Add a diagram of the process to the definitions: its nodes row by row, and every arrow."""
    diagram = ET.SubElement(root, f"{SHAPES}BPMNDiagram", id="diagram")
    plane = ET.SubElement(diagram, f"{SHAPES}BPMNPlane", id="plane", bpmnElement=process)
    elements = {e.get("id", ""): e for e in root.iter() if e.tag.startswith(MODEL) and e.get("id")}
    boxes = _laid(rows, elements)
    for key, box in boxes.items():
        shape = ET.SubElement(plane, f"{SHAPES}BPMNShape", id=f"{key}_di", bpmnElement=key)
        if elements[key].tag == f"{MODEL}exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        sides = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
        ET.SubElement(shape, BOUNDS, {name: str(side) for name, side in sides.items()})
    lane = max(box.right for box in boxes.values()) + GAP
    for number, arrow in enumerate(root.iter(f"{MODEL}sequenceFlow")):
        key = arrow.get("id", "")
        edge = ET.SubElement(plane, f"{SHAPES}BPMNEdge", id=f"{key}_di", bpmnElement=key)
        source, target = boxes[arrow.get("sourceRef", "")], boxes[arrow.get("targetRef", "")]
        for x, y in _way(source, target, lane + number * LANE, number):
            ET.SubElement(edge, POINT, x=str(x), y=str(y))


def _laid(rows: list[list[str]], elements: dict[str, ET.Element]) -> dict[str, _Box]:
    boxes = {}
    for number, row in enumerate(rows):
        x, middle = LEFT, TOP + number * ROW
        for key in row:
            width, height = SIZES.get(elements[key].tag.removeprefix(MODEL), ROUND)
            boxes[key] = _Box(x, middle - height // 2, width, height)
            x += width + GAP
    return boxes


def _way(source: _Box, target: _Box, lane: int, number: int) -> Iterable[tuple[int, int]]:
    """Give the bends of an arrow: straight to the next in a row, else round by its lane and in from above."""
    if source.middle == target.middle and 0 < target.x - source.right <= GAP:
        return [(source.right, source.middle), (target.x, target.middle)]
    below, above = source.y + source.height + 4 + number % 8, target.y - 8 - number % 16
    out, into = source.x + source.width // 2, target.x + target.width // 2
    foot = source.y + source.height
    return [
        (out, foot),
        (out, below),
        (lane, below),
        (lane, above),
        (into, above),
        (into, target.y),
    ]
