# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""Values typed twice: told again by a person although Linli held them already, and the form did not bring them along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection

from linli.registry.isolation import current_office
from linli.rulebook.casefile import CLOCK_ACTOR, RULE_ACTOR
from linli.rulebook.mechanism import FieldRule, Mechanism

TYPED = ("word", "int", "number", "fraction", "money", "date", "moment", "code", "area")
SPAN = """
    s.office_id = %s AND s.at >= %s AND s.at < %s AND s.member_kind IS NULL AND s.entry IS NULL
    AND c.area >= %s AND c.area < %s AND s.actor <> ALL(%s)
"""
SAME_CASE = f"""
    SELECT s.mechanism, s.action, '' AS held_in, s.key, count(*), min(s.number)
    FROM (
        SELECT s.*, c.number, v.key AS key, v.value AS told,
            lag(v.value) OVER (PARTITION BY s.case_id, v.key ORDER BY s.seq) AS held,
            row_number() OVER (PARTITION BY s.case_id, s.action, v.key ORDER BY s.seq) AS nth
        FROM (SELECT case_id, seq, office_id, mechanism, action, actor, at, member_kind, entry, values
              FROM casework_step WHERE office_id = %s) s
        JOIN casework_case c ON c.id = s.case_id, jsonb_each(s.values) v
    ) s JOIN casework_case c ON c.id = s.case_id
    WHERE {SPAN} AND s.told = s.held AND s.nth = 1 GROUP BY 1, 2, 3, 4
"""
OF_ENTRY = f"""
    SELECT s.mechanism, s.action, e.mechanism, v.key, count(*), min(c.number)
    FROM casework_reference r
    JOIN casework_step s ON s.case_id = r.case_id AND s.seq = r.seq
    JOIN casework_case c ON c.id = s.case_id
    JOIN casework_case e ON e.office_id = r.office_id AND e.number = r.entry, jsonb_each(s.values) v
    WHERE {SPAN} AND e.values -> v.key = v.value GROUP BY 1, 2, 3, 4
"""
OF_PARENT = f"""
    SELECT s.mechanism, s.action, p.mechanism, v.key, count(*), min(c.number)
    FROM casework_step s JOIN casework_case c ON c.id = s.case_id
    JOIN casework_case p ON p.id = c.parent_id, jsonb_each(s.values) v
    WHERE {SPAN} AND s.seq = 1 AND p.values -> v.key = v.value GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class Again:
    """A field whose known value came again: by which action, where it was held ('' in the case itself), how often."""

    mechanism: str
    action: str
    held_in: str
    field: str
    times: int
    example: str
    is_typed: bool


def brought_along(mechanism: Mechanism, action: str) -> frozenset[str]:
    """Give the fields that the form of an action brings along when the case holds them already.

    Free text, personal values, files, yes or no, and what an entry keeps are said anew each time. So is everything
    when the action moved the case on before: an answer given again must not come with the old answer.
    """
    rule = mechanism.actions[action]
    if rule.start or rule.entry:
        return frozenset()
    return frozenset(name for name in rule.fields if measured(mechanism.fields[name]))


def taken_over(mechanism: Mechanism, action: str, register: Mechanism) -> frozenset[str]:
    """Give the fields that the form of an action takes over from a register's entry it names, when they are left blank.

    Those are the ones it asks for only while no entry is named (`name! when enterprise == null`).
    """
    rule = mechanism.actions[action]
    entries = [
        name
        for name in rule.fields
        if mechanism.fields[name].type == "entry"
        and mechanism.fields[name].of == register.mechanism
    ]
    blank = {f"{name} == null" for name in entries}
    return frozenset(
        name
        for name, when in rule.required_when.items()
        if when in blank
        and measured(mechanism.fields[name])
        and _same_word(mechanism, register, name)
    )


def measured(rule: FieldRule) -> bool:
    """Say whether a field's values are held against earlier ones: those typed or chosen, in the open."""
    return rule.type in TYPED and not rule.is_sealed


def told_again(
    mechanisms: Mapping[str, Mechanism], *, begin: datetime, end: datetime, under: str
) -> list[Again]:
    """Give the values that came again in [begin, end) within an area: typed twice, or brought along by the form.

    The same word of the same case, of the register's entry that the step names, or of the case it was opened from.
    """
    office = current_office()
    span = [office, begin, end, under, under[:-1] + "0", [CLOCK_ACTOR, RULE_ACTOR]]
    with connection.cursor() as cursor:
        found = list(
            chain(
                _asked(cursor, SAME_CASE, [office, *span]),
                _asked(cursor, OF_ENTRY, span),
                _asked(cursor, OF_PARENT, span),
            )
        )
    return sorted(
        (again for row in found if (again := _again(mechanisms, row)) is not None),
        key=lambda one: (not one.is_typed, -one.times, one.mechanism, one.action, one.field),
    )


def typed_twice(found: list[Again]) -> int:
    """Give how many values were typed although they were known."""
    return sum(one.times for one in found if one.is_typed)


def _asked(cursor: Any, text: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    cursor.execute(text, values)
    return iter(cursor.fetchall())


def _again(mechanisms: Mapping[str, Mechanism], row: tuple[Any, ...]) -> Again | None:
    key, action, held_in, field, times, example = row
    mechanism = mechanisms.get(key)
    rule = mechanism.actions.get(action) if mechanism else None
    if mechanism is None or rule is None or field not in rule.fields:
        return None
    if not measured(mechanism.fields[field]):
        return None
    holder = mechanisms.get(held_in)
    if held_in and (holder is None or not _same_word(mechanism, holder, field)):
        return None
    carried = field in (
        brought_along(mechanism, action)
        if holder is None
        else taken_over(mechanism, action, holder)
    )
    opened = bool(held_in) and any(by.auto == "parent" for by in rule.by)
    return Again(key, action, held_in, field, times, example, not carried and not opened)


def _same_word(one: Mechanism, other: Mechanism, field: str) -> bool:
    """Say whether a field means the same in both: the same key and the same words."""
    there = other.fields.get(field)
    return there is not None and there.zh == one.fields[field].zh
