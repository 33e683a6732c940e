"""Grid cells as they are edited: their versions, and outlines as lines of text that people can type and read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from django.db.models import Q

from linli.registry.actions import RegistryRefused
from linli.registry.coordinates import PositionRefused, to_wgs84
from linli.registry.gazetteer.drawing import draw_cell
from linli.registry.models import GridCell
from linli.registry.outlines import OutlineRefused, Point, Ring, good_ring, shared_area
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

SEPARATOR = re.compile(r"[,，;；\s]+")
CODE = re.compile(r"[A-Za-z0-9-]{1,20}")
LONGEST = 60
CELL_KINDS = MappingProxyType(
    {
        "residential": Label(zh="居民区网格", en="Residential"),
        "street_front": Label(zh="街面网格", en="Street front"),
        "self_governed": Label(zh="自治网格", en="Self-governed"),
    }
)
SLIVER = 50.0  # square metres along a border drawn by hand on both sides


class CellRefused(Exception):
    """The cell was not drawn; `message` says why."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class CellVersion:
    """An outline that a cell had, has or will have, over [valid_from, valid_to)."""

    code: str
    name: str
    area: str
    outline: Ring
    valid_from: date
    valid_to: date | None
    kind: str = "residential"
    keeper: int | None = None

    @property
    def kind_label(self) -> Label:
        """Give what its kind is called."""
        return CELL_KINDS[self.kind]

    @property
    def corners(self) -> int:
        """Give how many corners it has."""
        return len(self.outline) - 1


@dataclass(frozen=True)
class Drawing:
    """What the form of a cell says."""

    code: str
    name: str
    text: str
    datum: str
    on: date | None
    kind: str = "residential"


@dataclass(frozen=True)
class Standing:
    """A cell with its outline, as others must keep clear of it."""

    code: str
    name: str
    kind: str
    outline: Ring


def cell_versions(code: str) -> tuple[CellVersion, ...]:
    """Give the versions of a cell, the latest first. One statement."""
    rows = GridCell.objects.filter(code=code).order_by("-valid_from")
    return tuple(
        CellVersion(
            row.code, row.name, row.area, row.outline, row.valid_from, row.valid_to, row.kind,
            row.keeper_id,
        )
        for row in rows
    )  # fmt: skip


def outline_text(ring: Ring) -> str:
    """Give an outline as lines, one corner each, without the last that closes it: 121.395000, 31.142000."""
    return "\n".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in ring[:-1])


def read_outline(text: str, datum: str) -> list[tuple[float, float]]:
    """Give the closed ring in WGS-84 that lines of text name. Raises CellRefused with the line."""
    ring = []
    for line, said in enumerate(text.splitlines(), start=1):
        if not said.strip():
            continue
        axes = [one for one in SEPARATOR.split(said.strip()) if one]
        try:
            lon, lat = (float(axis) for axis in axes)
            position = to_wgs84(lon, lat, datum)
        except (ValueError, PositionRefused) as wrong:
            raise _refused(
                f"第 {line} 行不是经度和纬度", f"Line {line} is no longitude and latitude"
            ) from wrong
        ring.append((position.lon, position.lat))
    return [*ring, ring[0]] if ring and ring[0] != ring[-1] else ring


def redraw(*, area: str, drawing: Drawing, by: Actor, at: datetime, today: date) -> int:
    """Draw a cell from a day after today on; its outline until then stays as its history. Raises CellRefused."""
    if not CODE.fullmatch(drawing.code):
        raise _refused(
            "代码用字母、数字和连字符，最多 20 位",
            "A code has letters, digits and hyphens, 20 at most",
        )
    if len(drawing.name) > LONGEST:
        raise _refused(f"名称最多 {LONGEST} 字", f"A name has {LONGEST} characters at most")
    if drawing.kind not in CELL_KINDS:
        raise _refused("请选择网格种类", "Choose the kind of cell")
    known = cell_versions(drawing.code)
    if drawing.on is None or (known and drawing.on <= today):
        raise _refused(
            "请填生效日；已有的网格从明天起才能改，之前的边界留作历史",
            "Give the day it begins; a cell that is there changes from tomorrow on, so that its history stays",
        )
    if known and known[0].area != area:
        raise _refused("这个代码已用在别的居民区", "This code is used in another neighbourhood")
    try:
        ring = read_outline(drawing.text, drawing.datum)
        drawn = Standing(drawing.code, drawing.name, drawing.kind, good_ring(ring))
        check_apart(drawn, standing_cells(drawing.on))
        return draw_cell(
            code=drawing.code,
            area=area,
            outline=ring,
            name=drawing.name,
            kind=drawing.kind,
            by=by,
            at=at,
            on=drawing.on,
        )
    except (OutlineRefused, RegistryRefused) as refused:
        raise CellRefused(refused.message) from refused


def standing_cells(on: date) -> tuple[Standing, ...]:
    """Give the outlines that stand on a day or later."""
    rows = GridCell.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    return tuple(Standing(row.code, row.name, row.kind, row.outline) for row in rows)


def check_apart(cell: Standing, others: Iterable[Standing]) -> None:
    """Refuse an outline that lies over another cell of its kind by more than a sliver along their border.

    Raises CellRefused.
    """
    for other in others:
        is_apart = other.code == cell.code or other.kind != cell.kind
        if is_apart or not _boxes_meet(cell.outline, other.outline):
            continue
        shared = shared_area(cell.outline, other.outline)
        if shared > SLIVER:
            name = f"{other.code} {other.name}".strip()
            raise _refused(
                f"与网格“{name}”重叠约 {shared:,.0f} 平方米；请先改那一格，或把边界画到它的边上",
                f"It overlaps cell “{name}” by about {shared:,.0f} m²: redraw that one first, or end at its border",
            )


def _boxes_meet(one: Sequence[Point], other: Sequence[Point]) -> bool:
    """Say whether the rectangles around two outlines have anything in common."""
    return all(
        min(p[axis] for p in one) < max(p[axis] for p in other)
        and min(p[axis] for p in other) < max(p[axis] for p in one)
        for axis in (0, 1)
    )


def _refused(zh: str, en: str) -> CellRefused:
    return CellRefused(Label(zh=zh, en=en))
