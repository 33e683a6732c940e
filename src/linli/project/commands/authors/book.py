"""`linli book`: the rule book checked, listed, published and locked."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from linli.ledgers.mapping import check_maps
from linli.project.commands.authors import coverage, proving
from linli.project.commands.authors.reading import (
    all_stories,
    at_hand_or_refused,
    in_words,
    mechanism_or_refused,
    sound_book,
)
from linli.project.progress import Refused, say, worded
from linli.reports.writing.templates import check_templates
from linli.rulebook.covering.coverage import all_told
from linli.rulebook.explaining.bpmn import exported
from linli.rulebook.loading import FOLDER, Book, load
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.migrating.shelf import check_documents
from linli.rulebook.ownbook import lockfile, own_folder
from linli.rulebook.ownbook.checking import Checked, check

SCHEMA = FOLDER / "mechanism.schema.json"


def book(options: argparse.Namespace) -> int:
    """Check the book, list it, say which systems it covers, lock its versions, or write its JSON Schema."""
    verbs = {
        "bpmn": _bpmn, "check": _check, "coverage": coverage.show, "list": _list, "lock": _lock, "schema": _schema,
        **dict.fromkeys(proving.VERBS, proving.show),
    }  # fmt: skip
    return verbs[options.verb](options)


def schema_text() -> str:
    """Give the JSON Schema of a mechanism file."""
    schema = Mechanism.model_json_schema(by_alias=True)
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def checked_or_refused(path: Path) -> Checked:
    """Check a folder or file, printing what is found; refuses what has an error. Raises Refused."""
    found = check(path)
    for remark in found.remarks:
        say(in_words(remark))
    if not found.is_fit:
        raise Refused(
            "有错误，未发布：请先改正上列各处", "not published: mend what is listed above"
        )
    return found


def _schema(options: argparse.Namespace) -> int:  # noqa: ARG001
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    return 0


def _check(options: argparse.Namespace) -> int:
    own = own_folder()
    places = [Path(options.path).resolve()] if options.path else [FOLDER, *filter(None, [own])]
    checked = [check(place) for place in places if place.exists()]
    missing = [place for place in places if not place.exists()]
    for place in missing:
        say(worded(f"✗ 没有 {place}", f"✗ there is no {place}"))
    remarks = [remark for found in checked for remark in found.remarks]
    for place in places:
        if place != FOLDER:
            remarks += [*check_templates(place), *check_maps(place), *check_documents(place)]
    for remark in remarks:
        if remark.is_error or own is None or not remark.file.startswith(str(FOLDER)):
            say(in_words(remark))
    wrong = sum(remark.is_error for remark in remarks) + len(missing)
    count = sum(len(found.keys) for found in checked)
    say(
        worded(
            f"规则库：{count} 项机制，{wrong} 处错误", f"book: {count} mechanisms, {wrong} errors"
        )
    )
    return 1 if wrong else 0


def _bpmn(options: argparse.Namespace) -> int:
    """Write a mechanism as a BPMN 2.0 process."""
    read = at_hand_or_refused()
    mechanism_or_refused(read, options.path or "")
    text = exported(read.mechanisms[options.path], read, worded("zh", "en"))
    if options.output:
        Path(options.output).write_text(text, encoding="utf-8")
    else:
        say(text.rstrip())
    return 0


def _list(options: argparse.Namespace) -> int:
    read, is_whole = sound_book()
    stories = all_stories()
    plain = {key: load(text, key) for key, text in read.texts.items()}
    told = all_told(replace(read, mechanisms=plain), stories)
    rows = [
        _row(read, key, told[key].result.failures + told[key].result.gaps if key in told else None)
        for key in sorted(read.mechanisms)
    ]
    if options.json:
        say(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0 if is_whole else 1
    for row in rows:
        covers = " ".join(read.mechanisms[str(row["key"])].covers) or "—"
        say(f"{row['key']:<28} {row['version']:>3}  {row['story']:<8} {covers}")
    return 0 if is_whole else 1


def _row(read: Book, key: str, wrongs: tuple[str, ...] | None) -> dict[str, object]:
    mechanism = read.mechanisms[key]
    story = "missing" if wrongs is None else "fails" if wrongs else "passes"
    return {
        "key": key,
        "version": mechanism.version,
        "title": mechanism.title.model_dump(),
        "basis": mechanism.basis,
        "covers": mechanism.covers,
        "story": story,
        "file": str(read.files.get(key, "")),
        "sha256": read.sha256(key),
        "params": {
            name: p.default if p.value is None else p.value for name, p in mechanism.params.items()
        },
    }


def _lock(options: argparse.Namespace) -> int:
    try:
        added = lockfile.lock(rewrite=options.rewrite)
    except lockfile.LockBroken as broken:
        raise Refused(broken.message.zh, broken.message.en) from broken
    for line in added:
        say(f"+ {line}")
    say(worded(f"锁文件新增 {len(added)} 行", f"{len(added)} lines added to the lock"))
    return 0
