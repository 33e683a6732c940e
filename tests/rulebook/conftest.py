"""A small mechanism to bend, and a book to put it in."""

from __future__ import annotations

import pytest
from rulebook.small import DUTIES, SMALL

from linli.rulebook.loading import load, read_book, shipped


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """Give the shipped book with the small mechanism added."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "mechanisms").mkdir()
    (folder / "mechanisms" / "small-matter.yaml").write_text(SMALL, encoding="utf-8")
    (folder / "duties.yaml").write_text(DUTIES, encoding="utf-8")
    return read_book(folder, upon=shipped())


@pytest.fixture(scope="session")
def small(book):
    """Give the small mechanism."""
    return book.mechanisms["small-matter"]


@pytest.fixture
def bend():
    """Give a function that changes the small mechanism's text and loads it."""

    def bent(old, new):
        assert SMALL.count(old) == 1, f"{old!r} stands {SMALL.count(old)} times"
        return load(SMALL.replace(old, new), "small-matter.yaml")

    return bent


@pytest.fixture
def small_text():
    """Give the small mechanism's text."""
    return SMALL
