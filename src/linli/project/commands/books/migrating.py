"""`linli book migrate FILE [--do]`: running cases taken on to another version, looked at first."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from linli.casework.journal.runs import ClocksRestless
from linli.casework.migrating.actions import FATES, Line, Plan, VersionUnknown, migrate, planned
from linli.project.commands.office import console, inside, office_named, said
from linli.project.progress import Refused, say, worded
from linli.registry.actions import note_change
from linli.rulebook.migrating.shelf import documents
from linli.rulebook.reading import MechanismRefused

MOST = 200
MARKS = {"same": "=", "mapped": "→", "blocked": "✗"}


def show(options: argparse.Namespace) -> int:
    """Say what becomes of each running case; with --do, take each that can go on to the new version."""
    path = documents().get(options.path or "") or Path(options.path or "").resolve()
    if not path.is_file():
        known = "、".join(documents()) or "—"
        raise Refused(
            f"请写明迁移文件；现有：{known}", f"name the migration document; there are: {known}"
        )
    text, office, at = (
        path.read_text(encoding="utf-8"),
        office_named(options.office),
        timezone.now(),
    )

    def done() -> Plan:
        by = console(office)
        plan = migrate(text=text, file=path.name, by=by, at=at)
        note_change(by, at, "migrate", plan.document.migrate, **plan.told())
        return plan

    with inside(office):
        plan = _or_refused(
            done if options.do else lambda: planned(text=text, file=path.name, at=at)
        )
    say(_plain(plan) if options.json else _in_words(plan, is_done=options.do))
    return 0


def _or_refused(read: Callable[[], Plan]) -> Plan:
    try:
        return read()
    except MechanismRefused as refused:
        raise Refused(str(refused), str(refused)) from refused
    except VersionUnknown as unknown:
        raise Refused(unknown.message.zh, unknown.message.en) from unknown
    except ClocksRestless as restless:
        raise Refused(str(restless), str(restless)) from restless


def _in_words(plan: Plan, *, is_done: bool) -> str:
    lines = [_line(line) for line in plan.lines[:MOST]]
    if len(plan.lines) > MOST:
        more = len(plan.lines) - MOST
        lines.append(worded(f"另有 {more} 件", f"and {more} more"))
    same, mapped, blocked = (plan.count(fate) for fate in FATES)
    document = plan.document
    head = f"{document.migrate} {document.from_} → {document.to}"
    lines.append(
        worded(
            f"{head}：{same} 件不变，{mapped} 件对应，{blocked} 件不能迁移",
            f"{head}: {same} the same, {mapped} mapped, {blocked} blocked",
        )
    )
    lines.append(
        worded("已迁移，不能迁移的留在原版", "done; those blocked stay under their version")
        if is_done
        else worded("只看未做；要做请加 --do", "nothing was done: add --do to do it")
    )
    return "\n".join(lines)


def _line(line: Line) -> str:
    told = "; ".join(said(one) for one in line.said)
    return f"{MARKS[line.fate]} {line.number}  {told}".rstrip()


def _plain(plan: Plan) -> str:
    lines = [
        {"number": one.number, "fate": one.fate, "said": [label.model_dump() for label in one.said]}
        for one in plan.lines
    ]
    return json.dumps({**plan.document.plain(), "cases": lines}, ensure_ascii=False, indent=1)
