"""Who may log in to the demo: kept beside it, printed at every start."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from linli.project.progress import worded


@dataclass(frozen=True)
class LogIn:
    """One person of the demo: name and password to log in with, and what they are there."""

    username: str
    password: str
    zh: str
    en: str


def note_demo(folder: Path, log_ins: Sequence[LogIn]) -> None:
    """Note that the demo stands, and who may log in to it."""
    kept = json.dumps([asdict(one) for one in log_ins], ensure_ascii=False)
    (folder / "demo.json").write_text(kept, encoding="utf-8")


def note_begun(folder: Path) -> None:
    """Note that the demo is being built, in a database that holds nothing else."""
    (folder / "demo.begun").touch()


def is_demo_half(folder: Path) -> bool:
    """Say whether building the demo was cut short."""
    return (folder / "demo.begun").exists() and not is_demo_there(folder)


def is_demo_there(folder: Path) -> bool:
    """Say whether the demo was built to its end."""
    return (folder / "demo.json").exists()


def log_in_lines(folder: Path) -> list[str]:
    """Give the demo's log-ins as lines for the terminal; none in an office of one's own."""
    if not is_demo_there(folder):
        return []
    kept = [LogIn(**one) for one in json.loads((folder / "demo.json").read_text(encoding="utf-8"))]
    return [f"{one.username:<12} {one.password:<18} {worded(one.zh, one.en)}" for one in kept]
