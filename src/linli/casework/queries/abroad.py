# ruff: noqa: S608 - only our own columns are set into the text
"""Cases as systems outside are told of them: how they stand, and what they hold in chosen fields, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from linli.casework.definitions import compiled
from linli.casework.journal.wording import Worded, Wording
from linli.casework.queries.rows import COLUMNS, TABLES, CaseRow, Found, found, rows_of
from linli.registry.isolation import current_office
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.ownbook import at_hand

CHOSEN = f"SELECT {COLUMNS} FROM {TABLES} WHERE c.office_id = %s AND c.id = ANY(%s::bigint[])"
TEXTS = """
    SELECT s.case_id, s.field, s.text FROM casework_sealed s
    WHERE s.case_id = ANY(%s::bigint[]) AND s.text IS NOT NULL AND s.field = ANY(%s::text[])
    ORDER BY s.case_id, s.seq
"""


@dataclass(frozen=True)
class Abroad:
    """A case with the chosen fields: `values` as they are kept, `words` as people read them. Nothing personal."""

    row: CaseRow
    values: Mapping[str, Any]
    words: Mapping[str, Worded]


def cases_abroad(
    cases: Collection[int], fields: Sequence[str], *, at: datetime
) -> dict[int, Abroad]:
    """Give the cases by id, with the chosen fields that are not personal. Five statements, however many."""
    listed = found(CHOSEN, [current_office(), list(cases)])
    rows = rows_of(listed, at)
    mechanisms = [compiled(case["definition"], case["sha256"]) for case in listed]
    wording = Wording(at_hand())
    for case, mechanism in zip(listed, mechanisms, strict=True):
        for name in _open(mechanism, fields):
            if case["values"].get(name) is not None:
                wording.ask(mechanism.fields[name], case["values"][name])
    texts = _texts([row.id for row in rows], fields)
    return {
        row.id: _abroad(row, mechanism, case, fields, texts[row.id], wording)
        for row, mechanism, case in zip(rows, mechanisms, listed, strict=True)
    }


def _abroad(
    row: CaseRow, mechanism: Mechanism, case: Found, fields: Sequence[str],
    texts: Mapping[str, str], wording: Wording,
) -> Abroad:  # fmt: skip
    values = {
        name: case["values"][name]
        for name in _open(mechanism, fields)
        if case["values"].get(name) is not None
    }
    words: dict[str, Worded] = {
        name: wording.word(mechanism.fields[name], value) for name, value in values.items()
    }
    sealed = {
        name: text
        for name, text in texts.items()
        if name in mechanism.fields and not mechanism.fields[name].personal
    }
    return Abroad(row, {**values, **sealed}, {**words, **sealed})


def _open(mechanism: Mechanism, fields: Sequence[str]) -> list[str]:
    known = mechanism.fields
    return [name for name in fields if name in known and not known[name].is_sealed]


def _texts(cases: Sequence[int], fields: Sequence[str]) -> defaultdict[int, dict[str, str]]:
    texts: defaultdict[int, dict[str, str]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(TEXTS, [list(cases), list(fields)])
        for case, field, text in cursor.fetchall():
            texts[case][field] = text  # the latest text stands last
    return texts
