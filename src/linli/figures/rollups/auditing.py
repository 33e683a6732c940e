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
from linli.registry.isolation import current_office

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


def audit(*, at: datetime, whole: bool = False) -> Audit:
    """Count cells of the open office anew, hold them against those kept, and mend and write down what differs.

    A seventh of the parts each night, or all of them (`whole`): so every cell is looked at once a week.
    """
    while sequence() or refresh(at):
        pass
    parts, office = wanted_parts(), current_office()
    there = RollupPart.objects.filter(office_id=office).values_list("part", flat=True)
    nth = at.toordinal() % NIGHTS
    looked_at = [
        parts[key] for key in sorted(there) if key in parts and (whole or key % NIGHTS == nth)
    ]
    found = [(part, _differing(part)) for part in looked_at]
    wrong = [(part, lines) for part, lines in found if lines]
    for part, _ in wrong:
        RollupCell.objects.filter(office_id=office, part=part.key).delete()
        write_cells(part, ANY_TIME)
    keys = [part.key for part in looked_at]
    told = tuple(_told(part, line) for part, lines in wrong for line in lines)[:MOST_TOLD]
    done = Audit(
        at, len(looked_at),
        RollupCell.objects.filter(office_id=office, part__in=keys).count(),
        sum(lines[0][-1] for _, lines in wrong), told,
    )  # fmt: skip
    RollupAudit.objects.create(
        office_id=office, at=at, parts=done.parts, cells=done.cells, differing=done.differing,
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
