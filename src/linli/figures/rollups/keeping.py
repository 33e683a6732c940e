"""Roll-ups kept fresh: what steps touched since the cursor is counted anew from the records, never added to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db import connection

from linli.casework.definitions import in_force
from linli.figures.compiling import Clause
from linli.figures.finding import defined_keys
from linli.figures.models import RollupCell, RollupCursor, RollupPart
from linli.figures.periods import Period
from linli.figures.rollups.asking import rows
from linli.figures.rollups.parts import (
    ANY_TIME,
    AREA,
    CATEGORY,
    MONTH_OF,
    WHOLE,
    Part,
    months,
    parts_of_trees,
)
from linli.registry.isolation import current_office
from linli.registry.queries import this_office
from linli.rulebook.counting import FigureTree, expand
from linli.rulebook.counting.definitions import tree_of
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.ownbook import at_hand

POSITIONS_A_TURN = 5_000
COLUMNS = "office_id, part, grain, area, month, told, category, took, times, amount"
# The cells of a part over a period: for the whole office, by area, by category. Durations are not kept by area.
CELLS = f"""
    SELECT %s::int AS office_id, %s::bigint AS part,
        CASE WHEN {{is_area}} THEN {AREA} WHEN grouping(f.category) = 0 THEN {CATEGORY} ELSE {WHOLE} END AS grain,
        coalesce({{area}}, %s) COLLATE "C" AS area, f.month, f.told,
        coalesce(f.category, '') COLLATE "C" AS category, f.took, sum(f.times)::bigint AS times, sum(f.amount) AS amount
    FROM ({{found}}) f
    GROUP BY GROUPING SETS ((f.month, f.told, f.took), (f.month, f.told, f.took, f.category){{by_area}})
    HAVING sum(f.times) <> 0 OR sum(f.amount) <> 0
"""
_wanted: dict[tuple[int, ...], tuple[Book, Mapping[int, Part]]] = {}
BY_AREA = {
    "by_area": ", (f.month, f.told, f.took, f.area)",
    "area": "f.area",
    "is_area": "grouping(f.area) = 0",
}
NOT_BY_AREA = {"by_area": "", "area": "NULL", "is_area": "false"}
TOUCHED = f"""
    SELECT DISTINCT s.mechanism, {MONTH_OF.format("s.at")} FROM casework_step s WHERE s.case_id IN (
        SELECT p.case_id FROM casework_position p
        WHERE p.office_id = %s AND p.position > %s AND p.position <= %s)
"""
LIVED = """
    SELECT m.key FROM unnest(%s::text[]) AS m(key)
    WHERE EXISTS (SELECT FROM casework_case c WHERE c.mechanism = m.key COLLATE "C")
"""
# A month's records lie anywhere in the tables: by the cost of a disk's moving arm PostgreSQL would rather read all years.
BY_INDEX = "SELECT set_config('random_page_cost', '1.1', true)"
REACHED = """
    SELECT max(position) FROM (SELECT position FROM casework_position
    WHERE office_id = %s AND position > %s ORDER BY position LIMIT %s) p
"""


def refresh(at: datetime, limit: int = POSITIONS_A_TURN) -> int:
    """Count anew what the next steps of the open office's log touched, in the parts that are built.

    Gives how many steps were read on. One transaction: cells and cursor move together.
    """
    cursor = _cursor(at)
    office = cursor.office_id
    reached = rows(REACHED, [office, cursor.position, limit])[0][0] or cursor.position
    if reached > cursor.position:
        rows(BY_INDEX, [])
        parts = wanted_parts()
        there = _there() & parts.keys()
        for key, touched in _touched(cursor.position, reached).items():
            for part in parts.values():
                if part.counted.mechanism == key and part.key in there:
                    _recount(part, touched)
    done = reached - cursor.position
    if done or (at - cursor.at).total_seconds() >= 60:  # noqa: PLR2004 - said once a minute
        cursor.position, cursor.at = reached, at
        cursor.save()
    return int(done)


def build(at: datetime) -> int:
    """Build the next new part that has cases to count, and all those that have none; say how many are still to be built.

    One part is one transaction, so that whoever calls can do what is more urgent in between.
    """
    _cursor(at)
    _forget_unwanted()
    parts = missing_parts()
    lived = _lived({part.counted.mechanism for part in parts})
    counted = [part for part in parts if part.counted.mechanism in lived]
    for part in counted[:1]:
        write_cells(part, ANY_TIME)
    built = [*counted[:1], *(part for part in parts if part.counted.mechanism not in lived)]
    office = this_office()
    RollupPart.objects.bulk_create(
        RollupPart(
            office_id=office.id, part=part.key, mechanism=part.counted.mechanism, area=office.path,
            built_at=at,
        )
        for part in built
    )  # fmt: skip
    return len(parts) - len(built)


def is_being_counted() -> bool:
    """Say whether another process counts cells of the open office now; whoever hears it does not have to wait behind it."""
    mine = RollupCursor.objects.filter(office_id=current_office())
    free = mine.select_for_update(skip_locked=True).values_list("office_id", flat=True)
    return mine.exists() and not list(free)


def wanted_parts() -> Mapping[int, Part]:
    """Give the parts of all figures in force in the open office that can be kept, by key."""
    book, mechanisms = at_hand(), in_force()
    marks = (id(book), *map(id, mechanisms.values()))
    if marks not in _wanted:
        _wanted.clear()  # those of an edition that is in force no more
        _wanted[marks] = (book, parts_of_trees(_trees(book, mechanisms), mechanisms))
    return _wanted[marks][1]


def missing_parts() -> list[Part]:
    """Give the parts that the open office has not built yet."""
    parts, there = wanted_parts(), _there()
    return [part for key, part in parts.items() if key not in there]


def _trees(book: Book, mechanisms: Mapping[str, Mechanism]) -> Iterator[FigureTree]:
    for mechanism in mechanisms.values():
        for name in mechanism.figures:
            yield expand(mechanism, name)
    for key in defined_keys(book):
        yield tree_of(book.figures, key, mechanisms)


def counted_cells(part: Part, period: Period) -> Clause:
    """Give the SELECT that counts the cells of a part over a period from the records."""
    office = this_office()
    found = part.found(period, office.path)
    told = NOT_BY_AREA if part.counted.span is not None else BY_AREA
    text = CELLS.format(found=found.text, **told)
    return Clause(text, [office.id, part.key, office.path, *found.parameters])


def write_cells(part: Part, period: Period) -> None:
    """Write the cells of a part over a period in which none are."""
    cells = counted_cells(part, period)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO figures_rollupcell ({COLUMNS}) SELECT {COLUMNS} FROM ({cells.text}) w",
            cells.parameters,
        )


def _cursor(at: datetime) -> RollupCursor:
    """Give the open office's cursor, locked: whoever counts cells counts alone."""
    office = this_office()
    cursor, _ = RollupCursor.objects.select_for_update().get_or_create(
        office_id=office.id, defaults={"area": office.path, "position": 0, "at": at}
    )
    return cursor


def _there() -> set[int]:
    mine = RollupPart.objects.filter(office_id=current_office())
    return set(mine.values_list("part", flat=True))


def _forget_unwanted() -> None:
    """Remove the parts that no figure asks for any more."""
    gone = _there() - wanted_parts().keys()
    if gone:
        for table in (RollupCell, RollupPart):
            table.objects.filter(office_id=current_office(), part__in=gone).delete()


def _lived(mechanisms: Collection[str]) -> set[str]:
    """Give those of the mechanisms that the open office has a case of."""
    found = rows(LIVED, [list(mechanisms)])
    return {key for (key,) in found}


def _touched(after: int, reached: int) -> dict[str, set[int]]:
    """Give the months of every step of the cases that were acted on, by mechanism."""
    found: dict[str, set[int]] = {}
    for mechanism, month in rows(TOUCHED, [current_office(), after, reached]):
        found.setdefault(mechanism, set()).add(month)
    return found


def _recount(part: Part, touched: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM figures_rollupcell WHERE office_id = %s AND part = %s AND month = ANY(%s)",
            [current_office(), part.key, list(touched)],
        )
    for first, last in runs(touched):
        write_cells(part, months(first, last))


def runs(found: Collection[int]) -> list[tuple[int, int]]:
    """Give the ranges without gaps that numbers make up, each without its end."""
    ranges: list[tuple[int, int]] = []
    for month in sorted(found):
        if ranges and ranges[-1][1] == month:
            ranges[-1] = (ranges[-1][0], month + 1)
        else:
            ranges.append((month, month + 1))
    return ranges
