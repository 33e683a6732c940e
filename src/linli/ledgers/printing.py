"""Tables for spreadsheets: CSV and Excel, with cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = Sequence[str]


def harmless(text: str) -> str:
    """Give a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(header: Row, rows: Iterable[Row]) -> bytes:
    """Give a table as CSV that spreadsheets open in the right encoding."""
    sink = io.StringIO()
    table = csv.writer(sink)
    for row in (header, *rows):
        table.writerow([harmless(cell) for cell in row])
    return sink.getvalue().encode("utf-8-sig")


def as_workbook(header: Row, rows: Iterable[Row]) -> bytes:
    """Give a table as an Excel workbook: text cells only, the header bold and kept in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.freeze_panes = "A2"
    head = [WriteOnlyCell(sheet, value=harmless(cell)) for cell in header]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()
