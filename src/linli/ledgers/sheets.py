"""Reading ledgers: CSV in the encodings that offices use, and Excel workbooks, row by row with line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from linli.rulebook.mechanism import Label

ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = ",;\t|"
MOST_UNPACKED = 200 * 1024 * 1024
DAMAGED = Label(
    zh="这个 .xlsx 文件已损坏或不是工作簿", en="This .xlsx file is damaged or no workbook"
)


class SheetRefused(Exception):
    """The file cannot be read as a ledger; `message` says how to mend it."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class SheetRow:
    """One row of a ledger: its line in the file (the header is line 1) and its cells by column name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A ledger as text: its columns in order and its rows."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(name: str, content: bytes) -> Sheet:
    """Give the ledger in a CSV or .xlsx file, judged by its content.

    CSV may be UTF-8 or GB 18030. Raises SheetRefused for anything else, for an empty file, and for
    columns without a name or named twice.
    """
    if content.startswith(b"PK\x03\x04"):
        lines = _workbook_lines(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetRefused(
            Label(
                zh="这是旧版 .xls 文件：请在 Excel 中另存为 .xlsx 或 CSV 后再导入",
                en="This is an old .xls file: save it as .xlsx or CSV and import that",
            )
        )
    else:
        lines = _text_lines(name, content)
    try:
        _, header = next(lines)
    except StopIteration:
        raise SheetRefused(Label(zh="文件里没有内容", en="The file is empty")) from None
    columns = _checked_columns(header)
    rows = tuple(
        SheetRow(line, dict(zip(columns, _padded(cells, len(columns)), strict=False)))
        for line, cells in lines
        if any(cells)
    )
    return Sheet(columns, rows)


def _checked_columns(header: list[str]) -> tuple[str, ...]:
    while header and not header[-1]:
        header = header[:-1]
    twice = sorted({name for name in header if header.count(name) > 1})
    if not header or "" in header or twice:
        detail = "、".join(twice) or "（空）"
        raise SheetRefused(
            Label(
                zh=f"第 1 行必须是列名，每列一个、不重复；有问题的列名：{detail}",
                en=f"Line 1 must name every column once; wrong: {detail}",
            )
        )
    return tuple(header)


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _text_lines(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(name, content)
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetRefused(
                Label(
                    zh=f"第 {line} 行不是有效的 CSV：{error}",
                    en=f"Line {line} is not valid CSV: {error}",
                )
            ) from error
        yield line, [cell.strip() for cell in cells]


def _decoded(name: str, content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SheetRefused(
        Label(
            zh=f"“{name}”不是 CSV 或 .xlsx 文件：请另存为 UTF-8 编码的 CSV",
            en=f"“{name}” is neither CSV nor .xlsx: save it as CSV in UTF-8",
        )
    )


def _workbook_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise SheetRefused(
                Label(
                    zh=f"工作簿解开后超过 {MOST_UNPACKED >> 20} MB：请另存为 CSV 或拆分后再导入",
                    en=f"The workbook unpacks to more than {MOST_UNPACKED >> 20} MB: save it as CSV or split it",
                )
            )
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise SheetRefused(DAMAGED) from error
    sheet = workbook.worksheets[0]
    for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield line, [_cell_text(value) for value in row]
    workbook.close()


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
