"""Entries of registers: the key that only one of them has, and the cases that refer to them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from django.db import connection

from linli.casework import keys, sealing
from linli.casework.definitions import current
from linli.casework.hashing import canonical
from linli.casework.journal.runs import CLOSED, Run
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Fault, StepRefused
from linli.rulebook.mechanism import Label, Mechanism

Claims = MutableMapping[tuple[str, bytes], str]
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(20114, hashtext(%s))"
HOLDER = """
    SELECT c.number, c.values ->> %s FROM casework_case c
    WHERE c.office_id = %s AND c.mechanism = %s AND c.entry_key = %s::jsonb AND c.id <> %s
"""
NAMED = """
    SELECT c.number, c.mechanism, c.closed_at IS NULL, c.values FROM casework_case c
    WHERE c.office_id = %s AND c.number = ANY(%s::text[])
"""


def entry_key(run: Run) -> dict[str, str] | None:
    """Give the unique key of an entry: its fields as text, sealed ones as keyed hashes.

    None for what is no entry, for one retired, and while a part of the key is missing.
    """
    m = run.mechanism
    if not m.unique or m.states[run.file.state].phase in CLOSED:
        return None
    parts = dict(run.held.entry_key or {})
    for step, _key in run.steps:
        for name in m.unique:
            if name in step.sealed:
                parts[name] = key_part(run.held.office, m, name, step.sealed[name])
            elif step.values.get(name) is not None:
                parts[name] = key_part(run.held.office, m, name, step.values[name])
    return parts if parts.keys() >= set(m.unique) else None


def key_part(office: int, mechanism: Mechanism, name: str, value: Any) -> str:
    """Give one part of a key. Width, case and blanks do not make two values; nor does a phone's spelling."""
    text = value if isinstance(value, str) else canonical(value).decode()
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if not mechanism.fields[name].is_sealed:
        return plain
    phone = sealing.plain_phone(text)
    return keys.keyed_hash(office, f"{mechanism.mechanism}.{name}", phone or plain).hex()


def check_entries(run: Run, claims: Claims | None = None) -> None:
    """Refuse a key that another entry has, and a reference to no entry. Raises StepRefused.

    Whoever enrols waits for others enrolling in the same register, so that the second one is told of the
    first. `claims` holds the keys of entries that are about to be written together.
    """
    _check_references(run)
    key = entry_key(run)
    if key is None or key == run.held.entry_key:
        return
    office, m = run.held.office, run.mechanism
    claim = (m.mechanism, canonical(key))
    with connection.cursor() as cursor:
        if claims is None or not any(register == m.mechanism for register, _ in claims):
            cursor.execute(ONE_AT_A_TIME, [f"{office}/{m.mechanism}"])
        cursor.execute(HOLDER, [_title(m), office, m.mechanism, json.dumps(key), run.held.id])
        there = cursor.fetchone() or ((claims or {}).get(claim), None)
    if there[0] is not None:
        raise _taken(m, there[0], there[1])
    if claims is not None:
        claims[claim] = run.held.number


def reference_rows(run: Run) -> list[dict[str, Any]]:
    """Give the rows that tell which entries the steps of a run refer to."""
    return [
        {
            "case_id": run.held.id,
            "office_id": run.held.office,
            "seq": step.seq,
            "field": name,
            "entry": number,
        }
        for step, _key in run.steps
        for name, _register, number in _references(run.mechanism, step.values)
    ]


def entry_names(numbers: Iterable[str]) -> dict[str, str]:
    """Give entries by their numbers as people know them: the open title where there is one. One statement."""
    names = {}
    for number, (register, _is_current, values) in _entries(numbers).items():
        title = values.get(_title(current(register)))
        names[number] = f"{title}（{number}）" if title else number
    return names


def _check_references(run: Run) -> None:
    m = run.mechanism
    named = [reference for step, _ in run.steps for reference in _references(m, step.values)]
    there = _entries(number for _, _, number in named) if named else {}
    faults = [
        Fault(name, _not_there(number))
        for name, register, number in named
        if there.get(number, ("", False, {}))[:2] != (register, True)
    ]
    if faults:
        raise StepRefused("reference", faults[0].message, faults)


def _references(m: Mechanism, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (name, rule.of, values[name])
        for name, rule in m.fields.items()
        if rule.of is not None and values.get(name) is not None
    ]


def _entries(numbers: Iterable[str]) -> dict[str, tuple[str, bool, Mapping[str, Any]]]:
    listed = sorted(set(numbers))
    if not listed:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [current_office(), listed])
        return {
            number: (register, is_current, json.loads(values))
            for number, register, is_current, values in cursor.fetchall()
        }


def _title(m: Mechanism) -> str:
    """Give the open field that names an entry; '' where its title is sealed."""
    rule = m.fields.get(m.shows.title or "")
    return "" if rule is None or rule.is_sealed else m.shows.title or ""


def _taken(m: Mechanism, number: str, title: str | None) -> StepRefused:
    zh = "、".join(m.fields[name].zh for name in m.unique)
    en = ", ".join(m.fields[name].en for name in m.unique)
    named = f"{title}，{number}" if title else number
    message = Label(
        zh=f"“{m.title.zh}”里已有同一“{zh}”的条目：{named}。请去变更那一条。",
        en=f"The register “{m.title.en}” has an entry of the same {en}: {named}. Amend that one.",
    )
    return StepRefused("unique", message, [Fault(name, message) for name in m.unique])


def _not_there(number: str) -> Label:
    return Label(
        zh=f"名册里没有编号为 {number} 的在册条目。",
        en=f"The register has no current entry of the number {number}.",
    )
