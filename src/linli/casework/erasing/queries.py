"""Questions about erasing: which requests wait for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.casework.erasures import ErasureRequest


@dataclass(frozen=True)
class Asked:
    """A request that waits for a second person."""

    id: int
    case: int
    with_texts: bool
    reason: str
    by: str
    at: datetime


def waiting_request(case: int) -> Asked | None:
    """Give the request of a case that waits for a second person."""
    row = ErasureRequest.objects.filter(case_id=case, decided_by=None).first()
    if row is None:
        return None
    return Asked(row.pk, case, row.with_texts, row.reason, row.asked_by, row.asked_at)


def waiting_requests() -> list[tuple[str, Asked]]:
    """Give every request that waits in the open office, with its case's number, the oldest first."""
    rows = (
        ErasureRequest.objects.filter(decided_by=None).select_related("case").order_by("asked_at")
    )
    return [
        (
            row.case.number,
            Asked(row.pk, row.case_id, row.with_texts, row.reason, row.asked_by, row.asked_at),
        )
        for row in rows
    ]
