"""`linli book`: the rule book read, linted and told, as a start would do it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from linli.project.progress import say, worded
from linli.rulebook.lint import lint
from linli.rulebook.loading import FOLDER, Book, MechanismRefused, read_book
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.stories import run_story, stories_in

SCHEMA = FOLDER / "mechanism.schema.json"


def book(options: argparse.Namespace) -> int:
    """Check the book, or write the JSON Schema of mechanism files for editors."""
    if options.verb == "schema":
        SCHEMA.write_text(schema_text(), encoding="utf-8")
        return 0
    return _check()


def schema_text() -> str:
    """Give the JSON Schema of a mechanism file."""
    schema = Mechanism.model_json_schema(by_alias=True)
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _check() -> int:
    try:
        read = read_book(FOLDER)
    except MechanismRefused as refused:
        say(f"✗ {refused}")
        return 1
    wrong = 0
    for is_error, line in (*_findings(read), *_told(read)):
        wrong += is_error
        say(f"{'✗' if is_error else '!'} {line}")
    count = len(read.mechanisms)
    say(
        worded(
            f"规则库：{count} 项机制，{wrong} 处错误", f"book: {count} mechanisms, {wrong} errors"
        )
    )
    return 1 if wrong else 0


def _findings(read: Book) -> Iterator[tuple[bool, str]]:
    for key, mechanism in read.mechanisms.items():
        for found in lint(mechanism, read):
            text = worded(
                f"{found.message.zh}{found.cure.zh}", f"{found.message.en} {found.cure.en}"
            )
            yield found.severity == "error", f"{key}.yaml:{found.line}: {text}"


def _told(read: Book) -> Iterator[tuple[bool, str]]:
    stories = stories_in()
    for key, mechanism in read.mechanisms.items():
        if key not in stories:
            yield True, worded(f"{key}：没有故事", f"{key}: no story")
            continue
        told = run_story(mechanism, stories[key], read)
        for text in (*told.failures, *told.gaps):
            yield True, f"{key}: {text}"
