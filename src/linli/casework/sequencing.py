"""The sequencer: gives each committed step its gapless place in the office's one log."""

from __future__ import annotations

from django.db import connection

from linli.registry.isolation import current_office

ONE_SEQUENCER = 20113  # names the advisory lock; its second half is the office
ALONE = "SELECT pg_try_advisory_xact_lock(%s, %s)"
PLACE = """
    WITH taken AS (
        SELECT p.id, p.case_id, p.seq FROM casework_pending p
        WHERE p.office_id = %(office)s ORDER BY p.id LIMIT %(limit)s
    ), placed AS (
        INSERT INTO casework_position (office_id, position, case_id, seq, leaf)
        SELECT s.office_id, last.position + row_number() OVER (ORDER BY t.id), t.case_id, t.seq, s.hash
        FROM taken t JOIN casework_step s ON s.case_id = t.case_id AND s.seq = t.seq,
            (SELECT coalesce(max(position), 0) AS position FROM casework_position
             WHERE office_id = %(office)s) last
    ), gone AS (
        DELETE FROM casework_pending p USING taken t WHERE p.id = t.id
    )
    SELECT count(*) FROM taken
"""


def sequence(limit: int = 2_000) -> int:
    """Give positions to steps of the open office that have none, as they were committed; say how many.

    One sequencer at a time: a second one does nothing. The steps of one case keep their order, because
    whoever writes the next one has waited for the commit of the one before.
    """
    office = current_office()
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [ONE_SEQUENCER, office])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(PLACE, {"office": office, "limit": limit})
        return int(cursor.fetchone()[0])
