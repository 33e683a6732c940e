"""Counting what a screen shows: each number by the very filters that its address leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from linli.casework.queries import CaseFilters, Counts, Dot, clusters, dots, tallies
from linli.figures.periods import period_named
from linli.figures.queries import FigureUnknown
from linli.figures.screens import Breakdown, CasesWanted, Screen, Tile
from linli.registry.queries import AreaRow, area_names, areas_of_office, body_names
from linli.registry.scope import covers
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk
from linli.staff.figures.choosing import NothingCovered, chosen
from linli.staff.listing.narrowing import NOBODY, filters_of
from linli.staff.screen.keeping import lately_read
from linli.ui.moments import moment_in_words
from linli.ui.outlining import Outline

ELSEWHERE = Label(zh="（未落到居民区）", en="(in no neighbourhood)")
MOST_DOTS = 1500
LENGTHS = {"today": 10, "month": 7, "year": 4}
Address = dict[str, str]


@dataclass(frozen=True)
class TileShown:
    """A tile: a count, or a figure with its parts; no value is no data."""

    label: Label
    href: str
    value: str | int | None
    tone: str = ""
    num: int | None = None
    den: int | None = None
    num_href: str = ""
    den_href: str = ""
    period: Label | None = None
    as_of: str = ""


@dataclass(frozen=True)
class Cell:
    """A number of a table, what it counts, and where its records are."""

    label: Label
    count: int
    href: str
    tone: str


@dataclass(frozen=True)
class Line:
    """A line of a table."""

    name: Label
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table of tiles; `rest` lines are not shown."""

    label: Label
    heads: tuple[Label, ...]
    lines: tuple[Line, ...]
    rest: int


@dataclass(frozen=True)
class Pile:
    """Cases of one category come together in one neighbourhood."""

    label: Label
    area: str
    count: int
    href: str


class Counting:
    """Counts one screen for somebody at a desk; all case tiles and tables by one statement."""

    def __init__(self, desk: Desk, screen: Screen) -> None:
        self.desk = desk
        self.screen = screen
        self.wanted = {tile.key: tile for tile in screen.tiles if tile.cases is not None}

    def tiles(self) -> list[TileShown]:
        """Give the tiles in the order of the file."""
        return [
            self._count(tile) if tile.cases else self._figure(tile) for tile in self.screen.tiles
        ]

    def tables(self, *, is_whole: bool) -> list[Table]:
        """Give the tables, the most pressing lines first; all lines when the whole is asked for."""
        return [self._table(table, is_whole=is_whole) for table in self.screen.tables]

    def hot(self) -> list[Pile]:
        """Give the largest piles of cases of one category in one neighbourhood."""
        hot = self.screen.hot
        if hot is None:
            return []
        found = clusters(
            actor=self.desk.actor, filters=filters_of(self._query(hot.cases)), at=self.desk.at,
            least=hot.least, most=hot.rows,
        )  # fmt: skip
        narrowed: dict[str, Address] = {
            f"{nth}": self._query(hot.cases, mechanism=one.mechanism, category=one.category, area=one.area, direct="1")
            for nth, one in enumerate(found)
        }  # fmt: skip
        counts = self._tallied(narrowed).whole
        names = area_names({one.area for one in found})
        piles = [
            Pile(
                one.label or ELSEWHERE, names.get(one.area, ""), counts[nth], _cases(narrowed[nth])
            )
            for nth, one in zip(narrowed, found, strict=True)
        ]
        return sorted(piles, key=lambda pile: -pile.count)

    def dots(self, wanted: CasesWanted) -> tuple[Dot, ...]:
        """Give the places of the cases that the map shows."""
        filters = filters_of(self._query(wanted))
        return dots(actor=self.desk.actor, filters=filters, at=self.desk.at, most=MOST_DOTS)

    def address(self, wanted: CasesWanted) -> str:
        """Give where the cases wanted are listed."""
        return _cases(self._query(wanted))

    @property
    def outlines(self) -> list[Outline]:
        """Give the grounds of the neighbourhoods, with their names."""
        return [Outline(row.name, row.outline) for row in self._areas if row.outline]

    @cached_property
    def _areas(self) -> list[AreaRow]:
        return [row for row in areas_of_office(on=self.desk.today) if row.level == "committee"]

    @cached_property
    def _counts(self) -> Counts:
        return self._tallied({key: self._query(tile.cases) for key, tile in self.wanted.items()})

    def _tallied(self, queries: Mapping[str, Address]) -> Counts:
        filters: dict[str, CaseFilters] = {key: filters_of(one) for key, one in queries.items()}
        return tallies(actor=self.desk.actor, filters=filters, at=self.desk.at)

    def _query(self, wanted: CasesWanted | None, **more: str) -> Address:
        assert wanted is not None
        return wanted.address(self.desk.today) | more

    def _count(self, tile: Tile) -> TileShown:
        count = self._counts.whole[tile.key]
        return TileShown(tile, _cases(self._query(tile.cases)), count, tile.tone if count else "")

    def _figure(self, tile: Tile) -> TileShown:
        """Give a figure over the ground of one's posts; one that is not in force here has no data."""
        period = period_named(f"{self.desk.today}"[: LENGTHS[tile.period]])
        try:
            place = chosen(self.desk).place
            kept = lately_read(
                office=self.desk.actor.office, figure=tile.figure, period=period, place=place,
                at=self.desk.at,
            )  # fmt: skip
        except (FigureUnknown, NothingCovered):
            return TileShown(tile, "", None)
        narrowed = urlencode({"period": period.text, "place": place})
        behind = f"{reverse('staff:figure-records', args=[tile.figure])}?{narrowed}"
        reading, value = kept.reading, kept.reading.value
        has_parts = value.den is not None
        return TileShown(
            label=tile,
            href=f"{reverse('staff:figure', args=[tile.figure])}?{narrowed}",
            value=None if value.exact is None else reading.printed.in_language(self.desk.language),
            num=int(value.num) if has_parts else None,
            den=int(value.den) if value.den is not None else None,
            num_href=behind,
            den_href=f"{behind}&side=den",
            period=period.label,
            as_of=_("截至 %(moment)s") % {"moment": moment_in_words(kept.at, self.desk.at)},
        )  # fmt: skip

    def _table(self, table: Breakdown, *, is_whole: bool) -> Table:
        tiles = [self.wanted[key] for key in table.tiles]
        found = self._of_areas(tiles) if table.by == "area" else self._of_holders(tiles)
        lines = sorted(found, key=_urgency)
        shown = lines if is_whole else lines[: table.rows]
        heads = tuple(Label(zh=tile.zh, en=tile.en) for tile in tiles)
        return Table(table, heads, tuple(shown), len(lines) - len(shown))

    def _of_areas(self, tiles: list[Tile]) -> Iterator[Line]:
        reach = [prefix for duty in self.desk.actor.duties for prefix in duty.areas]
        left = dict(self._counts.areas)
        for area in self._areas:
            inside = [left.pop(path) for path in list(left) if path.startswith(area.path)]
            if inside or covers(reach, area.path):
                yield self._line(Label(zh=area.name, en=area.name), tiles, inside, area=area.path)
        for path, row in left.items():
            yield self._line(ELSEWHERE, tiles, [row], area=path, direct="1")

    def _of_holders(self, tiles: list[Tile]) -> Iterator[Line]:
        names = body_names(holder for holder in self._counts.holders if holder)
        for holder, row in self._counts.holders.items():
            name = names.get(holder, NOBODY)
            line = self._line(name, tiles, [row], holder=f"{holder}")
            if any(cell.count for cell in line.cells):
                yield line

    def _line(
        self, name: Label, tiles: list[Tile], rows: Iterable[Mapping[str, int]], **more: str
    ) -> Line:
        inside = [*rows]
        cells = []
        for tile in tiles:
            count = sum(row[tile.key] for row in inside)
            href = _cases(self._query(tile.cases, **more))
            cells.append(Cell(tile, count, href, tile.tone if count else ""))
        return Line(name, tuple(cells))


def _cases(query: Address) -> str:
    return f"{reverse('staff:cases')}?{urlencode(query)}"


def _urgency(line: Line) -> tuple[int, int]:
    """Order lines by what is red, then by how much there is."""
    red = sum(cell.count for cell in line.cells if cell.tone == "red")
    return -red, -sum(cell.count for cell in line.cells)
