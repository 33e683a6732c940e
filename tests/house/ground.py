"""What the house tests look at: the folders, the files, and which room stands on which floor."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import linli

REPOSITORY = Path(__file__).parents[2]
PACKAGE = Path(linli.__file__).parent
BOOK = PACKAGE / "book"
GENERATED = ("__pycache__", "migrations")


def floors() -> list[set[str]]:
    """Give the floors of the house, top first, as the import contract in pyproject.toml lays them."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    return [
        {room.strip("() ") for room in floor.replace(":", "|").split("|")}
        for floor in contract["layers"]
    ]


def height_of(room: str) -> int:
    """Give how high a room stands; the book is the ground."""
    laid = floors()
    return len(laid) - next(n for n, floor in enumerate(laid) if room in floor)


def rooms() -> list[Path]:
    """Give the folders of all rooms."""
    return sorted(p for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__")


def modules(*under: str) -> list[Path]:
    """Give all Python files, or those of some rooms; no migrations."""
    places = [PACKAGE / room for room in under] or [PACKAGE]
    found = (path for place in places for path in place.rglob("*.py"))
    return sorted(path for path in found if not set(GENERATED) & set(path.parts))


def templates() -> list[Path]:
    """Give all page templates."""
    return sorted(PACKAGE.glob("*/templates/**/*.html"))


def tree(path: Path) -> ast.Module:
    """Give a module as a syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give the functions and methods of a module."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Give a function's lines without its docstring and decorators."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def kept_files() -> list[Path]:
    """Give the files of the repository: those git keeps or would keep."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True)
    if done.returncode:  # an unpacked archive
        found = (path for path in REPOSITORY.rglob("*") if ".venv" not in path.parts)
    else:
        found = (REPOSITORY / name for name in done.stdout.decode().split("\0") if name)
    return sorted(path for path in found if path.is_file())


def shown(path: Path) -> str:
    """Give a path as it stands in the repository."""
    return str(path.relative_to(REPOSITORY))
