"""Retention: personal values and files of ended cases, erased when their time is over, each on record."""

from __future__ import annotations

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db import connection

from linli.casework.definitions import published
from linli.casework.erasing.actions import destroy
from linli.casework.erasing.register import Ground
from linli.registry.isolation import current_office
from linli.rulebook.mechanism import Retention

RETENTION_ACTOR = "auto:retention"
OVER = """
    SELECT c.id FROM casework_case c
    WHERE c.office_id = %s AND c.mechanism = %s AND c.closed_at <= %s
      AND (EXISTS (SELECT FROM casework_casekey k WHERE k.case_id = c.id)
        OR EXISTS (SELECT FROM casework_attachment a WHERE a.case_id = c.id))
    ORDER BY c.closed_at LIMIT %s FOR UPDATE SKIP LOCKED
"""


def erase_due(at: datetime, limit: int = 100) -> int:
    """Erase the personal values and files of cases whose retention is over; give of how many cases.

    The period in force counts, from the moment a case ended; one that was opened again is not touched.
    Each erasure leaves its rows: which field, when, by which rule. The chain of hashes still holds.
    """
    done = 0
    for mechanism in published():
        if mechanism.retention is None or done >= limit:
            continue
        basis = mechanism.retention.basis
        reason = f"{mechanism.mechanism} v{mechanism.version}: {mechanism.retention.keep}；{basis}"
        ground = Ground("retention", basis, reason, RETENTION_ACTOR, at)
        for case in _over(mechanism.mechanism, mechanism.retention, at, limit - done):
            destroy(office=current_office(), case=case, with_texts=False, ground=ground)
            done += 1
    return done


def ends_before(retention: Retention, at: datetime) -> datetime:
    """Give the moment up to which cases must have ended for their time to be over."""
    amount, unit = retention.keep.split()
    number = int(amount)
    if unit == "y":
        return at - relativedelta(years=number)
    return at - (relativedelta(months=number) if unit == "m" else relativedelta(days=number))


def _over(mechanism: str, retention: Retention, at: datetime, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        bound = ends_before(retention, at)
        cursor.execute(OVER, [current_office(), mechanism, bound, limit])
        return [case for (case,) in cursor.fetchall()]
