"""The register of devices: brought in from a sheet, each known by its code; only devices in it are heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from linli.exchange.devices.tables import DeviceTable
from linli.exchange.models import Device
from linli.ledgers.planning import RowNote
from linli.ledgers.sheets import Sheet, SheetRow
from linli.registry.coordinates import PositionRefused, to_wgs84
from linli.registry.isolation import current_office
from linli.registry.queries import area_of_point, this_office
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label

CODE, NAME, KIND, LON, LAT = COLUMNS = ("设备编号", "名称与位置", "类别", "经度", "纬度")
LONGEST = 60


class SheetUnfit(Exception):
    """The sheet lacks columns; nothing has changed."""

    message = Label(
        zh=f"需要这些列：{'、'.join(COLUMNS)}", en=f"These columns are needed: {', '.join(COLUMNS)}"
    )


@dataclass(frozen=True)
class Entered:
    """What became of a sheet of devices."""

    added: int
    changed: int
    bad: tuple[RowNote, ...]


def enter_devices(
    *, sheet: Sheet, datum: str, table: DeviceTable, by: Actor, at: datetime
) -> Entered:
    """Enter every good row, in an open office transaction; a code that is known is changed. Raises SheetUnfit."""
    if not set(COLUMNS) <= set(sheet.columns):
        raise SheetUnfit
    bad: list[RowNote] = []
    added = changed = 0
    for row in sheet.rows:
        read = _read(row, datum, table, at)
        if isinstance(read, RowNote):
            bad.append(read)
            continue
        kept = {**read, "entered_by": by.id, "entered_at": at}
        _device, is_new = Device.objects.update_or_create(
            office_id=current_office(), code=row.cells[CODE], defaults=kept
        )
        added += is_new
        changed += not is_new
    return Entered(added, changed, tuple(bad))


def _read(
    row: SheetRow, datum: str, table: DeviceTable, at: datetime
) -> dict[str, str | float] | RowNote:
    cells = row.cells
    for column in (CODE, NAME):
        if not cells[column] or len(cells[column]) > LONGEST:
            return RowNote(
                row.line,
                column,
                Label(zh="请填写，最多 60 字", en="Fill in, at most 60 characters"),
            )
    kind = next(
        (key for key, one in table.kinds.items() if cells[KIND] in (key, one.zh, one.en)), None
    )
    if kind is None:
        known = "、".join(one.zh for one in table.kinds.values())
        return RowNote(
            row.line, KIND, Label(zh=f"类别应为：{known}", en=f"The kind is one of: {known}")
        )
    try:
        position = to_wgs84(float(cells[LON]), float(cells[LAT]), datum)
    except (ValueError, PositionRefused):
        return RowNote(row.line, LON, Label(zh="经纬度不对", en="No such position"))
    found = area_of_point(position.lon, position.lat, on=localdate(at))
    area = found.area if found else this_office().path
    return {
        "name": cells[NAME], "kind": kind, "lon": position.lon, "lat": position.lat, "area": area,
    }  # fmt: skip
