"""`linli import` and `linli registry`: ledgers and divisions brought in from files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.utils import timezone

from linli.ledgers.actions import LedgerFile, bring_in
from linli.ledgers.mapping import LedgerMap, read_map
from linli.ledgers.planning import ImportReport, RowNote, plan_import
from linli.ledgers.queries import import_done, shipped_maps
from linli.ledgers.sheets import read_sheet
from linli.project.commands.office import console, inside, office_named, said, told
from linli.project.progress import Refused, say, worded
from linli.registry.importing import ImportReport as PlacesReport
from linli.registry.importing import import_cells, import_villages
from linli.rulebook.loading import shipped

MOST_NOTES = 30


def ledger(options: argparse.Namespace) -> int:
    """Bring a ledger in through its map, or only say what would come of it."""
    office, at = office_named(options.office), timezone.now()
    with told():
        file, rules = LedgerFile(Path(options.file).name, _bytes(options.file)), _map(options.map)
        if options.dry_run:
            sheet = read_sheet(file.name, file.content)
            _preview(plan_import(sheet, rules, shipped(), office=office.id, at=at).report)
            return 0
    with inside(office):
        number = bring_in(file=file, rules=rules, book=shipped(), by=console(office), at=at)
        done = import_done(number)
    row = done.row
    say(
        worded(
            f"共 {row.rows} 行：新增 {row.added}，此前已有 {row.repeated}，未导入 {row.rejected}；"
            f"另有 {len(done.kept)} 行缺项但已收入",
            f"{row.rows} rows: {row.added} added, {row.repeated} there before, {row.rejected} left out; "
            f"{len(done.kept)} more taken although something was missing",
        )
    )
    _list(worded("未导入", "left out"), done.rejected)
    _list(worded("缺项已收", "taken with gaps"), done.kept)
    return 0


def divisions(options: argparse.Namespace) -> int:
    """Bring in the divisions of the office's street from the statistics bureau's list, or its grid cells."""
    office, path, at = office_named(options.office), Path(options.file), timezone.now()
    as_of = date.fromisoformat(options.as_of) if options.as_of else None
    with told():
        if options.verb == "cells":
            day = as_of or timezone.localdate(at)
            report = import_cells(path, office=office.id, by=console(office), at=at, on=day)
        else:
            streets = () if options.all else (office.code,)
            report = import_villages(
                path, office=office.id, by=console(office), at=at, streets=streets, as_of=as_of
            )
    _say_places(report)
    return 0


def _say_places(report: PlacesReport) -> None:
    say(
        worded(
            f"读 {report.read} 条：新增 {report.added}，更改 {report.changed}，未变 {report.unchanged}，"
            f"不属本街道 {report.skipped}，未导入 {len(report.rejected)}",
            f"{report.read} read: {report.added} added, {report.changed} changed, {report.unchanged} as "
            f"before, {report.skipped} of other streets, {len(report.rejected)} left out",
        )
    )
    for rejection in report.rejected[:MOST_NOTES]:
        say(f"  {rejection.line}: {rejection.code} {said(rejection.reason)}")


def _preview(report: ImportReport) -> None:
    if report.columns_absent:
        names = "、".join(report.columns_absent)
        raise Refused(f"文件缺少列：{names}", f"the file lacks columns: {names}")
    rejected = len({note.line for note in report.rejected})
    say(
        worded(
            f"预览：共 {report.rows} 行，其中 {rejected} 行不能导入",
            f"preview: {report.rows} rows, {rejected} of them cannot be taken",
        )
    )
    _list(worded("不能导入", "cannot be taken"), report.rejected)
    _list(worded("缺项可收", "can be taken with gaps"), report.kept)


def _list(title: str, notes: Sequence[RowNote]) -> None:
    for note in notes[:MOST_NOTES]:
        say(f"  {title}  {worded('行', 'line')} {note.line}  {note.column}  {said(note.message)}")
    if len(notes) > MOST_NOTES:
        left = len(notes) - MOST_NOTES
        say(f"  {title}  {worded(f'还有 {left} 条', f'{left} more')}")


def _map(named: str) -> LedgerMap:
    path = Path(named)
    if path.exists():
        return read_map(path.read_text(encoding="utf-8"), path.name)
    known = shipped_maps()
    if named not in known:
        names = "、".join(known)
        raise Refused(f"没有对照表 {named}；随附的有：{names}", f"no map {named}; shipped: {names}")
    return known[named]


def _bytes(named: str) -> bytes:
    try:
        return Path(named).read_bytes()
    except OSError as failure:
        raise Refused(f"读不了 {named}：{failure}", f"cannot read {named}: {failure}") from failure
