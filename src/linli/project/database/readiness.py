"""Tells cheaply, without starting Django, whether tables, rules and static files are up to date."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import psycopg

from linli.project.database.addresses import owner_address

PACKAGE = Path(__file__).parents[2]


def is_ready(folder: Path) -> bool:
    """Say whether nothing is to migrate, publish or collect."""
    noted = _noted(folder)
    return noted == readiness() and _migrations_of_ours() <= _applied()


def readiness() -> dict[str, str]:
    """Give the digests of what a start depends on."""
    return {
        "book": _digest(_files("book")),
        "code": _digest(PACKAGE.glob("*/migrations/*.py")),
        "static": _stamp(PACKAGE.glob("*/static/**/*")),
    }


def note_ready(folder: Path) -> None:
    """Note that all was made ready for the files as they are now."""
    (folder / "ready.json").write_text(json.dumps(readiness()), encoding="utf-8")


def unready(folder: Path) -> None:
    """Forget that all was ready, so that the next start looks again."""
    (folder / "ready.json").unlink(missing_ok=True)


def is_collected(folder: Path) -> bool:
    """Say whether the static files were collected as they are now."""
    return _noted(folder).get("static") == readiness()["static"]


def _noted(folder: Path) -> dict[str, str]:
    try:
        noted = json.loads((folder / "ready.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    assert isinstance(noted, dict)
    return noted


def _files(room: str) -> Iterable[Path]:
    return (
        path for path in (PACKAGE / room).rglob("*") if path.suffix in {".yaml", ".json", ".csv"}
    )


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(PACKAGE)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamp(paths: Iterable[Path]) -> str:
    """Give a digest of names, sizes and times: reading the large vendored files would take too long."""
    digest = hashlib.sha256(str(PACKAGE).encode())
    for path in sorted(paths):
        if path.is_file():
            seen = path.stat()
            digest.update(f"{path.relative_to(PACKAGE)} {seen.st_size} {seen.st_mtime_ns}".encode())
    return digest.hexdigest()


def _migrations_of_ours() -> set[tuple[str, str]]:
    found = PACKAGE.glob("*/migrations/0*.py")
    return {(path.parent.parent.name, path.stem) for path in found}


def _applied() -> set[tuple[str, str]]:
    try:
        with psycopg.connect(owner_address(), connect_timeout=10) as owner:
            return {
                (app, name)
                for app, name in owner.execute("SELECT app, name FROM django_migrations")
            }
    except psycopg.errors.UndefinedTable:
        return set()
