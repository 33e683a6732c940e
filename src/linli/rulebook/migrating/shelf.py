"""Where migration documents lie: `migrations/` of the shipped book and of the office's own."""

from __future__ import annotations

from pathlib import Path

from linli.rulebook.loading import FOLDER
from linli.rulebook.migrating.document import Migration
from linli.rulebook.ownbook import own_folder
from linli.rulebook.ownbook.remarks import Remark
from linli.rulebook.reading import MechanismRefused, read_yaml, text_of


def documents() -> dict[str, Path]:
    """Give the migration documents at hand by the names of their files; the office's own go first."""
    folders = [folder / "migrations" for folder in (FOLDER, own_folder()) if folder is not None]
    return {file.name: file for folder in folders for file in sorted(folder.glob("*.yaml"))}


def check_documents(folder: Path) -> list[Remark]:
    """Give what is wrong with the migration documents in an office's folder, as far as their shape goes."""
    found = []
    for file in sorted((folder / "migrations").glob("*.yaml")):
        try:
            read_yaml(text_of(file), str(file), Migration)
        except MechanismRefused as refused:
            found.append(Remark.of(refused, str(file)))
    return found
