# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""Locking a family: a case with its ancestors, and the relatives that have a clock due; parents come first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from linli.casework.journal.casefiles import Held
from linli.casework.journal.reading import ALONE, CASE, CaseUnknown, held_by
from linli.registry.asking.statements import Statement, array
from linli.registry.isolation import current_office

WITHOUT_PARENT = Statement(f"{CASE} WHERE c.id = $1 AND c.parent_id IS NULL FOR NO KEY UPDATE OF c")
LINE = Statement(f"""
    WITH RECURSIVE line AS (
        SELECT id, parent_id FROM casework_case WHERE id = $1
        UNION ALL SELECT p.id, p.parent_id FROM casework_case p JOIN line ON p.id = line.parent_id
    ) {CASE} WHERE c.id IN (SELECT line.id FROM line) ORDER BY c.id FOR NO KEY UPDATE OF c
""")
RELATIVES = Statement(f"""
    WITH RECURSIVE tree AS (
        SELECT id, parent_id FROM casework_case WHERE id = $1
        UNION ALL SELECT k.id, k.parent_id FROM casework_case k JOIN tree ON k.parent_id = tree.id
    ), due AS (
        SELECT tree.id, tree.parent_id FROM tree
        WHERE EXISTS (SELECT FROM casework_timer t WHERE t.case_id = tree.id AND t.due_at <= $2)
        UNION SELECT p.id, p.parent_id FROM casework_case p JOIN due ON p.id = due.parent_id
    ) {CASE} WHERE c.id IN (SELECT due.id FROM due) AND c.id <> ALL($3::bigint[])
    ORDER BY c.id FOR NO KEY UPDATE OF c
""")
DUE_HEADS = Statement(f"""
    WITH RECURSIVE line AS (
        SELECT c.id AS due, c.id, c.parent_id FROM casework_case c WHERE NOT ({ALONE}) AND c.id IN (
            SELECT t.case_id FROM casework_timer t WHERE t.due_at <= $1 ORDER BY t.due_at LIMIT $2
        )
        UNION ALL SELECT line.due, p.id, p.parent_id FROM casework_case p JOIN line ON p.id = line.parent_id
    ) SELECT DISTINCT id FROM line WHERE parent_id IS NULL ORDER BY id
""")
HEAD = Statement(f"{CASE} WHERE c.id = $1 FOR NO KEY UPDATE OF c SKIP LOCKED")


def locked_family(case: int, at: datetime) -> list[Held]:
    """Give a case with its ancestors and every relative that has a clock due, locked, parents first.

    One statement for a case that stands alone; a case never changes its parent. Raises CaseUnknown.
    """
    line = held_by(WITHOUT_PARENT, case) or held_by(LINE, case)
    if not line:
        raise CaseUnknown(f"no case {case} in office {current_office()}")
    head = line[0]
    assert head.casefile is not None
    return [*line, *_relatives(line, at)] if head.casefile.children else line


def due_families(at: datetime, limit: int) -> Iterator[list[Held]]:
    """Give families with a clock due, each locked when it is asked for; those that others hold are passed over."""
    for (head,) in DUE_HEADS.rows(at, limit):
        line = held_by(HEAD, head)
        if line:
            yield [*line, *_relatives(line, at)]


def _relatives(line: list[Held], at: datetime) -> list[Held]:
    return held_by(RELATIVES, line[0].id, at, array([str(held.id) for held in line]))
