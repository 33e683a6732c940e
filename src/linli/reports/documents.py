"""Reads a printed report from a Word or text file into paragraphs and table rows."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from linli.reports.checking.texts import Text
from linli.rulebook.mechanism import Label

ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")


class DocumentRefused(Exception):
    """The file cannot be read as a report. `message` says why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def read(path: Path) -> Text:
    """Give the text of a .docx or .txt file; raises DocumentRefused."""
    if not path.is_file():
        raise DocumentRefused(f"没有文件“{path.name}”。", f"There is no file {path.name!r}.")
    if path.suffix.lower() == ".docx":
        return _word(path)
    if path.suffix.lower() in (".txt", ".md", ""):
        return Text.of(_decoded(path.read_bytes(), path.name).splitlines())
    raise DocumentRefused(
        f"“{path.name}”不是 .docx 或 .txt：请在文字处理软件中另存为其中之一。",
        f"{path.name!r} is neither .docx nor .txt: save it as one of them.",
    )


def _word(path: Path) -> Text:
    try:
        document = Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise DocumentRefused(
            f"“{path.name}”打不开，可能已损坏或不是 Word 文件。",
            f"{path.name!r} cannot be opened: it is damaged or no Word file.",
        ) from error
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows] for table in document.tables
    ]
    return Text.of((p.text for p in document.paragraphs), tables)


def _decoded(content: bytes, name: str) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DocumentRefused(
        f"“{name}”的编码认不出：请另存为 UTF-8。",
        f"The encoding of {name!r} is not known: save it as UTF-8.",
    )
