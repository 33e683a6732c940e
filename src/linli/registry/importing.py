"""Divisions and grid cells from files: the good rows go in, the others are listed with their reason."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

import linli.book
from linli.registry.actions import RegistryRefused, note_change
from linli.registry.coordinates import PositionRefused, to_wgs84
from linli.registry.gazetteer.cells import CellRefused, Standing, check_apart, standing_cells
from linli.registry.gazetteer.drawing import check_ground, draw_cell
from linli.registry.isolation import current_office, office_transaction
from linli.registry.models import Area, GridCell
from linli.registry.outlines import OutlineRefused, good_ring
from linli.registry.scope import PathRefused, above, level_of, path_of
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

PLACES = Path(linli.book.__path__[0]) / "places"
COLUMNS = (
    "code12", "name", "street_code9", "street_name", "district_code6", "district_name", "kind",
)  # fmt: skip
MUNICIPALITY_NAMES = MappingProxyType(
    {"110000": "北京市", "120000": "天津市", "310000": "上海市", "500000": "重庆市"}
)
LOCAL_CODE = re.compile(r"[A-Za-z0-9-]{1,20}")
LONGEST_NAME = 60
COMMITTEE_DIGITS = 12
SHARED_DIGITS = 6
BATCH = 1_000


class ImportRefused(Exception):
    """The file as a whole cannot be read; nothing was changed."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class Rejection:
    """One line of a table, or one feature of a GeoJSON file, that was left out, and why."""

    line: int
    code: str
    reason: Label


@dataclass(frozen=True)
class ImportReport:
    """What an import did. `read` = added + changed + unchanged + skipped + rejected."""

    read: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: tuple[Rejection, ...] = ()


@dataclass(frozen=True)
class Division:
    """A division as a file names it."""

    code: str
    stat_name: str
    official_name: str = ""


class _RowRefused(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Label(zh=zh, en=en)


def import_villages(
    path: Path,
    *,
    office: int,
    by: Actor,
    at: datetime,
    streets: Collection[str] = (),
    as_of: date | None = None,
) -> ImportReport:
    """Bring in residents' committees from the 7-column file; all of it, or the streets given (9 digits).

    The file's names are statistical ones: an official name is never overwritten, and a statistical name
    that changed stays as an alias. Repeating it changes nothing. `as_of` dates what is new.
    """
    table = _table(path)
    rejected: list[Rejection] = []
    wanted: dict[str, tuple[int, list[Division]]] = {}
    skipped = read = 0
    for line, row in table:
        read += 1
        if streets and row["street_code9"] not in streets:
            skipped += 1
            continue
        try:
            chain = _chain(row, wanted)
        except _RowRefused as refusal:
            rejected.append(Rejection(line, row["code12"], refusal.reason))
        else:
            wanted[chain[-1].code] = (line, chain)
    with office_transaction(office):
        orphans = _orphans(wanted)
        kept = [chain for code, (_, chain) in wanted.items() if code not in orphans]
        report = settle((division for chain in kept for division in chain), as_of=as_of)
        note_change(by, at, "import_villages", "areas", added=report.added, changed=report.changed)
    everything = sorted([*rejected, *orphans.values()], key=lambda rejection: rejection.line)
    return replace(report, read=read, skipped=skipped, rejected=tuple(everything))


def import_place(code: str, *, by: Actor, at: datetime) -> ImportReport:
    """Bring in the divisions of one subdistrict that ship with the book, into the open office."""
    place = yaml.safe_load((PLACES / f"{code}.yaml").read_text(encoding="utf-8"))
    divisions = [Division(number, **names) for number, names in place["divisions"].items()]
    report = settle(divisions, as_of=place["as_of"])
    note_change(by, at, "import_place", f"area:{code}", source=place["source"])
    return report


def import_cells(
    path: Path, *, office: int, by: Actor, at: datetime, on: date, datum: str = "wgs84"
) -> ImportReport:
    """Bring in grid cells from a GeoJSON file, in force from the day `on`.

    Each feature is a polygon without holes whose properties give `code`, `area` (the 12-digit code of
    its committee) and perhaps `name` and `kind` (residential, which it is without one, street_front or
    self_governed). One that overlaps a cell of its kind that stands, or an earlier one of the file, is left out, as
    when it is drawn on the map. Repeating it changes nothing.
    """
    features = _features(path)
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    drawn: dict[int, tuple[str, Standing]] = {}
    rejected: dict[int, Label] = {}
    with office_transaction(office):
        for number, feature in enumerate(features, start=1):
            try:
                area, cell = _cell(feature, datum)
                check_ground(area, cell.kind)
            except (_RowRefused, OutlineRefused, PositionRefused, RegistryRefused) as refusal:
                rejected[number] = _reason(refusal)
            else:
                drawn[number] = area, cell
        rejected |= _overlapping({n: cell for n, (_area, cell) in drawn.items()}, on)
        known = {
            cell.code: (cell.area, Standing(cell.code, cell.name, cell.kind, cell.outline))
            for cell in GridCell.objects.filter(valid_to__isnull=True)
        }
        for number in sorted(drawn.keys() - rejected.keys()):
            area, cell = drawn[number]
            draw_cell(**vars(cell), area=area, by=by, at=at, on=on)
            counts[_verdict(known.get(cell.code), drawn[number])] += 1
            known[cell.code] = drawn[number]
    listed = [Rejection(n, _code_of(features[n - 1]), rejected[n]) for n in sorted(rejected)]
    return ImportReport(read=len(features), rejected=tuple(listed), **counts)


def _overlapping(drawn: Mapping[int, Standing], on: date) -> dict[int, Label]:
    """Give which features overlap another cell, and which.

    Cells that the file redraws count by their new outlines, so that neighbours can move their border together; where
    a new one is left out, its old outline stands, and what overlaps that is left out too.
    """
    standing = standing_cells(on)
    rejected: dict[int, Label] = {}
    while True:
        kept = {n: cell for n, cell in drawn.items() if n not in rejected}
        moved = {cell.code for cell in kept.values()}
        found = _clashes(kept, [cell for cell in standing if cell.code not in moved])
        if not found:
            return rejected
        rejected |= found


def _clashes(kept: Mapping[int, Standing], stay: Sequence[Standing]) -> dict[int, Label]:
    found: dict[int, Label] = {}
    earlier: dict[str, Standing] = {}
    for number, cell in kept.items():
        try:
            check_apart(cell, [*stay, *earlier.values()])
        except CellRefused as refusal:
            found[number] = refusal.message
        else:
            earlier[cell.code] = cell
    return found


def local_area(*, code: str, name: str, level: str, parent: str, by: Actor, at: datetime) -> str:
    """Give the path of a division that only a ledger knows, adding it below `parent` when it is new.

    Its code is the ledger's own (letters, digits, hyphens). Raises ImportRefused for another code.
    """
    if not LOCAL_CODE.fullmatch(code):
        raise ImportRefused(
            Label(
                zh=f"地点代码“{code}”只能用字母、数字和连字符",
                en=f"area code {code!r} may hold letters, digits and hyphens only",
            )
        )
    path = f"{parent}{code}/"
    _, is_new = Area.objects.get_or_create(
        office_id=current_office(),
        code=code,
        defaults={"path": path, "level": level, "stat_name": name},
    )
    if is_new:
        note_change(by, at, "add_area", f"area:{code}", stat_name=name, below=parent)
    return path


def settle(divisions: Iterable[Division], *, as_of: date | None) -> ImportReport:
    """Write divisions into the open office, parents shared; count the committees among them."""
    wanted = {division.code: division for division in divisions}
    known = {area.code: area for area in Area.objects.filter(code__in=wanted)}
    fresh = [_new_area(division, as_of) for code, division in wanted.items() if code not in known]
    Area.objects.bulk_create(fresh, batch_size=BATCH)
    changed = [area for area in known.values() if _renamed(area, wanted[area.code])]
    Area.objects.bulk_update(changed, ["stat_name", "official_name", "aliases"], batch_size=BATCH)
    added, renamed = _committees(fresh), _committees(changed)
    committees = sum(1 for code in wanted if len(code) == COMMITTEE_DIGITS)
    return ImportReport(committees, added, renamed, committees - added - renamed)


def _committees(areas: Iterable[Area]) -> int:
    return sum(1 for area in areas if area.level == Area.Level.COMMITTEE)


def _new_area(division: Division, as_of: date | None) -> Area:
    return Area(
        office_id=None if len(division.code) == SHARED_DIGITS else current_office(),
        code=division.code,
        path=path_of(division.code),
        level=level_of(division.code),
        stat_name=division.stat_name,
        official_name=division.official_name,
        valid_from=as_of if len(division.code) == COMMITTEE_DIGITS else None,
    )


def _renamed(area: Area, division: Division) -> bool:
    before = (area.stat_name, area.official_name)
    if area.office_id is None:
        return False
    if area.stat_name and area.stat_name != division.stat_name:
        area.aliases = [*dict.fromkeys([*area.aliases, area.stat_name])]
    area.stat_name = division.stat_name
    area.official_name = area.official_name or division.official_name
    return before != (area.stat_name, area.official_name)


def _table(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.DictReader(io.StringIO(_text(path)), restval="")
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ImportRefused(
            Label(zh=f"缺少列：{'、'.join(missing)}", en=f"columns missing: {', '.join(missing)}")
        )
    return ((reader.line_num, {name: row[name].strip() for name in COLUMNS}) for row in reader)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportRefused(
        Label(zh="文件编码不是 UTF-8 或 GB18030", en="the file is neither UTF-8 nor GB18030")
    )


def _chain(row: Mapping[str, str], seen: Collection[str]) -> list[Division]:
    """Give the divisions that a row names, widest first, the committee last."""
    code, street, district = row["code12"], row["street_code9"], row["district_code6"]
    if len(code) != COMMITTEE_DIGITS or not (code.isascii() and code.isdigit()):
        raise _RowRefused("代码不是 12 位数字", "the code is not 12 digits")
    if street != code[:9] or district != code[:6] or code.endswith("000"):
        raise _RowRefused(
            "代码与街道、区代码不一致", "the code does not agree with its street and district"
        )
    if code in seen:
        raise _RowRefused("代码重复", "the code occurs twice")
    names = (row["name"], row["street_name"], row["district_name"])
    if not all(0 < len(name) <= LONGEST_NAME for name in names):
        raise _RowRefused("名称为空或过长", "a name is empty or too long")
    city = district[:2] + "0000"
    top = [Division(city, MUNICIPALITY_NAMES[city])] if city in MUNICIPALITY_NAMES else []
    return [
        *top,
        Division(district, names[2]),
        Division(street, names[1]),
        Division(code, names[0]),
    ]


def _orphans(wanted: Mapping[str, tuple[int, list[Division]]]) -> dict[str, Rejection]:
    """Give the rows above whose district something is neither in the file nor in the registry."""
    needed = {
        parent.strip("/").split("/")[-1] for code in wanted for parent in above(path_of(code))
    }
    named = {division.code for _, chain in wanted.values() for division in chain}
    missing = (
        needed - named - set(Area.objects.filter(code__in=needed).values_list("code", flat=True))
    )
    return {
        code: Rejection(
            line, code, Label(zh="市级名称未知，请先添加市级区划", en="the city above is unknown: add it first")
        )
        for code, (line, _) in wanted.items()
        if any(f"/{lost}/" in path_of(code) for lost in missing)
    }  # fmt: skip


def _features(path: Path) -> list[Any]:
    try:
        document = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise ImportRefused(
            Label(zh=f"不是 JSON：第 {error.lineno} 行", en=f"not JSON: line {error.lineno}")
        ) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise ImportRefused(
            Label(zh="不是 GeoJSON 要素集合", en="not a GeoJSON feature collection")
        )
    return features


def _cell(feature: Any, datum: str) -> tuple[str, Standing]:
    given = _properties(feature)
    code, area = str(given.get("code") or "").strip(), str(given.get("area") or "").strip()
    if not code:
        raise _RowRefused("缺少网格代码 code", "the property code is missing")
    try:
        path = path_of(area)
    except PathRefused as refusal:
        raise _RowRefused(
            "区划代码 area 不是 12 位数字", "the property area is not 12 digits"
        ) from refusal
    ring = good_ring(_ring(feature.get("geometry")))
    if datum not in ("wgs84", "cgcs2000"):
        moved = [to_wgs84(lon, lat, datum) for lon, lat in ring]
        ring = good_ring([(place.lon, place.lat) for place in moved])
    name, kind = (str(given.get(key) or "").strip() for key in ("name", "kind"))
    return path, Standing(code, name, kind or "residential", ring)


def _ring(geometry: Any) -> Any:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    parts = geometry.get("coordinates") if kind in ("Polygon", "MultiPolygon") else None
    if kind == "MultiPolygon" and isinstance(parts, list) and len(parts) == 1:
        parts = parts[0]
    if not isinstance(parts, list) or len(parts) != 1 or not isinstance(parts[0], list):
        raise _RowRefused("不是无洞的单个多边形", "not one polygon without holes")
    return parts[0]


def _properties(feature: Any) -> dict[str, Any]:
    given = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(given, dict):
        raise _RowRefused("要素没有属性", "the feature has no properties")
    return given


def _code_of(feature: Any) -> str:
    given = feature.get("properties") if isinstance(feature, dict) else None
    return str(given.get("code") or "") if isinstance(given, dict) else ""


def _reason(refusal: Exception) -> Label:
    assert isinstance(refusal, _RowRefused | OutlineRefused | PositionRefused | RegistryRefused)
    return refusal.reason if isinstance(refusal, _RowRefused) else refusal.message


def _verdict(before: object, after: object) -> str:
    if before is None:
        return "added"
    return "unchanged" if before == after else "changed"
