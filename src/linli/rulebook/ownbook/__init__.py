"""An office's own book: the folder LINLI_BOOK, read beside the shipped book, adding to it and never replacing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import RootModel

from linli.rulebook.lint import guess
from linli.rulebook.loading import Book, read_book, read_mechanism, refuse_faulty, shipped
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.overlays import Overlay, check_value
from linli.rulebook.reading import Lines, MechanismRefused, read_yaml, text_of
from linli.rulebook.workdays import CalendarRefused

VARIABLE = "LINLI_BOOK"
PARAMS = "params.yaml"
TEXTS = "texts.yaml"


MEND_CALENDAR = Label(zh="请改正日历文件。", en="Mend the calendar file.")


class _Params(RootModel[dict[str, dict[str, Any]]]):
    """params.yaml: key of a mechanism -> param -> value."""


class _Texts(RootModel[dict[str, dict[str, Label]]]):
    """texts.yaml: key of a mechanism -> place of a text -> text."""


def own_folder() -> Path | None:
    """Give the folder that LINLI_BOOK names, or None."""
    named = os.environ.get(VARIABLE, "").strip()
    return Path(named).expanduser().resolve() if named else None


def at_hand() -> Book:
    """Give the book at hand: what Linli brings along, and what LINLI_BOOK adds. Read once a process.

    Raises MechanismRefused for a folder that cannot be taken.
    """
    return _read(own_folder())


@lru_cache(maxsize=4)
def _read(folder: Path | None) -> Book:
    return shipped() if folder is None else read_own(folder)


def read_own(folder: Path, upon: Book | None = None) -> Book:
    """Read an office's folder upon the shipped book, with the values and texts it sets. Raises MechanismRefused."""
    if not folder.is_dir():
        raise MechanismRefused(
            str(folder),
            1,
            Label(zh="没有这个文件夹。", en="There is no such folder."),
            Label(
                zh=f"请改正 {VARIABLE}，或建好该文件夹。",
                en=f"Mend {VARIABLE}, or make the folder.",
            ),
        )
    try:
        book = read_book(folder, upon=upon or shipped())
    except CalendarRefused as refused:
        raise MechanismRefused(
            str(folder / "calendar"), 1, refused.message, MEND_CALENDAR
        ) from refused
    return with_overlays(book, overlays_of(folder, book))


def with_overlays(book: Book, overlays: Mapping[str, Overlay]) -> Book:
    """Give a book with values and texts set in some of its mechanisms. Raises MechanismRefused."""
    mechanisms = dict(book.mechanisms)
    for key, overlay in overlays.items():
        mechanisms[key] = read_mechanism(book.texts[key], TEXTS, overlay)[0]
    laid = replace(book, mechanisms=mechanisms, overlays={**book.overlays, **overlays})
    refuse_faulty(laid, overlays)
    return laid


def overlays_of(folder: Path, book: Book) -> dict[str, Overlay]:
    """Give what params.yaml and texts.yaml of a folder set, by mechanism, checked against the bounds."""
    params, texts = folder / PARAMS, folder / TEXTS
    values: dict[str, dict[str, Any]] = {}
    words: dict[str, dict[str, Label]] = {}
    if params.is_file():
        read, lines = read_yaml(text_of(params), str(params), _Params)
        values = read.root
        for key, set_ in values.items():
            _check_params(str(params), lines, _mechanism(str(params), lines, key, book), set_)
    if texts.is_file():
        laid, lines = read_yaml(text_of(texts), str(texts), _Texts)
        words = laid.root
        for key, places in words.items():
            _mechanism(str(texts), lines, key, book)
            for place, label in places.items():
                _check_text(str(texts), lines.of((key, place)), book.texts[key], {place: label})
    return {
        key: Overlay(
            values.get(key, {}),
            {place: label.model_dump() for place, label in words.get(key, {}).items()},
        )
        for key in sorted(values.keys() | words.keys())
    }


def _check_text(file: str, line: int, text: str, laid: Mapping[str, Label]) -> None:
    """Refuse a text for a place that the mechanism has not."""
    plain = {place: label.model_dump() for place, label in laid.items()}
    try:
        read_mechanism(text, file, Overlay({}, plain))
    except MechanismRefused as refused:
        raise MechanismRefused(file, line, refused.message, refused.cure) from refused


def _mechanism(file: str, lines: Lines, key: str, book: Book) -> Mechanism:
    if key not in book.mechanisms:
        raise MechanismRefused(
            file,
            lines.of((key,)),
            Label(zh=f"没有机制“{key}”。", en=f"There is no mechanism {key!r}."),
            guess(key, book.mechanisms),
        )
    return book.mechanisms[key]


def _check_params(file: str, lines: Lines, mechanism: Mechanism, values: Mapping[str, Any]) -> None:
    key = mechanism.mechanism
    for name, value in values.items():
        line = lines.of((key, name))
        param = mechanism.params.get(name)
        if param is None:
            said = Label(
                zh=f"“{mechanism.title.zh}”没有可设值“{name}”。",
                en=f"{mechanism.title.en} has no param {name!r}.",
            )
            raise MechanismRefused(file, line, said, guess(name, mechanism.params))
        wrong = check_value(param, value)
        if wrong is not None:
            bounds = "、".join(param.of) or f"{param.min}–{param.max}"
            cure = Label(
                zh=f"请设为 {bounds}；不设则为 {param.default}。",
                en=f"Set {bounds}; without it, {param.default} holds.",
            )
            said = Label(zh=f"“{param.zh}”：{wrong.zh}", en=f"{param.en}: {wrong.en}")
            raise MechanismRefused(file, line, said, cure)
