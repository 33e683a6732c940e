"""Packs an installation up: database, files and, apart, the keys without which personal data stays shut."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from linli.project.database.addresses import application_role, is_external, owner_address
from linli.project.database.postgres import bundled
from linli.project.keeping.bundle import (
    DUMP,
    FILES,
    KEYS,
    Manifest,
    digest_of,
    empty_folder,
    pack,
)
from linli.project.keeping.dumping import dump
from linli.project.progress import Refused


def backup(
    home: Path, target: Path, keys: Path | None = None, *, at: datetime, address: str | None = None
) -> Manifest:
    """Back a standing installation up into an empty folder, its keys into another one.

    People may go on working: the database is taken as it is at one moment, and files only grow. `keys`
    is beside the target unless named. Raises Refused over folders that are not empty.
    """
    keys = keys or keys_beside(target)
    for folder in (target, keys):
        if folder.resolve().is_relative_to(home.resolve()):
            raise Refused(
                f"{folder} 在数据文件夹之内：请另选一处", f"{folder} lies in the data folder"
            )
    empty_folder(target)
    empty_folder(keys)
    server = dump(address or dumping_address(home), target / DUMP)
    manifest = Manifest(
        id=secrets.token_hex(16),
        made_at=at.isoformat(timespec="seconds"),
        server=server,
        app_role=application_role(home),
        keys=pack(home / "keys", keys / KEYS),
        parts={DUMP: digest_of(target / DUMP), FILES: pack(home / "files", target / FILES)},
    )
    manifest.write(target)
    return manifest


def keys_beside(target: Path) -> Path:
    """Give the folder for the keys of a backup when none is named."""
    return target.with_name(f"{target.name}-keys")


def dumping_address(home: Path) -> str:
    """Give the connection string of the role that sees all offices: bundled, the superuser's."""
    return owner_address(home) if is_external() else bundled(home).address("superuser")
