"""The nightly audit: cells counted anew from the records and held against those kept; what differs is told and mended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from linli.casework.sequencing import sequence
from linli.figures.models import RollupAudit, RollupCell, RollupPart
from linli.figures.rollups.asking import rows
from linli.figures.rollups.keeping import counted_cells, refresh, wanted_parts, write_cells
from linli.figures.rollups.parts import ANY_TIME, Part
from linli.registry.asking.statements import Statement
from linli.registry.isolation import current_office, office_transaction

NIGHTS = 7
MOST_TOLD = 50
KEY = ("grain", "area", "month", "told", "category", "took")
DIFFERING = """
    SELECT coalesce(k.grain, n.grain), coalesce(k.area, n.area), coalesce(k.month, n.month),
        coalesce(k.told, n.told), coalesce(k.category, n.category), coalesce(k.took, n.took),
        k.times, n.times, k.amount, n.amount, count(*) OVER ()
    FROM (SELECT * FROM figures_rollupcell WHERE office_id = %s AND part = %s) k
    FULL JOIN ({anew}) n USING (grain, area, month, told, category, took)
    WHERE (k.times, k.amount) IS DISTINCT FROM (n.times, n.amount)
    ORDER BY 3, 1, 2, 5 LIMIT {most}
"""
LATEST = Statement("""
    SELECT at, parts, cells, differing, differences::text FROM figures_rollupaudit
    WHERE office_id = $1 ORDER BY at DESC LIMIT $2
""")


@dataclass(frozen=True)
class Audit:
    """What an audit found. Each difference: the part's mechanism, its key, the cell, kept and counted anew."""

    at: datetime
    parts: int
    cells: int
    differing: int
    differences: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class _LookedAt:
    part: Part
    cells: int
    lines: Sequence[tuple[Any, ...]]


def audit(*, at: datetime, whole: bool = False) -> Audit:
    """Count cells of the open office anew, hold them against those kept, and mend and write down what differs.

    A seventh of the parts each night, or all of them (`whole`): so every cell is looked at once a week.
    """
    return _written_down(at, [_looked_at(part, at) for part in _due(at, whole=whole)])


def audit_by_parts(*, office: int, at: datetime, whole: bool = False) -> Audit:
    """Do the same for an office that is not open, a transaction for each part: whoever counts meanwhile waits for one at most."""
    with office_transaction(office):
        due = _due(at, whole=whole)
    seen = []
    for part in due:
        with office_transaction(office):
            seen.append(_looked_at(part, at))
    with office_transaction(office):
        return _written_down(at, seen)


def _due(at: datetime, *, whole: bool) -> list[Part]:
    """Give the parts whose turn it is."""
    parts, nth = wanted_parts(), at.toordinal() % NIGHTS
    there = RollupPart.objects.filter(office_id=current_office()).values_list("part", flat=True)
    return [parts[key] for key in sorted(there) if key in parts and (whole or key % NIGHTS == nth)]


def _looked_at(part: Part, at: datetime) -> _LookedAt:
    """Hold one part against the records, and mend it where it differs."""
    _follow(at)
    lines = _differing(part)
    if lines:  # a step that came in between is counted among the records, and not yet in the cells
        _follow(at)
        lines = _differing(part)
    kept = RollupCell.objects.filter(office_id=current_office(), part=part.key)
    if lines:
        kept.delete()
        write_cells(part, ANY_TIME)
    return _LookedAt(part, kept.count(), lines)


def _follow(at: datetime) -> None:
    while sequence() or refresh(at):
        pass


def _written_down(at: datetime, seen: Sequence[_LookedAt]) -> Audit:
    wrong = [one for one in seen if one.lines]
    told = tuple(_told(one.part, line) for one in wrong for line in one.lines)[:MOST_TOLD]
    done = Audit(
        at, len(seen), sum(one.cells for one in seen), sum(one.lines[0][-1] for one in wrong), told
    )
    RollupAudit.objects.create(
        office_id=current_office(), at=at, parts=done.parts, cells=done.cells, differing=done.differing,
        differences=list(told),
    )  # fmt: skip
    return done


def last_audits(most: int = 30) -> tuple[Audit, ...]:
    """Give the open office's latest audits, newest first."""
    return tuple(
        Audit(at, parts, cells, differing, tuple(json.loads(differences)))
        for at, parts, cells, differing, differences in LATEST.rows(current_office(), most)
    )


def _differing(part: Part) -> Sequence[tuple[Any, ...]]:
    anew = counted_cells(part, ANY_TIME)
    text = DIFFERING.format(anew=anew.text, most=MOST_TOLD)
    return rows(text, [current_office(), part.key, *anew.parameters])


def _told(part: Part, line: Sequence[Any]) -> dict[str, Any]:
    cell = dict(zip(KEY, line[:6], strict=True))
    kept, anew = (line[6], line[8]), (line[7], line[9])
    return {
        "mechanism": part.counted.mechanism,
        "part": part.key,
        **cell,
        "kept": [_plain(one) for one in kept],
        "anew": [_plain(one) for one in anew],
    }


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value
