"""What lies in the repository belongs there, is current, and names no machine."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections import Counter

import pytest
from django.core.management import call_command

from house import ground
from linli.project.commands.authors.rooms import rooms_page

PLACES = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]+|Users)/[\w.]")
TEXTS = {
    ".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".sh", ".in", ".lock", ".cfg",
    ".ini", ".json", ".po", ".txt", "",
}  # fmt: skip
HASTY = re.compile(
    r"^ *assert (?:not )?\w*page\.(?:locator|get_by_\w+)\(.*"
    r"\.(?:count|inner_text|text_content|input_value|get_attribute|all_inner_texts|is_\w+)\(",
    re.MULTILINE,
)
VENDOR = ground.PACKAGE / "ui" / "static" / "vendor"


def _texts():
    for path in ground.kept_files():
        if path.suffix in TEXTS and VENDOR not in path.parents:
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def test_no_file_names_a_place_on_somebodys_machine():
    named = [
        f"{ground.shown(path)}: {found.group()}"
        for path, text in _texts()
        for found in PLACES.finditer(text)
    ]

    assert named == []


def test_locks_name_no_index_and_hash_everything():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ground.REPOSITORY / name).read_text(encoding="utf-8")
        pinned = re.findall(r"^([\w.\[\]-]+)==", text, flags=re.MULTILINE)
        blocks = re.split(r"^(?=[\w.\[\]-]+==)", text, flags=re.MULTILINE)[1:]

        assert "--index-url" not in text
        assert "--find-links" not in text
        assert pinned
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_longer_lock_agrees_with_the_shorter():
    def pins(name):
        text = (ground.REPOSITORY / name).read_text(encoding="utf-8")
        return dict(
            re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", text, flags=re.MULTILINE)
        )

    short, long = pins("requirements.lock"), pins("requirements-dev.lock")

    assert {name: version for name, version in short.items() if long.get(name) != version} == {}


def test_every_dependency_has_its_line_of_why():
    asked = re.split(
        r"\s+", re.sub(r"[\[<>=~!].*", "", _requirements(), flags=re.MULTILINE).strip()
    )
    page = (ground.REPOSITORY / "docs" / "decisions" / "dependencies.md").read_text(
        encoding="utf-8"
    )

    assert [name for name in asked if f"`{name}`" not in page] == []


def _requirements():
    both = [ground.REPOSITORY / name for name in ("requirements.in", "requirements-dev.in")]
    lines = (line for path in both for line in path.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("-"))


def test_vendored_files_are_the_ones_recorded():
    record = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))
    recorded = {}
    for package in record["package"]:
        folder = VENDOR / f"{package['name']}-{package['version']}"
        for file in package["files"]:
            recorded[folder / file["name"]] = file["sha256"]
    there = {path for path in VENDOR.rglob("*") if path.is_file() and path.name != "vendor.toml"}

    assert there == set(recorded)
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in recorded} == {
        path.name: digest for path, digest in recorded.items()
    }
    for package in record["package"]:
        algorithm, _, digest = package["integrity"].partition("-")
        assert algorithm == "sha512"
        assert len(base64.b64decode(digest)) == 64
        assert package["licence"]


def test_the_map_of_rooms_is_current():
    page = (ground.REPOSITORY / "docs" / "rooms.md").read_text(encoding="utf-8")

    assert page == rooms_page()


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_django_finds_nothing_wrong():
    call_command("check", fail_level="WARNING")


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_what_the_readme_points_to_is_there(name):
    text = (ground.REPOSITORY / name).read_text(encoding="utf-8")
    pointed = re.findall(r"\]\(([\w./-]+)\)", text)
    pointed += [word for word in re.findall(r"`((?:src|docs)/[\w./-]+)`", text) if "." in word]

    assert pointed
    assert [path for path in pointed if not (ground.REPOSITORY / path).exists()] == []


def test_test_files_have_names_of_their_own():
    """Outside a package pytest imports a test by its file name alone, so two of one name cannot both run."""
    names = Counter(
        path.name
        for path in (ground.REPOSITORY / "tests").rglob("test_*.py")
        if not (path.parent / "__init__.py").exists()
    )

    assert [name for name, times in names.items() if times > 1] == []


def test_what_a_page_shows_is_waited_for():
    """An assertion on a page at this very moment fails now and then: Playwright's `expect` waits for what comes."""
    hasty = [
        f"{ground.shown(path)}: {found.group().strip()}"
        for path in (ground.REPOSITORY / "tests").rglob("*.py")
        for found in HASTY.finditer(path.read_text(encoding="utf-8"))
    ]

    assert hasty == []
    assert HASTY.search('    assert page.locator("tbody tr").count() == 6\n')
