"""Exported processes: valid by the schema of the OMG, and run by SpiffWorkflow they stand where the cases stand."""

from itertools import count
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import SpiffWorkflow
import xmlschema
from lxml import etree
from rambling import Ramble
from sampling import sampled
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from linli.project.__main__ import main
from linli.rulebook.explaining.bpmn import exported
from linli.rulebook.loading import shipped

SCHEMAS = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema"
KEYS = sampled(shipped().mechanisms)
STEPS = 60
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


@pytest.fixture(scope="module")
def omg():
    """Give the schema of BPMN 2.0."""
    return xmlschema.XMLSchema(str(SCHEMAS / "BPMN20.xsd"))


class Engine:
    """An exported process run by SpiffWorkflow."""

    def __init__(self, text, key):
        parser = BpmnParser()
        parser.add_bpmn_str(text.encode())
        self.workflow = BpmnWorkflow(parser.get_spec(f"process-{key}"))
        self.workflow.do_engine_steps()

    def send(self, action):
        """End the task at hand with an action."""
        [task] = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        task.data["action"] = action
        task.run()
        self.workflow.do_engine_steps()

    def stands(self):
        """Give the state and the tracks; the state is empty before a case is opened."""
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        if ready:
            [task] = ready
            state, values = task.task_spec.name, task.data
        else:
            assert self.workflow.completed
            ends = [t for t in self.workflow.get_tasks() if t.task_spec.name.startswith("state_")]
            state, values = ends[-1].task_spec.name, self.workflow.data
        tracks = {k.removeprefix("track_"): v for k, v in values.items() if k.startswith("track_")}
        return state.removeprefix("state_").replace("opening", ""), tracks


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", [*KEYS, "small-matter"])
def test_export_is_valid_by_the_schema_of_the_omg(book, omg, key, language):
    text = exported(book.mechanisms[key], book, language)

    omg.validate(etree.fromstring(text.encode()))


def test_schema_refuses_a_broken_export(book, omg):
    text = exported(book.mechanisms["small-matter"], book).replace(
        "<bpmn:userTask", "<bpmn:userTusk"
    )
    text = text.replace("</bpmn:userTask", "</bpmn:userTusk")

    assert not omg.is_valid(etree.fromstring(text.encode()))


@pytest.mark.parametrize("key", [*KEYS, "small-matter"])
def test_every_node_and_arrow_is_drawn_and_nothing_lies_upon_another(book, key):
    root = ET.fromstring(exported(book.mechanisms[key], book))  # noqa: S314 - our own
    process = root.find(f"{BPMN}process")
    drawn = {
        e.get("bpmnElement") for e in root.iter() if e.tag in (f"{DI}BPMNShape", f"{DI}BPMNEdge")
    }
    sides = ("x", "y", "width", "height")
    boxes = [
        tuple(int(shape[0].get(side)) for side in sides) for shape in root.iter(f"{DI}BPMNShape")
    ]

    assert drawn == {e.get("id") for e in process if e.get("id")}
    assert not [
        (a, b)
        for number, a in enumerate(boxes)
        for b in boxes[:number]
        if a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
    ]


def compared(mechanism, book, seed, text=None):
    """Take random paths, step for step, in the interpreter and in SpiffWorkflow; give how many steps were compared."""
    text, steps = text or exported(mechanism, book), 0
    for case in count():
        if steps >= STEPS:
            return steps
        engine = Engine(text, mechanism.mechanism)
        for event in Ramble(mechanism, book, f"{seed}-{case}").events(30):
            if event.refusal in ("guard", "participant"):
                continue  # conditions are words in the export, nothing an engine would judge
            for step in event.steps:
                engine.send(step.action)
                assert engine.stands() == (step.to_state, dict(step.tracks))
                steps += 1
            if event.after is None and event.act.who != "auto:clock":
                before = engine.stands()
                engine.send(event.act.move.key)
                assert engine.stands() == before
                steps += 1
    return None


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("key", [*KEYS, "small-matter"])
def test_spiffworkflow_stands_where_the_case_stands_after_every_step(book, key, seed):
    assert compared(book.mechanisms[key], book, seed) >= STEPS


@pytest.mark.parametrize("key", KEYS)
def test_a_process_that_lacks_an_arrow_is_told_apart(book, key):
    mechanism = book.mechanisms[key]
    bent = exported(mechanism, book)
    for start in mechanism.starts():
        bent = bent.replace(f"action == '{start}'", "action == 'nothing'")

    with pytest.raises(AssertionError):
        compared(mechanism, book, 1, bent)


def test_command_writes_the_file_and_refuses_a_key_that_is_not_there(tmp_path, capsys):
    target = tmp_path / "order.bpmn"

    assert main(["book", "bpmn", KEYS[0], "-o", str(target)]) == 0

    assert target.read_text(encoding="utf-8").startswith("<?xml")
    assert main(["book", "bpmn", "nothing-here"]) == 1
    assert "nothing-here" in capsys.readouterr().out
