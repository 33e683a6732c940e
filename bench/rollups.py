"""Readings by themselves, without a web server: from roll-ups, from the records, and the recount of one month."""

from __future__ import annotations

from collections.abc import Callable

from bench.figures import CITY, DISTRICT, YEAR, timed

from linli.casework.definitions import current
from linli.figures.compiling import Frame
from linli.figures.counters import Counters
from linli.figures.periods import Period, period_named
from linli.figures.queries import read, read_all
from linli.figures.rollups.above import read_above, read_figure_above
from linli.figures.rollups.asking import rows
from linli.figures.rollups.keeping import counted_cells, wanted_parts
from linli.figures.rollups.parts import Part, months
from linli.figures.valuing import value_of
from linli.registry.isolation import office_transaction
from linli.registry.queries import offices, this_office
from linli.rulebook.counting import expand
from linli.rulebook.loading import shipped

KEY, DAYS = "grid-case", "request-days-p90"
JUNE = 2025 * 12 + 5


def category() -> str:
    """Give the category that most cases of the office have."""
    with office_transaction(offices()[0].id):
        found = rows(
            "SELECT category FROM casework_case GROUP BY 1 ORDER BY count(*) DESC LIMIT 1", []
        )
    return str(found[0][0])


def readings() -> dict[str, float]:
    """Give the median milliseconds of each reading."""
    book, year = shipped(), period_named(YEAR)
    last = period_named(str(int(YEAR) - 1))
    office = offices()[0].id
    parts = _wanted(office)
    found: dict[str, Callable[[], object]] = {
        "one office: all figures, roll-ups": lambda: read_all(KEY, year, book=book),
        "one office: closing rate by area": lambda: read(
            f"{KEY}.close_rate", year, by="area", book=book
        ),
        "one office: two years, by month": lambda: [
            read(f"{KEY}.closed", one, by="month", book=book) for one in (last, year)
        ],
        "one office: nine in ten days": lambda: read(DAYS, year, book=book),
        "one office: all figures, records": lambda: _from_records(year),
        "one office: a month of all parts counted anew": lambda: [
            _counted(part, months(JUNE, JUNE + 1)) for part in parts
        ],
    }
    for name, ground in (("district", DISTRICT), ("city", CITY)):
        found |= {
            f"{name}: headline": lambda g=ground: read_above(KEY, year, ground=g),  # type: ignore[misc]
            f"{name}: league of units": lambda g=ground: read_above(  # type: ignore[misc]
                KEY, year, ground=g, by="office", names=("close_rate",)
            ),
            f"{name}: closure table, month by month": lambda g=ground: read_above(  # type: ignore[misc]
                KEY, year, ground=g, by="month", names=("close_rate",)
            ),
            f"{name}: closure table, by category": lambda g=ground: read_above(  # type: ignore[misc]
                KEY, year, ground=g, by="category", names=("close_rate",)
            ),
            f"{name}: nine in ten days": lambda g=ground: read_figure_above(  # type: ignore[misc]
                DAYS, year, ground=g
            ),
            f"{name}: nine in ten days, by category": lambda g=ground: read_figure_above(  # type: ignore[misc]
                DAYS, year, ground=g, by="category"
            ),
            f"{name}: year on year, by month": lambda g=ground: [  # type: ignore[misc]
                read_above(KEY, one, ground=g, by="month", names=("closed",))
                for one in (last, year)
            ],
        }
    with office_transaction(office):
        return {name: timed(work) for name, work in found.items()}


def _wanted(office: int) -> list[Part]:
    with office_transaction(office):
        return [part for part in wanted_parts().values() if part.counted.mechanism == KEY]


def _counted(part: Part, period: Period) -> None:
    cells = counted_cells(part, period)
    rows(cells.text, cells.parameters)


def _from_records(period: Period) -> None:
    """Read the mechanism's figures the long way."""
    mechanism = current(KEY)
    counters = Counters({KEY: mechanism})
    for name in mechanism.figures:
        value_of(expand(mechanism, name), Frame(period, this_office().path), counters)
