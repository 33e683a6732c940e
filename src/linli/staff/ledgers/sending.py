"""Tables sent as files that spreadsheets open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from linli.ledgers.printing import as_csv, as_workbook

CSV, XLSX = "csv", "xlsx"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sent(
    kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[str]]
) -> HttpResponse:
    """Give a table as CSV or Excel to be saved under a name."""
    content = as_csv(header, rows) if kind == CSV else as_workbook(header, rows)
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
