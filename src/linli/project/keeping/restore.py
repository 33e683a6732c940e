"""Sets an installation up from a backup, on a machine that has none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from linli.casework.keys import remember_public_key
from linli.project.database.addresses import application_role, is_external
from linli.project.database.postgres import ROLES, bundled
from linli.project.database.standing import standing
from linli.project.home import make_home
from linli.project.keeping.backup import dumping_address, keys_beside
from linli.project.keeping.bundle import (
    DUMP,
    FILES,
    KEYS,
    Manifest,
    check_part,
    empty_folder,
    unpack,
)
from linli.project.keeping.dumping import check_empty, load
from linli.project.progress import Refused
from linli.rulebook.mechanism import Label

SIGNERS = "SELECT DISTINCT office_id, public_key FROM casework_checkpoint ORDER BY office_id"
WITH_KEYS = Label(zh="已恢复，数据、文件与密钥齐全。", en="Restored whole: data, files and keys.")
WITHOUT_KEYS = Label(
    zh="已恢复，但没有密钥备份：原有的个人信息和照片无法读取，居民旧回执的查询码失效，"
    "按电话查不到旧事项；其他一切照常。找到密钥备份后，用 --keys 重新恢复即可。",
    en="Restored, but without the keys archive: earlier personal fields and photos cannot be read, the "
    "codes of earlier receipts are void and earlier cases are not found by phone; everything else works. "
    "Should the keys archive be found, restore again and name it with --keys.",
)


@dataclass(frozen=True)
class Restored:
    """What was restored, and whether the keys came with it; `message` says so."""

    manifest: Manifest
    has_keys: bool

    @property
    def message(self) -> Label:
        """Give what the people who restored must know."""
        return WITH_KEYS if self.has_keys else WITHOUT_KEYS


def restore(source: Path, home: Path, keys: Path | None = None) -> Restored:
    """Set up an empty home from a backup. The next `linli up` brings its tables up to date.

    `keys` is the folder beside the source unless named. Refuses a home or a database that is not empty,
    a damaged backup, and the keys of another one; then nothing is written. What fails later is undone.
    """
    manifest = Manifest.checked(source)
    archive = (keys or keys_beside(source)) / KEYS
    has_keys = keys is not None or archive.exists()
    if has_keys:
        check_part(archive, manifest.keys)
    with _undone_on_failure(home):
        make_home(home)
        if has_keys:
            unpack(archive, home / "keys")
        unpack(source / FILES, home / "files")
        with standing(home):
            _fill(home, source / DUMP, manifest)
            if not has_keys:
                _remember_signers(home)
    return Restored(manifest, has_keys=has_keys)


def _fill(home: Path, path: Path, manifest: Manifest) -> None:
    address = dumping_address(home)
    owner = str(conninfo_to_dict(address)["user"]) if is_external() else ROLES["owner"]
    check_empty(address)
    app = application_role(home)
    load(address, path, owner=owner, app=app, former_app=manifest.app_role)


def _remember_signers(home: Path) -> None:
    """Keep trusting the checkpoints that came with the backup."""
    with psycopg.connect(dumping_address(home)) as server:
        for office, public in server.execute(SIGNERS):
            remember_public_key(home, office, public)


@contextmanager
def _undone_on_failure(home: Path) -> Iterator[None]:
    empty_folder(home)
    cluster = bundled(home)
    if cluster.tables.exists():
        raise Refused(
            f"{cluster.root} 里还有一个数据库：请先移走",
            f"a database is left in {cluster.root}: move it away",
        )
    try:
        yield
    except BaseException:
        if not is_external():
            cluster.stop()
            shutil.rmtree(cluster.root, ignore_errors=True)
        shutil.rmtree(home)
        raise
