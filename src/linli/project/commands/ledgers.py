"""`linli import` and `linli registry`: ledgers and divisions brought in from files."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from linli.ledgers.actions import LedgerFile, bring_in, planned
from linli.ledgers.mapping import LedgerMap, read_map
from linli.ledgers.planning import RowNote
from linli.ledgers.queries import import_done, maps_at_hand
from linli.project.commands.office import console, inside, office_named, said, told
from linli.project.progress import Refused, say, worded
from linli.registry.dwellings.entering import DwellingRow, enter_dwellings
from linli.registry.importing import ImportReport as PlacesReport
from linli.registry.importing import import_cells, import_villages
from linli.registry.queries import OfficeRow
from linli.rulebook.casefile import Actor
from linli.rulebook.ownbook import at_hand

MOST_NOTES = 30


@dataclass(frozen=True)
class Came:
    """What became of a ledger, or would: `rows` = `added` + `repeated` + `rejected`."""

    rows: int
    added: int
    repeated: int
    rejected: int
    rejected_notes: Sequence[RowNote]
    kept_notes: Sequence[RowNote]
    unmapped: Sequence[str]
    dry_run: bool = False


def ledger(options: argparse.Namespace) -> int:
    """Bring a ledger in through its map, or only say what would come of it."""
    office, at = office_named(options.office), timezone.now()
    with inside(office):
        file, rules = LedgerFile(Path(options.file).name, _bytes(options.file)), _map(options.map)
        came = (_would if options.dry_run else _did)(file, rules, console(office), at)
    if options.json:
        say(_json(came))
        return 0
    _say_came(came)
    _list(worded("未导入", "left out"), came.rejected_notes)
    _list(worded("缺项已收", "taken with gaps"), came.kept_notes)
    return 0


def _did(file: LedgerFile, rules: LedgerMap, by: Actor, at: datetime) -> Came:
    done = import_done(bring_in(file=file, rules=rules, book=at_hand(), by=by, at=at))
    row = done.row
    return Came(
        row.rows, row.added, row.repeated, row.rejected, done.rejected, done.kept, done.unmapped
    )


def _would(file: LedgerFile, rules: LedgerMap, by: Actor, at: datetime) -> Came:
    plan, repeated = planned(file=file, rules=rules, book=at_hand(), by=by, at=at)
    report, good = plan.report, len(plan.rows)
    return Came(
        report.rows, good - repeated, repeated, report.rows - good,
        report.rejected, report.kept, report.columns_unknown, dry_run=True,
    )  # fmt: skip


def _say_came(came: Came) -> None:
    gaps = len({note.line for note in came.kept_notes})
    preview = worded("预览，", "preview: ") if came.dry_run else ""
    say(
        preview
        + worded(
            f"共 {came.rows} 行：新增 {came.added}，此前已有 {came.repeated}，未导入 {came.rejected}；"
            f"另有 {gaps} 行缺项但已收入",
            f"{came.rows} rows: {came.added} added, {came.repeated} there before, "
            f"{came.rejected} left out; {gaps} more taken although something was missing",
        )
    )
    if came.unmapped:
        names = "、".join(came.unmapped)
        say(worded(f"  没有用到的列：{names}", f"  columns not used: {names}"))


def _json(came: Came) -> str:
    told = {
        "rows": came.rows, "added": came.added, "repeated": came.repeated,
        "rejected": came.rejected, "dry_run": came.dry_run, "unmapped": list(came.unmapped),
        "rejected_notes": [_plain(note) for note in came.rejected_notes],
        "kept_notes": [_plain(note) for note in came.kept_notes],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1)


def _plain(note: RowNote) -> dict[str, object]:
    return {"line": note.line, "column": note.column, "reason": note.message.model_dump()}


def divisions(options: argparse.Namespace) -> int:
    """Bring in the divisions of the office's street from the statistics bureau's list, or its grid cells."""
    office, path, at = office_named(options.office), Path(options.file), timezone.now()
    as_of = date.fromisoformat(options.as_of) if options.as_of else None
    if options.verb == "dwellings":
        return _dwellings(path, office, at)
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


def _dwellings(path: Path, office: OfficeRow, at: datetime) -> int:
    """Bring in a CSV of dwellings: estate (code or name), building number, room number."""
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = [
            DwellingRow(line, *(cell.strip() for cell in [*row, "", "", ""][:3]))
            for line, row in enumerate(csv.reader(text), start=1)
            if line > 1 and any(row)
        ]
    with inside(office):
        done = enter_dwellings(rows=rows, by=console(office), at=at)
    said_rows = len(rows) - len(done.rejected)
    say(
        worded(
            f"读 {len(rows)} 行：新增 {done.added} 户，此前已有 {said_rows - done.added}，未导入 {len(done.rejected)}",
            f"{len(rows)} rows: {done.added} dwellings added, {said_rows - done.added} there before, "
            f"{len(done.rejected)} left out",
        )
    )
    for line, reason in done.rejected[:MOST_NOTES]:
        say(worded(f"  第 {line} 行：{reason.zh}", f"  line {line}: {reason.en}"))
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
    known = maps_at_hand()
    if named not in known:
        names = "、".join(known)
        raise Refused(f"没有对照表 {named}；现有：{names}", f"no map {named}; there are: {names}")
    return known[named]


def _bytes(named: str) -> bytes:
    try:
        return Path(named).read_bytes()
    except OSError as failure:
        raise Refused(f"读不了 {named}：{failure}", f"cannot read {named}: {failure}") from failure
