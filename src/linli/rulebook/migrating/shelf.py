"""Where migration documents lie: `migrations/` of the shipped book and of the office's own."""

from __future__ import annotations

from pathlib import Path

from linli.rulebook.loading import FOLDER
from linli.rulebook.ownbook import own_folder


def documents() -> dict[str, Path]:
    """Give the migration documents at hand by the names of their files; the office's own go first."""
    folders = [folder / "migrations" for folder in (FOLDER, own_folder()) if folder is not None]
    return {file.name: file for folder in folders for file in sorted(folder.glob("*.yaml"))}
