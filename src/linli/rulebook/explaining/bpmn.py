"""A mechanism as a BPMN 2.0 process, for those who draw and those who run such processes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from linli.rulebook.explaining.bpmn_diagram import draw
from linli.rulebook.explaining.paths import Line, lines
from linli.rulebook.forms import Codes
from linli.rulebook.mechanism import Label, Mechanism

SPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
MODEL, XSI = f"{{{SPACES['bpmn']}}}", f"{{{SPACES['xsi']}}}"
OPENING = Label(zh="开办", en="Open")


def exported(mechanism: Mechanism, book: Codes, language: str = "zh") -> str:
    """Give the mechanism as BPMN 2.0 XML, with a diagram, its names in one language.

    Each state is a task that ends with `action` set; a gateway after it goes by `action` and the tracks
    (`track_NAME`), or back when the action does not leave from there. Who acts and on which condition is said in words.
    """
    for prefix, space in SPACES.items():
        ET.register_namespace(prefix, space)
    root = ET.Element(
        f"{MODEL}definitions",
        {"id": f"linli-{mechanism.mechanism}", "targetNamespace": "https://linli.example/book"},
        exporter="Linli",
    )
    process = _Process(mechanism, {line.action: line for line in lines(mechanism, book)}, language)
    root.append(process.built())
    draw(root, process.key, process.steps)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


@dataclass
class _Process:
    mechanism: Mechanism
    said: dict[str, Line]
    language: str
    flows: list[ET.Element] = field(default_factory=list)
    nodes: dict[str, ET.Element] = field(default_factory=dict)
    steps: list[list[str]] = field(default_factory=list)  # rows of the diagram

    @property
    def key(self) -> str:
        """Give the id of the process."""
        return f"process-{self.mechanism.mechanism}"

    def built(self) -> ET.Element:
        """Give the process: its start, a task and a gateway for each state, what moves tracks, and the ends."""
        mechanism = self.mechanism
        process = ET.Element(f"{MODEL}process", id=self.key, isExecutable="true")
        process.set("name", self.worded(mechanism.title))
        self.say(process, [f"{mechanism.mechanism} {mechanism.version}", *mechanism.basis])
        self.begin()
        for state, rule in mechanism.states.items():
            if rule.final:
                self.node("endEvent", f"state_{state}", self.worded(rule))
                self.steps.append([f"state_{state}"])
            else:
                self.asked(state, self.worded(rule), self.leaving(state))
        self.join()
        process.extend(self.nodes.values())
        process.extend(self.flows)
        return process

    def begin(self) -> None:
        """Add the start, the tracks' first states and the task that opens a case."""
        self.node("startEvent", "start", "")
        tracks = {name: track.initial for name, track in self.mechanism.tracks.items()}
        script = "\n".join(f"{_variable(name)} = '{first}'" for name, first in tracks.items())
        self.scripted("tracks", "", script or "pass")
        self.flow("start", "tracks")
        self.flow("tracks", "opening")
        starts = [(key, self.mechanism.initial_state) for key in self.mechanism.starts()]
        self.asked("", self.worded(OPENING), starts)
        self.steps[-1][:0] = ["start", "tracks"]

    def leaving(self, state: str) -> list[tuple[str, str]]:
        """Give the actions that may be taken in a state, each with the state it leads to unless it says."""
        actions = self.mechanism.actions.items()
        return [(k, state) for k, a in actions if state in self.mechanism.states_named(a.from_)]

    def asked(self, state: str, name: str, ways: list[tuple[str, str]]) -> None:
        """Add the task of a state, the gateway after it, and a way for each action."""
        task, gateway = (f"state_{state}", f"after_{state}") if state else ("opening", "opened")
        self.say(self.node("userTask", task, name), [self.line(key) for key, _ in ways])
        self.node("exclusiveGateway", gateway, "")
        self.flow(task, gateway)
        self.nodes[gateway].set("default", self.flow(gateway, task))
        self.steps.append([task, gateway])
        for key, here in ways:
            action = self.mechanism.actions[key]
            condition = " and ".join([f"action == '{key}'", *self.tracks_stand(key)])
            label, target = self.worded(action), f"state_{action.to or here}"
            if not action.track:
                self.flow(gateway, target, label, condition)
                continue
            moved = f"moved_{state}_{key}"
            self.scripted(moved, label, "\n".join(self.tracks_move(key)))
            self.steps[-1].append(moved)
            self.flow(gateway, moved, label, condition)
            self.flow(moved, target)

    def tracks_stand(self, key: str) -> Iterator[str]:
        """Give the conditions on tracks under which an action can be taken."""
        for name, moves in self.mechanism.actions[key].track.items():
            yield f"{_variable(name)} in ({''.join(f'{origin!r}, ' for origin in moves)})"

    def tracks_move(self, key: str) -> Iterator[str]:
        """Give the lines of a script that move the tracks an action moves."""
        for name, moves in self.mechanism.actions[key].track.items():
            yield f"{_variable(name)} = {dict(moves)!r}[{_variable(name)}]"

    def node(self, kind: str, key: str, name: str) -> ET.Element:
        """Add a node of the flow."""
        self.nodes[key] = ET.Element(f"{MODEL}{kind}", id=key)
        if name:
            self.nodes[key].set("name", name)
        return self.nodes[key]

    def scripted(self, key: str, name: str, text: str) -> None:
        """Add a task that a machine does by a script."""
        task = self.node("scriptTask", key, name)
        task.set("scriptFormat", "text/x-python")
        ET.SubElement(task, f"{MODEL}script").text = text

    def flow(self, source: str, target: str, name: str = "", condition: str = "") -> str:
        """Add an arrow and give its id."""
        key = f"flow_{len(self.flows) + 1}"
        arrow = ET.Element(f"{MODEL}sequenceFlow", id=key, sourceRef=source, targetRef=target)
        if name:
            arrow.set("name", name)
        if condition:
            kind = {f"{XSI}type": "bpmn:tFormalExpression"}
            ET.SubElement(arrow, f"{MODEL}conditionExpression", kind).text = condition
        self.flows.append(arrow)
        return key

    def join(self) -> None:
        """Name in each node the arrows that enter and leave it, before its script."""
        for key, node in self.nodes.items():
            ends = [
                *(("incoming", f) for f in self.flows if f.get("targetRef") == key),
                *(("outgoing", f) for f in self.flows if f.get("sourceRef") == key),
            ]
            place = len(node.findall(f"{MODEL}documentation"))
            for offset, (way, arrow) in enumerate(ends):
                end = ET.Element(f"{MODEL}{way}")
                end.text = arrow.get("id")
                node.insert(place + offset, end)

    def line(self, key: str) -> str:
        """Give an action as a line of text: what, who, on which condition, and what else it does."""
        said = self.said[key]
        parts = [said.who, *([said.condition] if said.condition else []), *said.more]
        return f"{self.worded(said.label)}: {'; '.join(map(self.worded, parts))}"

    def say(self, element: ET.Element, texts: list[str]) -> None:
        """Add documentation, one line each."""
        if texts:
            note = ET.Element(f"{MODEL}documentation")
            note.text = "\n".join(texts)
            element.insert(0, note)

    def worded(self, label: Label) -> str:
        """Give a label in the language of the export."""
        return label.in_language(self.language)


def _variable(track: str) -> str:
    return f"track_{track}"
