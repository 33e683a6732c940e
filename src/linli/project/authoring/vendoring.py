"""Assets of others that are committed here: fetched from npm, checked against the record, copied."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import linli.ui

ASSETS = Path(linli.ui.__file__).parent / "static" / "vendor"
FOR_TESTS = Path(linli.ui.__file__).parents[3] / "tests" / "vendor"
RECORD = "vendor.toml"


class VendorRefused(Exception):
    """A package could not be fetched, or is not the one recorded."""


@dataclass(frozen=True)
class Asset:
    """One file: its place in the package, its name here, and its digest once copied."""

    source: str
    name: str
    sha256: str = ""


@dataclass(frozen=True)
class Package:
    """One npm package at one version; `integrity` is npm's digest of the whole archive."""

    name: str
    npm: str
    version: str
    integrity: str
    licence: str
    files: tuple[Asset, ...]

    @property
    def folder(self) -> str:
        """Give the folder's name; the version stands in it, so that addresses never change meaning."""
        return f"{self.name}-{self.version}"


def vendor() -> Iterator[str]:
    """Fetch every recorded package anew, and give the folders written. Raises VendorRefused."""
    for shelf in (ASSETS, FOR_TESTS):
        if (shelf / RECORD).exists():
            fetched = [_fetched(package, shelf) for package in packages(shelf)]
            (shelf / RECORD).write_text(_written(fetched), encoding="utf-8")
            yield from (package.folder for package in fetched)


def packages(shelf: Path) -> list[Package]:
    """Give the packages that the record of a shelf names."""
    record = tomllib.loads((shelf / RECORD).read_text(encoding="utf-8"))
    return [_package(entry) for entry in record["package"]]


def _package(entry: Mapping[str, object]) -> Package:
    files = entry["files"]
    assert isinstance(files, list)
    words = {key: str(entry[key]) for key in ("name", "npm", "version", "integrity", "licence")}
    return Package(**words, files=tuple(Asset(**file) for file in files))


def _fetched(package: Package, shelf: Path) -> Package:
    with tempfile.TemporaryDirectory() as folder:
        archive = _packed(package, Path(folder))
        _check(package, archive)
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
        return _copied(package, Path(folder) / "package", shelf / package.folder)


def _packed(package: Package, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise VendorRefused("npm is needed to renew vendored assets")
    line = [npm, "pack", f"{package.npm}@{package.version}", "--json"]
    done = subprocess.run(line, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode:
        raise VendorRefused(done.stderr.strip())
    return folder / str(json.loads(done.stdout)[0]["filename"])


def _check(package: Package, archive: Path) -> None:
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if package.integrity != f"sha512-{digest}":
        raise VendorRefused(
            f"{package.folder}: the archive is sha512-{digest}, not the one recorded"
        )


def _copied(package: Package, source: Path, target: Path) -> Package:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    kept = []
    for file in package.files:
        shutil.copyfile(source / file.source, target / file.name)
        digest = hashlib.sha256((target / file.name).read_bytes()).hexdigest()
        kept.append(Asset(file.source, file.name, digest))
    words = (package.name, package.npm, package.version, package.integrity, package.licence)
    return Package(*words, tuple(kept))


def _written(kept: list[Package]) -> str:
    lines = [
        "# Assets of others, committed as they are. `./linli vendor` fetches them anew and checks them."
    ]
    for package in kept:
        lines += ["", "[[package]]"]
        words = ("name", "npm", "version", "integrity", "licence")
        lines += [f'{word} = "{getattr(package, word)}"' for word in words]
        for file in package.files:
            lines += ["", "[[package.files]]", f'source = "{file.source}"']
            lines += [f'name = "{file.name}"', f'sha256 = "{file.sha256}"']
    return "\n".join(lines) + "\n"
