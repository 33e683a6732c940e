"""Translations: Chinese texts gathered from code and templates, each room's English catalogue, compiled."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

import linli

PACKAGE = Path(linli.__file__).parent
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
WRITTEN_ON = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


@dataclass(frozen=True)
class Room:
    """One room and its English catalogue."""

    folder: Path

    @property
    def po(self) -> Path:
        """Give the catalogue that people edit."""
        return self.folder / CATALOGUE

    @property
    def mo(self) -> Path:
        """Give the compiled catalogue that Django reads."""
        return self.po.with_suffix(".mo")


def collect() -> Iterator[str]:
    """Bring every room's catalogue up to date and compile it; give the texts that still want English."""
    known = _known()
    for room in rooms():
        catalogue = gathered(room, known)
        if len(catalogue):
            room.po.parent.mkdir(parents=True, exist_ok=True)
            room.po.write_bytes(written(catalogue))
            room.mo.write_bytes(compiled(catalogue))
            yield from (f"{room.folder.name}: {text}" for text in untranslated(catalogue))


def rooms() -> list[Room]:
    """Give all rooms."""
    return [
        Room(folder) for folder in sorted(PACKAGE.iterdir()) if (folder / "__init__.py").exists()
    ]


def gathered(room: Room, known: Catalog | None = None) -> Catalog:
    """Give a room's catalogue as its files want it now, with the English it has or that others have (`known`)."""
    catalogue = _empty()
    before = _read(room)
    for source, text, context in _texts(room.folder):
        told = before.get(text, context) or (known and known.get(text, context))
        english = told.string if told and not told.fuzzy else ""
        catalogue.add(text, english, locations=[(source, 0)], context=context)
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Give the texts without English."""
    return [_text_of(message) for message in catalogue if message.id and not _has_english(message)]


def written(catalogue: Catalog) -> bytes:
    """Give a catalogue as the .po file holds it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, sort_by_file=True, include_lineno=False)
    return file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Give a catalogue as the .mo file holds it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def _known() -> Catalog:
    everything = _empty()
    for room in rooms():
        for message in _read(room):
            if message.id and _has_english(message):
                everything.add(message.id, message.string, context=message.context)
    return everything


def _read(room: Room) -> Catalog:
    if not room.po.exists():
        return _empty()
    with room.po.open("rb") as file:
        return read_po(file, locale="en")


def _empty() -> Catalog:
    return Catalog(
        locale="en", project="Linli", version="1", msgid_bugs_address="-", header_comment="# English texts of Linli.",
        creation_date=WRITTEN_ON, revision_date=WRITTEN_ON, last_translator="Linli",
        language_team="Linli", fuzzy=False,
    )  # fmt: skip


def _texts(folder: Path) -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("templates/**/*.html")]):
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(folder))
        code = _template_code(text, name) if path.suffix == ".html" else text
        found = extract(
            "python", io.BytesIO(code.encode()), KEYWORDS, options={"encoding": "utf-8"}
        )
        for _line, message, _comments, context in found:
            yield name, message, context


def _template_code(text: str, name: str) -> str:
    """Give a template's texts as calls, one a line; blanks at the start would be indentation."""
    return "\n".join(line.lstrip() for line in templatize(text, origin=name).splitlines())


def _text_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _has_english(message: Message) -> bool:
    texts = message.string
    return all(texts) if isinstance(texts, tuple | list) else bool(texts)
