"""What lies in an office's folder that nobody would read, since its name is not one that is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from linli.rulebook.lint import guess
from linli.rulebook.loading import FOLDER
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook.remarks import Remark

FILES = ("params.yaml", "texts.yaml", "duties.yaml")
MORE = ("migrations",)  # folders that the shipped book has not


def unread(folder: Path) -> Iterator[Remark]:
    """Give a remark for each file or folder that the book has no place for, with the name it may have been meant for."""
    shelves = {one.name for one in FOLDER.iterdir() if one.is_dir()} | {*MORE}
    for one in sorted(folder.iterdir()):
        if one.is_dir() and one.name in shelves:
            yield from _misnamed(one)
        elif one.is_dir() and not one.name.startswith((".", "_")):
            said = f"不读名为“{one.name}”的文件夹", f"no folder {one.name!r} is read"
            yield _remark(one, *said, guess(one.name, shelves))
        elif one.suffix == ".yaml" and one.name not in FILES:
            cure = _label("机制请放进 mechanisms/。", "Mechanisms go into mechanisms/.")
            yield _remark(one, "这里的文件不会读", "no file here is read", cure)
        elif one.suffix == ".yml":
            yield _yml(one)


def _misnamed(shelf: Path) -> Iterator[Remark]:
    yield from (_yml(one) for one in sorted(shelf.glob("*.yml")))
    if shelf.name == "calendar":
        for one in sorted(shelf.glob("*.yaml")):
            if not one.name.startswith("cn-") and one.name != "hours.yaml":
                cure = _label("年历请命名为 cn-年份.yaml。", "Call a year's calendar cn-YEAR.yaml.")
                yield _remark(one, "这个日历文件不会读", "this calendar file is not read", cure)


def _yml(file: Path) -> Remark:
    cure = _label(f"请改名为 {file.stem}.yaml。", f"Rename it {file.stem}.yaml.")
    return _remark(file, "只读 .yaml 文件", "only .yaml files are read", cure)


def _label(zh: str, en: str) -> Label:
    return Label(zh=zh, en=en)


def _remark(file: Path, zh: str, en: str, cure: Label) -> Remark:
    return Remark(str(file), 1, _label(zh, en), cure)
