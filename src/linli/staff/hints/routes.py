"""Routing rules on a page: rows and test cases as a form, looked at over last month's cases, then put in force."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.hints.routing.actions import TableFaulty, keep_table
from linli.hints.routing.queries import dry_run, faults_of, history, table_in_force
from linli.hints.subjects import taught_fields
from linli.rulebook.mechanism import Mechanism
from linli.staff.desk import Desk
from linli.staff.hints.sheets import RouteSheet, differing, faults_told, sheet_of

UNFIT = 422


def routes(desk: Desk) -> HttpResponse:
    """List what routing rules there may be: each body that a mechanism assigns cases to, with what is wrong today."""
    _keepers_only(desk)
    listed = []
    for mechanism in desk.mechanisms.values():
        for field in routed_fields(mechanism):
            table = table_in_force(mechanism.mechanism, field)
            failed, unreached, gone = faults_of(table, desk.at)
            wrong = len(failed) + len(unreached) + len(gone)
            listed.append(
                {"mechanism": mechanism, "field": field, "rule": mechanism.fields[field],
                 "rows": len(table.rows), "wrong": wrong}
            )  # fmt: skip
    return desk.show("staff/routes.html", {"listed": listed})


def route(desk: Desk, key: str, field: str) -> HttpResponse:
    """Show one table; `look` tries what stands in the form, `keep` puts it in force."""
    _keepers_only(desk)
    mechanism = desk.mechanisms.get(key)
    if mechanism is None or field not in routed_fields(mechanism):
        raise Http404(f"{key} {field}")
    if desk.request.method != "POST":
        return _shown(desk, sheet_of(desk, mechanism, field, table_in_force(key, field)))
    sheet = sheet_of(desk, mechanism, field).told(desk.request.POST)
    if "keep" not in desk.request.POST:
        return _shown(desk, sheet)
    note = desk.request.POST.get("note", "").strip()
    try:
        keep_table(
            mechanism=key, field=field, table=sheet.table, by=desk.actor, at=desk.at, note=note
        )
    except TableFaulty:
        return _shown(desk, sheet, UNFIT)
    messages.success(
        desk.request, _("分派规则已启用：%(rows)s 行") % {"rows": len(sheet.table.rows)}
    )
    return redirect("staff:route", key, field)


def routed_fields(mechanism: Mechanism) -> list[str]:
    """Give the fields that a table may decide: the bodies that actions assign a case to."""
    return [name for name in taught_fields(mechanism) if mechanism.fields[name].type == "body"]


def _shown(desk: Desk, sheet: RouteSheet, status: int = 200) -> HttpResponse:
    mechanism, field = sheet.mechanism, sheet.field
    done = dry_run(sheet.table, mechanism, field, desk.at)
    context = {
        "sheet": sheet,
        "rule": mechanism.fields[field],
        "faults": faults_told(sheet, *faults_of(sheet.table, desk.at)),
        "run": done,
        "differing": differing(sheet, done),
        "history": history(mechanism.mechanism, field),
    }
    return desk.show("staff/route.html", context, status)


def _keepers_only(desk: Desk) -> None:
    if not desk.may_keep_book:
        raise PermissionDenied
