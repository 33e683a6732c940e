"""Months of figures written as Parquet: what each part counts by area and category, counted from the records."""

from __future__ import annotations

import csv
import hashlib
import importlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linli.figures.periods import Period
from linli.figures.rollups.asking import rows
from linli.figures.rollups.keeping import wanted_parts
from linli.figures.rollups.parts import MONTHS_A_YEAR, Part, month_of, months
from linli.registry.queries import this_office
from linli.rulebook.mechanism import Label

COLUMNS = {
    "mechanism": "VARCHAR",
    "part": "BIGINT",
    "month": "INTEGER",
    "told": "INTEGER",
    "area": "VARCHAR",
    "category": "VARCHAR",
    "took": "BIGINT",
    "times": "BIGINT",
    "amount": "DECIMAL(38, 6)",
}


class AnalyticsMissing(Exception):
    """DuckDB is not installed; `message` says how to have it."""

    message = Label(
        zh="没有安装 duckdb，不能读写 Parquet：请运行 pip install 'linli[analytics]'",
        en="duckdb is missing, so Parquet cannot be read or written: pip install 'linli[analytics]'",
    )


@dataclass(frozen=True)
class Written:
    """A file of one month: where it lies, how many rows it has, and its SHA-256."""

    path: Path
    rows: int
    sha256: str


def duckdb() -> Any:
    """Give DuckDB. Raises AnalyticsMissing."""
    try:
        return importlib.import_module("duckdb")
    except ImportError:
        raise AnalyticsMissing from None


def write_months(folder: Path, period: Period) -> Iterator[Written]:
    """Write each month that a period begins in to the end as `OFFICE/y=2025/m=06.parquet`, the whole file or none.

    Raises AnalyticsMissing.
    """
    engine = duckdb()
    for month in range(month_of(period.start), month_of(period.end)):
        yield _written(engine, folder / file_of(month), month)


def file_of(month: int) -> Path:
    """Give where a month lies in an archive."""
    year, nth = divmod(month, MONTHS_A_YEAR)
    return Path(this_office().code) / f"y={year:04}" / f"m={nth + 1:02}.parquet"


def _written(engine: Any, path: Path, month: int) -> Written:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as apart:
        plain, whole = Path(apart) / "month.csv", Path(apart) / "month.parquet"
        count = _gathered(plain, month)
        with engine.connect() as line:
            read = f"read_csv(?, header = true, quote = '\"', nullstr = '\\N', columns = {COLUMNS})"
            line.execute(
                f"COPY (SELECT * FROM {read} ORDER BY mechanism, part, told, area, category)"
                f" TO '{whole}' (FORMAT parquet, COMPRESSION zstd)",
                [str(plain)],
            )
        digest = hashlib.sha256(whole.read_bytes()).hexdigest()
        whole.replace(path)
    return Written(path, count, digest)


def _gathered(plain: Path, month: int) -> int:
    count = 0
    with plain.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(COLUMNS)
        for part in _lived():
            for line in _lines(part, month):
                sheet.writerow([part.counted.mechanism, part.key, *line])
                count += 1
    return count


def _lived() -> list[Part]:
    """Give the parts of mechanisms that have cases."""
    lived = {key for (key,) in rows("SELECT DISTINCT mechanism FROM casework_case", [])}
    return [part for part in wanted_parts().values() if part.counted.mechanism in lived]


def _lines(part: Part, month: int) -> list[tuple[Any, ...]]:
    found = part.found(months(month, month + 1), this_office().path)
    return rows(
        "SELECT month, told, area, category, took, times, amount FROM"
        f" ({found.text}) f WHERE times <> 0 OR amount <> 0",
        found.parameters,
    )
