"""What a backup consists of: a manifest with hashes, the database's dump, the files; the keys apart."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from linli.project.home import PRIVATE_FILE, PRIVATE_FOLDER
from linli.project.progress import Refused

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files.tar"
KEYS = "keys.tar"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: `parts` are file names with their SHA-256; `keys` that of the keys archive."""

    id: str
    made_at: str
    server: str
    app_role: str
    keys: str
    parts: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write the manifest last: a folder without one is no backup."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(text, encoding="utf-8")

    @classmethod
    def checked(cls, folder: Path) -> Manifest:
        """Give the manifest of a backup whose parts are all there and unchanged. Raises Refused."""
        try:
            told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError) as missing:
            raise Refused(
                f"{folder} 不是完整的备份：没有 {MANIFEST}",
                f"{folder} is no whole backup: {MANIFEST} is missing",
            ) from missing
        if told.get("format") != FORMAT:
            raise Refused(
                "备份由更新的版本制作：请先升级程序",
                "a newer version made this backup: upgrade first",
            )
        manifest = cls(**told)
        for name, digest in manifest.parts.items():
            check_part(folder / name, digest)
        return manifest


def check_part(path: Path, digest: str) -> None:
    """Refuse a part that is missing or was changed since the backup."""
    if not path.is_file() or digest_of(path) != digest:
        raise Refused(
            f"备份文件 {path.name} 缺失或已损坏：请换一份备份",
            f"{path.name} of the backup is missing or damaged: take another backup",
        )


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def empty_folder(folder: Path) -> None:
    """Make a folder for its owner only. Refuses one that has something in it."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(
            f"{folder} 不是空文件夹：请另选一个", f"{folder} is not empty: choose another"
        )


def pack(source: Path, archive: Path) -> str:
    """Pack the files of a folder into an archive for its owner only; give its SHA-256.

    A file that is erased meanwhile is left out.
    """
    opened = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(opened, "wb") as sink, tarfile.open(fileobj=sink, mode="w") as packed:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                _add(packed, path, str(path.relative_to(source)))
        sink.flush()
        os.fsync(sink.fileno())
    return digest_of(archive)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive into a folder; nothing may reach outside it."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    for path in folder.rglob("*"):
        path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)


def _add(packed: tarfile.TarFile, path: Path, name: str) -> None:
    try:
        with path.open("rb") as file:
            entry = packed.gettarinfo(arcname=name, fileobj=file)
            packed.addfile(entry, file)
    except FileNotFoundError:
        return
