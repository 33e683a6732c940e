"""The book is data with its grounds: every rule rests on something and has its story."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from house import ground
from linli.rulebook.covering.survivors import read_list
from linli.rulebook.guards import FUNCTIONS
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Action, Mechanism
from linli.rulebook.ownbook import lockfile

MECHANISMS = sorted(
    path for path in (ground.BOOK / "mechanisms").glob("*.yaml") if ".story." not in path.name
)
EFFECTS = {
    "to", "track", "participant", "invite", "entry", "open", "set", "assign", "decide", "extend",
    "restart", "tell", "publish",
}  # fmt: skip
MOST_WORDS = 40
MOST_FUNCTIONS = 12
LONGEST_MECHANISM = 250


@pytest.mark.parametrize("path", MECHANISMS, ids=lambda path: path.stem)
def test_every_mechanism_rests_on_something_and_has_a_story(path):
    text = path.read_text(encoding="utf-8")
    told = path.with_name(f"{path.stem}.story.yaml")

    rule = yaml.safe_load(text)

    assert rule["mechanism"] == path.stem
    assert all(len(passage) > 5 for passage in rule["basis"])
    assert rule["basis"]
    assert yaml.safe_load(told.read_text(encoding="utf-8"))
    assert len(text.splitlines()) <= LONGEST_MECHANISM


def test_every_mechanism_was_judged_by_planted_faults():
    listed = read_list(ground.REPOSITORY / "docs" / "survivors.yaml")
    keys = {path.stem for path in MECHANISMS}

    assert keys == listed.survivors.keys()
    assert listed.stale(shipped()) == []  # ./linli book mutate KEY --write judges one anew


def test_every_story_tells_of_a_mechanism():
    told = {
        path.name.removesuffix(".story.yaml")
        for path in (ground.BOOK / "mechanisms").glob("*.story.yaml")
    }

    assert told == {path.stem for path in MECHANISMS}


def test_the_language_stays_small():
    words = {field.alias or name for name, field in Mechanism.model_fields.items()}
    actions = {field.alias or name for name, field in Action.model_fields.items()}

    assert len(words | (EFFECTS & actions)) <= MOST_WORDS
    assert len(FUNCTIONS) <= MOST_FUNCTIONS


def test_the_schema_in_the_book_is_the_one_of_the_meta_model():
    kept = json.loads((ground.BOOK / "mechanism.schema.json").read_text(encoding="utf-8"))

    assert kept == Mechanism.model_json_schema(by_alias=True)


def test_nothing_outside_the_book_names_a_mechanism():
    keys = [path.stem for path in MECHANISMS]
    named = re.compile("|".join(rf"""["'/]{re.escape(key)}["'/.#]""" for key in keys))
    found = [
        f"{ground.shown(path)}:{number} {line.strip()}"
        for path in [
            *ground.modules(),
            *ground.templates(),
            *ground.PACKAGE.glob("*/static/js/*.js"),
        ]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if named.search(line)
    ]

    assert found == []


def test_every_file_of_the_book_says_what_it_rests_on():
    silent = [
        path.name
        for folder in ("codes/*", "calendar/cn-*", "places/*")
        for path in sorted(ground.BOOK.glob(f"{folder}.yaml"))
        if not {"basis", "source", "sources"}
        & set(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_published_versions_have_the_text_that_is_locked():
    kept = lockfile.locked()

    wrong = [said.en for said in lockfile.changed(shipped(), kept)]
    new = [f"{key}: run ./linli book lock" for key in lockfile.unlocked(shipped(), kept)]
    assert wrong + new == []
