"""The house keeps its shape: names, sizes, floors."""

from __future__ import annotations

import ast
import inspect

import pytest
from django.apps import apps
from django.db import models

from house import ground

FORBIDDEN = {
    "utils", "util", "helpers", "helper", "common", "core", "base", "misc", "services", "service",
    "manager", "managers", "handler", "handlers", "processor", "processors", "constants",
}  # fmt: skip
LONGEST_FUNCTION = 40
LONGEST_PAGE_FUNCTION = 25
LONGEST_MODULE = 400
LONGEST_TEST = 600
LONGEST_TEMPLATE = 120
MOST_MODULES = 12
MOST_FIELDS = 15
WIDE = {"Case", "Step"}  # a projection with what figures need, and the envelope that is hashed
OURS = [model for model in apps.get_models() if model.__module__.startswith("linli.")]


def test_every_room_has_a_floor():
    laid = set().union(*ground.floors())

    assert {room.name for room in ground.rooms()} == laid


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_foreign_keys_point_down(model):
    here = ground.height_of(model.__module__.split(".")[1])

    there = [
        field.related_model.__module__.split(".")[1]
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model.__module__.startswith("linli.")
    ]

    assert [room for room in there if ground.height_of(room) > here] == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_models_hold_tables_and_constraints_only(model):
    own = vars(model)

    assert "save" not in own
    assert "delete" not in own
    assert "clean" not in own
    assert list(model._meta.ordering) == []
    assert [field.name for field in model._meta.local_fields if field._validators] == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_models_have_few_fields(model):
    fields = [
        field for field in model._meta.local_fields if not isinstance(field, models.AutoField)
    ]

    assert model.__name__ in WIDE or len(fields) <= MOST_FIELDS


@pytest.mark.parametrize(
    "model", [m for m in OURS if m.__name__ != "Office"], ids=lambda model: model.__name__
)
def test_every_table_of_an_office_names_its_office(model):
    named = {field.attname for field in model._meta.local_fields}

    assert "office_id" in named


def test_no_module_hides_behind_an_empty_name():
    named = [
        ground.shown(path)
        for path in ground.modules()
        if FORBIDDEN & {path.stem, *path.relative_to(ground.PACKAGE).parts}
        or path.stem.endswith(("_utils", "_helpers", "_common"))
    ]

    assert named == []


def test_functions_fit_a_screen():
    long = [
        f"{ground.shown(path)}:{node.lineno} {node.name} {ground.length_of(node)}"
        for path in ground.modules()
        for node in ground.functions(path)
        if ground.length_of(node) > LONGEST_FUNCTION
    ]

    assert long == []


def test_page_functions_read_call_and_answer():
    long = [
        f"{ground.shown(path)}:{node.lineno} {node.name} {ground.length_of(node)}"
        for path in ground.modules("staff", "resident")
        for node in ground.functions(path)
        if node.args.args
        and node.args.args[0].arg in {"request", "desk", "visit"}
        and ground.length_of(node) > LONGEST_PAGE_FUNCTION
    ]

    assert long == []


def test_modules_fit_a_sitting():
    tests = sorted((ground.REPOSITORY / "tests").rglob("*.py"))
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in ground.modules()}
    of_tests = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in tests}

    assert {ground.shown(p): n for p, n in lines.items() if n > LONGEST_MODULE} == {}
    assert {ground.shown(p): n for p, n in of_tests.items() if n > LONGEST_TEST} == {}


def test_templates_fit_a_screen_or_two():
    lines = {
        ground.shown(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in ground.templates()
    }

    assert {path: n for path, n in lines.items() if n > LONGEST_TEMPLATE} == {}


def test_rooms_are_not_crowded():
    folders = {path.parent for path in ground.modules()}
    crowds = {
        ground.shown(folder): sum(
            1 for p in folder.glob("*.py") if p.stem not in {"__init__", "apps"}
        )
        for folder in folders
    }

    assert {folder: n for folder, n in crowds.items() if n > MOST_MODULES} == {}


def test_every_room_says_what_it_is_for():
    silent = [
        ground.shown(path)
        for path in ground.modules()
        if path.name != "apps.py" and len(ast.get_docstring(ground.tree(path)) or "") < 10
    ]

    assert silent == []


def test_actions_take_words_only():
    """A verb that writes is called with names: open_case(mechanism=..., by=..., at=...)."""
    positional = [
        f"{ground.shown(path)}:{node.lineno} {node.name}"
        for path in ground.modules()
        if path.name == "actions.py"
        for node in ground.tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.name != "note_change"
        and ast.unparse(node.returns or ast.Constant(None)) != "bool"  # a question, not a verb
        and (node.args.args or node.args.posonlyargs)
    ]

    assert positional == []


def test_nothing_is_signalled():
    named = [
        ground.shown(path)
        for path in ground.modules()
        if "django.dispatch" in path.read_text(encoding="utf-8")
        or "db.models.signals" in path.read_text(encoding="utf-8")
    ]

    assert named == []


def test_the_sizes_count_what_they_say():
    example = inspect.cleandoc(
        '''
        def verb():
            """Docstrings cost nothing,

            however long they are.
            """
            first = 1
            return first
        '''
    )
    node = ast.parse(example).body[0]
    assert isinstance(node, ast.FunctionDef)

    assert ground.length_of(node) == 2
