"""A real ledger of 10,000 complaints, counted twice: by the figures, and plainly over the file."""

import csv
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from linli.figures.periods import period_named
from linli.figures.queries import Behind, place_named, read, records
from linli.ledgers.actions import LedgerFile, bring_in
from linli.ledgers.queries import import_done, shipped_maps
from linli.rulebook.loading import shipped

LEDGER = Path(__file__).parents[2].parent / "shared" / "data" / "pingshan-cases-2018.csv"
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
YEAR = period_named("2018")

pytestmark = pytest.mark.skipif(
    not LEDGER.exists(), reason="the shared data folder with the 2018 ledger is not beside this one"
)


@pytest.fixture(scope="module")
def rows():
    with LEDGER.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def brought_in(folk):
    file = LedgerFile(LEDGER.name, LEDGER.read_bytes())
    rules = shipped_maps()["civil-complaints-26"]
    number = bring_in(file=file, rules=rules, book=shipped(), by=folk.actor("director", AT), at=AT)
    return import_done(number)


def pairs(reading):
    return {part.key: (part.value.num, part.value.den) for part in reading.slices}


def test_ledger_enters_whole_once_and_its_figures_are_plain_counts(folk, rows):
    first, again = brought_in(folk), brought_in(folk)

    assert (first.row.rows, first.row.added, first.row.rejected) == (10_000, 10_000, 0)
    assert (again.row.added, again.row.repeated, again.row.rejected) == (0, 10_000, 0)
    _kept_rows_are_listed(first, rows)
    _figures_equal_plain_counts(rows)
    _records_are_as_many_as_the_value_says()


def _kept_rows_are_listed(done, rows):
    lines = list(enumerate(rows, start=2))
    streetless = {line for line, row in lines if row["STREET_NAME"] == "-"}
    unmarked = {line for line, row in lines if row["INTIME_ARCHIVE_NUM"] == "-"}
    assert (len(streetless), len(unmarked)) == (10, 5)
    assert {note.line for note in done.kept if note.column == "STREET_NAME"} == streetless
    assert {note.line for note in done.kept if note.column == "INTIME_ARCHIVE_NUM"} == unmarked
    assert len(done.kept) == 15
    assert done.rejected == ()
    assert done.unmapped == ()


def _figures_equal_plain_counts(rows):
    book, key = shipped(), "historic-order"
    count = read(f"{key}.entered", YEAR, book=book)
    assert (count.value.num, count.value.den) == (10_000, None)

    streets = Counter("" if row["STREET_NAME"] == "-" else row["STREET_NAME"] for row in rows)
    by_street = read(f"{key}.entered", YEAR, by="street", book=book)
    assert pairs(by_street) == {name: (n, None) for name, n in streets.items()}
    by_area = read(f"{key}.entered", YEAR, by="area", book=book)
    assert {
        "" if part.key == "" else part.label.zh: part.value.num for part in by_area.slices
    } == streets

    classes = Counter(row["EVENT_TYPE_NAME"] for row in rows)
    by_class = read(f"{key}.entered", YEAR, by="category", book=book)
    assert pairs(by_class) == {name: (n, None) for name, n in classes.items()}

    marked, on_time = Counter(), Counter()
    for row in rows:
        if row["INTIME_ARCHIVE_NUM"] in ("0", "1"):
            street = "" if row["STREET_NAME"] == "-" else row["STREET_NAME"]
            marked[street] += 1
            on_time[street] += row["INTIME_ARCHIVE_NUM"] == "1"
    rate = read(f"{key}.on_time_rate", YEAR, by="street", book=book)
    assert (rate.value.num, rate.value.den) == (sum(on_time.values()), sum(marked.values()))
    assert pairs(rate) == {name: (on_time[name], n) for name, n in marked.items()}
    assert rate.printed.zh == "90.76%"

    months = Counter(row["CREATE_TIME"][:7] for row in rows)
    by_month = read(f"{key}.entered", YEAR, by="month", book=book)
    quiet = {"2018-04": (0, None), "2018-05": (0, None)}
    assert pairs(by_month) == quiet | {month: (n, None) for month, n in months.items()}


def _records_are_as_many_as_the_value_says():
    book, place = shipped(), place_named("龙田街道")
    rate = read("historic-order.on_time_rate", YEAR, place=place, book=book)
    num = records("historic-order.on_time_rate", YEAR, place=place, book=book)
    den = records("historic-order.on_time_rate", YEAR, place=place, behind=Behind("den"), book=book)
    part = records(
        "historic-order.entered",
        YEAR,
        behind=Behind("num", "street", "龙田街道"),
        size=5,
        book=book,
    )
    assert (Decimal(num.total), Decimal(den.total)) == (rate.value.num, rate.value.den)
    assert (part.total, len(part.records)) == (2_435, 5)
