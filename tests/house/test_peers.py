"""The table beside other systems: every capability that matters once, and every test it names there."""

import ast
import re

from house.ground import REPOSITORY

TABLE = REPOSITORY / "docs/peers.md"
LEFT_OUT = {68, 85, 94}
LINE = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| (yes|part|no) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def lines():
    return LINE.findall(TABLE.read_text(encoding="utf-8"))


def functions(path):
    tree = ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def test_every_capability_stands_there_once():
    found = [int(number) for number, *_ in lines()]

    assert found == [number for number in range(1, 97) if number not in LEFT_OUT]


def test_every_line_names_its_tests_and_they_are_there():
    lacking = []
    for number, _what, _where, holds, last in lines():
        named = TEST.findall(last)
        lacking += [number] if (holds == "no") == bool(named) else []
        lacking += [
            f"{number} {path}::{name}" for path, name in named if name not in functions(path)
        ]

    assert lacking == []
