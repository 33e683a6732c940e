"""What a list of cases is narrowed to, and the one condition that lists, counts and maps share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from linli.casework.definitions import in_force
from linli.casework.queries.seeing import Condition, seen_by
from linli.casework.sealing import address_lookup
from linli.registry.isolation import current_office
from linli.registry.scope import within_sql
from linli.rulebook.casefile import Actor
from linli.rulebook.ownbook import at_hand

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class CaseFilters:
    """What a list is narrowed to. Moments are half-open: [opened_from, opened_to).

    `kind` is that of the mechanism: cases, or the entries of registers. `direct`: in the area itself, in none
    below it. `holder` 0: nobody holds it. `is_open`: not yet closed.
    `entry`: words that a register's entry holds in its open fields, or a telephone number sealed in it.
    """

    mechanism: str | None = None
    state: str | None = None
    phase: str | None = None
    category: str | None = None
    area: str | None = None
    holder: int | None = None
    source: str | None = None
    late: bool | None = None
    opened_from: date | datetime | None = None
    opened_to: date | datetime | None = None
    due_from: date | datetime | None = None
    due_to: date | datetime | None = None
    closed_from: date | datetime | None = None
    closed_to: date | datetime | None = None
    is_open: bool | None = None
    kind: Literal["case", "register"] | None = None
    direct: bool = False
    words: str | None = None
    number: str | None = None
    ids: Sequence[int] | None = None
    entry: str | None = None


def where_of(
    actor: Actor, filters: CaseFilters, at: datetime | None, *, but: Sequence[str] = ()
) -> tuple[str, list[Any]]:
    """Give the condition on casework_case c: what an actor may see, narrowed by the filters except those of `but`."""
    seen, values = seen_by(actor)
    conditions, values = ["c.office_id = %s", seen], [current_office(), *values]
    for name, (text, given) in conditions_of(filters, at).items():
        if name not in but:
            conditions.append(text)
            values += given
    return " AND ".join(conditions), values


def conditions_of(filters: CaseFilters, at: datetime | None) -> dict[str, Condition]:
    """Give the condition that each filter makes; without `at` lateness is not told."""
    equal = ("mechanism", "state", "phase", "source", "number")
    wanted: dict[str, Condition] = {
        name: (f"c.{name} = %s", [getattr(filters, name)])
        for name in equal
        if getattr(filters, name)
    }
    if filters.holder is not None:
        held = ("c.holder_id = %s", [filters.holder])
        wanted["holder"] = held if filters.holder else ("c.holder_id IS NULL", [])
    if filters.category:
        wanted["category"] = "c.category = ANY(%s::text[])", [_with_children(filters.category)]
    if filters.area:
        text, given = within_sql("c.area", [filters.area])
        wanted["area"] = ("c.area = %s", [filters.area]) if filters.direct else (text, list(given))
    if filters.is_open is not None:
        wanted["is_open"] = f"c.closed_at IS {'' if filters.is_open else 'NOT '}NULL", []
    if filters.kind:
        wanted["kind"] = _of_kind(filters.kind)
    if filters.late is not None and at is not None:
        late = "(c.closed_at IS NULL AND c.due_at IS NOT NULL AND c.due_at < %s)"
        wanted["late"] = (late if filters.late else f"NOT {late}"), [at]
    return wanted | dict(_bounds(filters)) | _chosen(filters)


def _bounds(filters: CaseFilters) -> Iterator[tuple[str, Condition]]:
    for moment in ("opened", "due", "closed"):
        for end, sign in (("from", ">="), ("to", "<")):
            bound = getattr(filters, f"{moment}_{end}")
            if bound is not None:
                yield f"{moment}_{end}", (f"c.{moment}_at {sign} %s", [_moment(bound)])


def _of_kind(kind: str) -> Condition:
    """Give the condition that a case is one with an end, or an entry of a register."""
    registers = [key for key, one in in_force().items() if one.kind == "register"]
    negated = "" if kind == "register" else "NOT "
    return f"{negated}c.mechanism = ANY(%s::text[])", [registers]


def _chosen(filters: CaseFilters) -> dict[str, Condition]:
    wanted: dict[str, Condition] = {}
    if filters.ids is not None:
        wanted["ids"] = "c.id = ANY(%s::bigint[])", [list(filters.ids)]
    if filters.entry and filters.entry.strip():
        wanted["entry"] = _entry(filters.entry.strip())
    if filters.words and filters.words.strip():
        wanted["words"] = _words(filters.words.strip())
    return wanted


def _words(words: str) -> Condition:
    """Give the condition that the number or a readable text holds these words, all of them."""
    says = "c.id IN (SELECT casework_cases_saying(%s))"
    conditions, values = [], []
    for word in words.split():
        like = "%" + word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        conditions.append(f"(c.number ILIKE %s OR {says})")
        values += [like, like]
    return f"({' AND '.join(conditions)})", list(values)


def _entry(text: str) -> Condition:
    """Give the condition that an entry is found by a text: its number, an open value, or a whole telephone number."""
    like = "%" + text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    said = "EXISTS (SELECT FROM jsonb_each_text(c.values) v WHERE v.value ILIKE %s)"
    sealed = "c.id IN (SELECT case_id FROM casework_sealed WHERE office_id = %s AND lookup = %s)"
    lookup = address_lookup(current_office(), text)
    return f"(c.number ILIKE %s OR {said} OR {sealed})", [like, like, current_office(), lookup]


def _with_children(code: str) -> list[str]:
    """Give a category with all below it, in whichever list it stands."""
    codes = {code}
    for listed in at_hand().codes.values():
        for _ in listed.codes:
            below = {key for key, entry in listed.codes.items() if entry.parent in codes}
            if below <= codes:
                break
            codes |= below
    return sorted(codes)


def _moment(day: date | datetime) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time(), ZONE)
