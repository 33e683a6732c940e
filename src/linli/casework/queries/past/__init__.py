"""Closed cases as somebody learns from them: what was known when each came, and what stands in it now."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.casework.models import Case, Sealed
from linli.registry.isolation import current_office

CLOSED = """
    SELECT c.id, c.area, c.source, c.category, c.values, c.closed_at FROM casework_case c
    WHERE c.office_id = %s AND c.mechanism = %s AND c.phase = 'done' AND c.closed_at < %s
    ORDER BY c.closed_at DESC, c.id DESC LIMIT %s
"""


@dataclass(frozen=True)
class ClosedCase:
    """One case that ended well: its opening words, where it was, how it came, and its open values at the end."""

    words: str
    area: str
    source: str
    category: str
    values: dict[str, Any]
    closed_at: datetime


def closed_cases(mechanism: str, *, before: datetime, most: int) -> list[ClosedCase]:
    """Give the latest closed cases of a mechanism in the open office, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSED, [current_office(), mechanism, before, most])
        rows = cursor.fetchall()
    words = opening_texts([row[0] for row in rows])
    return [
        ClosedCase(
            words[case], area, source, category,
            json.loads(values) if isinstance(values, str) else values, closed_at,
        )
        for case, area, source, category, values, closed_at in rows
    ]  # fmt: skip


def opening_texts(cases: Iterable[int]) -> dict[int, str]:
    """Give the free text that each case was opened with; personal fields are no part of it."""
    texts: dict[int, list[str]] = defaultdict(list)
    rows = Sealed.objects.filter(case_id__in=list(cases), seq=1, text__isnull=False)
    rows = rows.exclude(field__startswith="@").order_by("case_id", "field")
    for case, text in rows.values_list("case_id", "text"):
        texts[case].append(text or "")
    return defaultdict(str, {case: " ".join(said) for case, said in texts.items()})


@dataclass(frozen=True)
class LateCase:
    """One case opened of late: where it is, and its open values."""

    number: str
    area: str
    values: dict[str, Any]


def opened_lately(mechanism: str, *, since: datetime, until: datetime, most: int) -> list[LateCase]:
    """Give the cases of a mechanism that were opened in [since, until), the latest first."""
    rows = Case.objects.filter(mechanism=mechanism, opened_at__gte=since, opened_at__lt=until)
    told = rows.order_by("-opened_at", "-id").values_list("number", "area", "values")
    return [LateCase(*row) for row in told[:most]]


def closed_between(
    mechanism: str, *, begin: datetime, end: datetime, under: str
) -> list[tuple[str, str]]:
    """Give the cases of a mechanism that ended well in [begin, end) within an area: number and area, oldest first."""
    rows = Case.objects.filter(
        office_id=current_office(), mechanism=mechanism, phase="done", area__startswith=under,
        closed_at__gte=begin, closed_at__lt=end,
    )  # fmt: skip
    return list(rows.order_by("closed_at", "pk").values_list("number", "area"))
