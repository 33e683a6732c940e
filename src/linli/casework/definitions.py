"""Published mechanisms: the texts that cases pin, kept for good and compiled once a process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from linli.casework.models import Case, Definition
from linli.registry.isolation import current_office, remembered
from linli.rulebook import loading
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism

PUBLISH = """
    INSERT INTO casework_definition (office_id, key, version, sha256, text, effective_on)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (office_id, key, version) DO NOTHING
"""
NEWEST = """
    SELECT id, sha256 FROM casework_definition WHERE key = %s
    ORDER BY version DESC, office_id NULLS LAST LIMIT 1
"""
_compiled: dict[str, Mechanism] = {}


class VersionTaken(Exception):
    """Another text was published under this key and version; `message` says what to do."""

    def __init__(self, key: str, version: int) -> None:
        self.message = Label(
            zh=f"机制“{key}”第 {version} 版已发布，内容不同：已发布的版本不可改，请把 version 加一。",
            en=f"Mechanism {key!r} version {version} is published with another text: a published "
            "version never changes, so raise its version.",
        )
        super().__init__(self.message.en)


class MechanismUnknown(Exception):
    """No mechanism of this key is published for the office."""


@dataclass(frozen=True)
class Published:
    """A definition as cases refer to it."""

    id: int
    sha256: str
    mechanism: Mechanism


def publish(book: Book, *, office: int | None = None, effective_on: date | None = None) -> None:
    """Publish every mechanism of a book, for all offices (the owner's right) or for the open one.

    A version already there with the same text is left alone. Raises VersionTaken.
    """
    with connection.cursor() as cursor:
        for key, mechanism in book.mechanisms.items():
            digest, version = book.sha256(key), mechanism.version
            text = book.texts[key]
            cursor.execute(PUBLISH, [office, key, version, digest, text, effective_on])
    whose = Q(office_id__isnull=True) if office is None else Q(office_id=office)
    there = Definition.objects.filter(whose, key__in=book.mechanisms)
    for key, version, digest in there.values_list("key", "version", "sha256"):
        if version == book.mechanisms[key].version and digest != book.sha256(key):
            raise VersionTaken(key, version)
    if office is not None:
        remembered("definition").clear()


def current(key: str) -> Mechanism:
    """Give the version that new cases of the open office begin under. Raises MechanismUnknown."""
    return current_definition(key).mechanism


def current_keys() -> tuple[str, ...]:
    """Give the keys of all mechanisms published for the open office, in order."""
    return tuple(Definition.objects.order_by("key").values_list("key", flat=True).distinct())


def published() -> tuple[Mechanism, ...]:
    """Give the current version of every mechanism of the open office, in order of their keys."""
    return tuple(current(key) for key in current_keys())


def current_definition(key: str) -> Published:
    """Give the newest definition of a key, the office's own before a shipped one. Asked once a transaction."""
    known = remembered("definition")
    if key not in known:
        with connection.cursor() as cursor:
            cursor.execute(NEWEST, [key])
            row = cursor.fetchone()
        if row is None:
            raise MechanismUnknown(f"{key} is not published in office {current_office()}")
        known[key] = Published(row[0], row[1], compiled(row[0], row[1]))
    found = known[key]
    assert isinstance(found, Published)
    return found


def pinned(case: int) -> Mechanism:
    """Give the version that a case began under and keeps."""
    row = Case.objects.values_list("definition_id", "definition__sha256").get(id=case)
    return compiled(*row)


def compiled(definition: int, sha256: str) -> Mechanism:
    """Give the mechanism of a definition; its text is read once a process."""
    known = _compiled.get(sha256)
    if known is None:
        book = loading.shipped()
        shipped = {book.sha256(key): found for key, found in book.mechanisms.items()}
        known = shipped.get(sha256) or _read(definition)
        _compiled[sha256] = known
    return known


def _read(definition: int) -> Mechanism:
    key, text = Definition.objects.values_list("key", "text").get(id=definition)
    return loading.load(text, f"{key}.yaml")
