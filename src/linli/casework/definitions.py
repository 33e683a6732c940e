"""Published mechanisms: the texts that cases pin, kept for good and compiled once a process."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from linli.casework.models import Case, Definition
from linli.registry.asking.statements import Statement
from linli.registry.isolation import current_office, has_office, remembered
from linli.rulebook import loading
from linli.rulebook.loading import Book, digest_of, load
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.overlays import NOTHING, Overlay

PUBLISH = """
    INSERT INTO casework_definition
        (office_id, key, version, edition, sha256, text, overlay, effective_on)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (office_id, key, version, edition) DO NOTHING
"""
IN_FORCE = "(effective_on IS NULL OR effective_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date)"
NEWEST = Statement(f"""
    SELECT id, sha256 FROM casework_definition WHERE key = $1 AND {IN_FORCE}
    ORDER BY version DESC, office_id NULLS LAST, edition DESC LIMIT 1
""")  # noqa: S608 - a condition of our own
NEWEST_OF_ALL = Statement(f"""
    SELECT DISTINCT ON (key) key, id, sha256 FROM casework_definition WHERE {IN_FORCE}
    ORDER BY key, version DESC, office_id NULLS LAST, edition DESC
""")  # noqa: S608 - a condition of our own
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


@dataclass(frozen=True)
class Edition:
    """One published version as its text was set: `edition` counts the settings of one version."""

    id: int
    key: str
    version: int
    edition: int
    sha256: str
    effective_on: date | None
    is_own: bool
    mechanism: Mechanism


def publish(
    book: Book,
    *,
    office: int | None = None,
    effective_on: date | None = None,
    keys: Collection[str] | None = None,
) -> tuple[str, ...]:
    """Publish the mechanisms of a book, or those of `keys`, for all offices (the owner's right) or the open one.

    Gives the keys of what was not there yet. What is there already with the same text and settings is left
    alone; other settings of the same text are a new edition of its version. Raises VersionTaken.
    """
    there = _latest(office, book.mechanisms if keys is None else keys)
    added = []
    for key in book.mechanisms if keys is None else keys:
        digest, version = book.sha256(key), book.mechanisms[key].version
        known = there.get((key, version))
        if known is not None and known.sha256 == digest:
            continue
        if known is not None and _ruled(known) != digest_of(load(book.texts[key], key)):
            raise VersionTaken(key, version)
        edition = known.edition + 1 if known is not None else 1
        overlay = json.dumps(book.overlays.get(key, NOTHING).plain())
        text = book.texts[key]
        with connection.cursor() as cursor:
            cursor.execute(
                PUBLISH, [office, key, version, edition, digest, text, overlay, effective_on]
            )
            if cursor.rowcount == 0:
                raise VersionTaken(key, version)
        added.append(key)
    if has_office():
        remembered("definition").clear()
        remembered("shelf").clear()
    return tuple(added)


def _latest(office: int | None, keys: Iterable[str]) -> dict[tuple[str, int], Definition]:
    """Give the latest edition of each version that holds for the office: its own before a shipped one."""
    whose = Q(office_id__isnull=True) if office is None else Q(office_id=office) | Q(office_id=None)
    rows = Definition.objects.filter(whose, key__in=list(keys))
    found: dict[tuple[str, int], Definition] = {}
    for row in rows.order_by(F("office_id").asc(nulls_first=True), "edition"):
        found[row.key, row.version] = row
    return found


def _ruled(row: Definition) -> str:
    """Give the digest of a definition's text without what the street set."""
    return digest_of(load(row.text, row.key)) if any(row.overlay.values()) else row.sha256


def left_behind() -> tuple[tuple[str, int, int], ...]:
    """Give mechanisms in which what the open office set does not hold: a newer shipped version came without it.

    Each with the version it was set in and the one in force today.
    """
    mine = Definition.objects.filter(office_id__isnull=False).order_by("key", "version", "edition")
    latest = {row.key: row for row in mine}
    now = in_force()
    return tuple(
        (key, row.version, now[key].version)
        for key, row in latest.items()
        if any(row.overlay.values()) and key in now and now[key].version > row.version
    )


def editions_of(key: str) -> tuple[Edition, ...]:
    """Give everything published under a key for the open office, the newest first. One statement."""
    return _editions(Definition.objects.filter(key=key))


def editions() -> tuple[Edition, ...]:
    """Give everything published for the open office, newest first within each key."""
    return _editions(Definition.objects.all())


def _editions(chosen: QuerySet[Definition]) -> tuple[Edition, ...]:
    rows = chosen.order_by("key", "-version", F("office_id").asc(nulls_last=True), "-edition")
    return tuple(
        Edition(
            row.pk, row.key, row.version, row.edition, row.sha256, row.effective_on,
            row.office_id is not None, compiled(row.pk, row.sha256),
        )
        for row in rows
    )  # fmt: skip


def published_as(key: str, version: int) -> Published | None:
    """Give the newest edition of a version for the open office; None when there is none."""
    found = (e for e in editions_of(key) if e.version == version)
    return next((Published(e.id, e.sha256, e.mechanism) for e in found), None)


def of_digest(key: str, sha256: str) -> Published:
    """Give the definition of a key with this digest. Raises MechanismUnknown."""
    found = Definition.objects.filter(key=key, sha256=sha256).order_by("id").first()
    if found is None:
        raise MechanismUnknown(f"{key} {sha256} is not published in office {current_office()}")
    return Published(found.pk, sha256, compiled(found.pk, sha256))


def of_ids(wanted: Collection[int]) -> dict[int, Mechanism]:
    """Give the mechanisms of definitions by id."""
    rows = dict(Definition.objects.filter(id__in=wanted).values_list("id", "sha256"))
    _read_unknown({digest: number for number, digest in rows.items()})
    return {number: _compiled[digest] for number, digest in rows.items()}


def live_cases() -> dict[int, int]:
    """Give how many cases of the open office are still under way, by definition."""
    open_now = Case.objects.filter(phase__in=("intake", "open")).order_by()
    counted = open_now.values_list("definition_id").annotate(Count("id"))
    return dict(counted)


def current(key: str) -> Mechanism:
    """Give the version that new cases of the open office begin under today. Raises MechanismUnknown."""
    return current_definition(key).mechanism


def current_keys() -> tuple[str, ...]:
    """Give the keys of all mechanisms in force in the open office, in order."""
    return tuple(in_force())


def in_force() -> dict[str, Mechanism]:
    """Give the current version of every mechanism of the open office, in order of their keys.

    One statement a transaction, however many there are; one more when texts are met that this process has not
    read yet.
    """
    shelf = remembered("shelf")
    if not shelf:
        rows = NEWEST_OF_ALL.rows()
        _read_unknown({digest: definition for _key, definition, digest in rows})
        known = remembered("definition")
        for key, definition, digest in rows:
            known[key] = Published(definition, digest, _compiled[digest])
            shelf[key] = _compiled[digest]
    return dict(shelf)


def published() -> tuple[Mechanism, ...]:
    """Give the current version of every mechanism of the open office, in order of their keys."""
    return tuple(in_force().values())


def current_definition(key: str) -> Published:
    """Give the newest definition of a key in force today, the office's own before a shipped one.

    Asked once a transaction. Raises MechanismUnknown.
    """
    known = remembered("definition")
    if key not in known:
        found = NEWEST.rows(key)
        if not found:
            raise MechanismUnknown(f"{key} is not published in office {current_office()}")
        [(definition, sha256)] = found
        known[key] = Published(definition, sha256, compiled(definition, sha256))
    newest = known[key]
    assert isinstance(newest, Published)
    return newest


def of_office(book: Book) -> Book:
    """Give a book whose mechanisms are those published for the open office: what new cases begin under."""
    return replace(book, mechanisms=_InForce())


class _InForce(Mapping[str, Mechanism]):
    """The current mechanism of each key, read when asked for."""

    def __getitem__(self, key: str) -> Mechanism:
        try:
            return current(key)
        except MechanismUnknown as unknown:
            raise KeyError(key) from unknown

    def __iter__(self) -> Iterator[str]:
        return iter(current_keys())

    def __len__(self) -> int:
        return len(current_keys())


def pinned(case: int) -> Mechanism:
    """Give the version that a case began under and keeps."""
    row = Case.objects.values_list("definition_id", "definition__sha256").get(id=case)
    return compiled(*row)


def compiled(definition: int, sha256: str) -> Mechanism:
    """Give the mechanism of a definition; its text is read once a process."""
    _read_unknown({sha256: definition})
    return _compiled[sha256]


def _read_unknown(wanted: Mapping[str, int]) -> None:
    """Compile the definitions (id by digest) that this process has not met; shipped texts are compiled already."""
    unknown = {digest: wanted[digest] for digest in wanted if digest not in _compiled}
    if not unknown:
        return
    book = loading.shipped()
    for key, mechanism in book.mechanisms.items():
        _compiled.setdefault(book.sha256(key), mechanism)
    foreign = [definition for digest, definition in unknown.items() if digest not in _compiled]
    if foreign:
        rows = Definition.objects.filter(id__in=foreign)
        for digest, key, text, overlay in rows.values_list("sha256", "key", "text", "overlay"):
            _compiled[digest] = load(text, f"{key}.yaml", Overlay.read(overlay))
