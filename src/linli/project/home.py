"""Where an installation keeps its things: LINLI_HOME, its keys, files and generated static files."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def home() -> Path:
    """Give the data folder: LINLI_HOME, or `linli` in the user's own data folder (XDG)."""
    named = os.environ.get("LINLI_HOME")
    if named:
        return Path(named).expanduser().resolve()
    above = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return (Path(above).expanduser() / "linli").resolve()


def make_home(folder: Path) -> None:
    """Make the data folder and its keys folder, readable by the owner only."""
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    (folder / "keys").mkdir(exist_ok=True, mode=PRIVATE_FOLDER)


def read_keys(folder: Path, name: str) -> dict[str, Any]:
    """Give the secrets kept under a name; empty when there are none yet."""
    path = folder / "keys" / f"{name}.json"
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(kept, dict)
    return kept


def write_keys(folder: Path, name: str, kept: dict[str, Any]) -> None:
    """Keep secrets under a name, in a file only the owner may read; replaced in one move."""
    make_home(folder)
    path = folder / "keys" / f"{name}.json"
    draft = path.with_suffix(f".{os.getpid()}.new")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        json.dump(kept, file)
    draft.replace(path)


def signing_key(folder: Path) -> str:
    """Give the key that signs sessions and forms; made at the first start, new each time before that."""
    return str(read_keys(folder, "signing").get("key") or secrets.token_urlsafe(48))


def make_signing_key(folder: Path) -> None:
    """Make the signing key unless there is one."""
    if not read_keys(folder, "signing"):
        write_keys(folder, "signing", {"key": secrets.token_urlsafe(48)})


def make_first_run_word(folder: Path) -> str:
    """Give the word that proves who started the program; made once."""
    word = read_keys(folder, "first-run").get("word")
    if word is None:
        word = secrets.token_hex(4)
        write_keys(folder, "first-run", {"word": word})
    return str(word)
