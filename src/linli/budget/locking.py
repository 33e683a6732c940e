"""The lock of a fund, taken before any case is locked."""

from __future__ import annotations

from django.db import connection

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('budget', %s))"


def lock_fund(fund: int) -> None:
    """Keep others from moving the money of a fund until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [fund])
