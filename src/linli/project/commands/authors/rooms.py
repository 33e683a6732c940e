"""`linli rooms`: docs/rooms.md, written from what the rooms say of themselves."""

from __future__ import annotations

import argparse
import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[3]
ORDER = (
    "project", "staff", "resident", "api", "appraisal", "exchange", "ledgers", "figures", "casework", "registry", "ui", "rulebook", "book", "hints", "reach", "surveys",
)  # fmt: skip
INTRODUCTION = """# Rooms

Written by `./linli rooms` from the first lines of the modules; a house test keeps it current.
A room knows only the rooms below it. Before writing, find the room here: if two fit, it belongs to
the lower one; if none fits, a page in `decisions/` comes before a folder.
"""
LEFT_OUT = {"__init__", "__main__", "apps"}


def write(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Write the page."""
    (_repository() / "docs" / "rooms.md").write_text(rooms_page(), encoding="utf-8")
    return 0


def rooms_page() -> str:
    """Give the page: every room from the top floor down, with its modules and what each is for."""
    return "\n".join([INTRODUCTION, *(line for room in ORDER for line in _room(PACKAGE / room))])


def _repository() -> Path:
    return next(folder for folder in PACKAGE.parents if (folder / "pyproject.toml").exists())


def _room(folder: Path) -> list[str]:
    lines = [f"## {folder.name}", "", _first_line(folder / "__init__.py"), ""]
    lines += [f"- `{name}` {text}" for name, text in _modules(folder)]
    return [*lines, ""] if lines[-1] else lines


def _modules(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if "migrations" in path.parts or name in LEFT_OUT:
            continue
        if path.stem == "__init__":
            name = f"{path.parent.relative_to(folder).as_posix()}/"
        found.append((name, _first_line(path)))
    return sorted(found)


def _first_line(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]
