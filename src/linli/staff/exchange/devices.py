"""Devices: those there are, what they told lately, and the sheet that registers them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.exchange.devices import queries
from linli.exchange.devices.registering import COLUMNS, SheetUnfit, enter_devices
from linli.exchange.devices.tables import DeviceTable, device_table
from linli.ledgers.planning import RowNote
from linli.ledgers.sheets import SheetRefused, read_sheet
from linli.registry.coordinates import DATUMS
from linli.rulebook.labels import Label
from linli.staff.desk import Desk

MOST_BYTES = 5 * 1024 * 1024
UNFIT = 422
NO_FILE = Label(zh="请选择设备清单", en="Choose the sheet of devices")


def devices(desk: Desk) -> HttpResponse:
    """Show the devices and what they told lately; a POST registers those of a sheet."""
    if not desk.may_bring_in:
        raise PermissionDenied
    table = device_table()
    if desk.request.method != "POST":
        return _shown(desk, table)
    file, datum = desk.request.FILES.get("file"), desk.request.POST.get("datum", "")
    if file is None or datum not in DATUMS:
        return _shown(desk, table, NO_FILE)
    try:
        sheet = read_sheet(file.name or "", file.read(MOST_BYTES))
        done = enter_devices(sheet=sheet, datum=datum, table=table, by=desk.actor, at=desk.at)
    except (SheetRefused, SheetUnfit) as refused:
        return _shown(desk, table, refused.message)
    counts = {"added": done.added, "changed": done.changed, "bad": len(done.bad)}
    told = _("新登记 %(added)s 台，更改 %(changed)s 台，未收 %(bad)s 行")
    messages.success(desk.request, told % counts)
    return _shown(desk, table, bad=done.bad) if done.bad else redirect("staff:devices")


def _shown(
    desk: Desk, table: DeviceTable, refusal: Label | None = None, bad: tuple[RowNote, ...] = ()
) -> HttpResponse:
    context = {
        "devices": [(row, table.kinds.get(row.kind)) for row in queries.devices(at=desk.at)],
        "events": queries.events(),
        "columns": COLUMNS,
        "datums": DATUMS.items(),
        "table": table,
        "refusal": refusal,
        "bad": bad,
    }
    return desk.show("staff/devices.html", context, status=UNFIT if refusal or bad else 200)
