# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""One case with all there is to see of it, and the way in with a receipt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from linli.casework.journal.casefiles import Held
from linli.casework.journal.numbering import opens
from linli.casework.journal.reading import case_numbered
from linli.casework.journal.telling import (
    MASK,
    Photo,
    SealedTexts,
    Told,
    sealed_texts,
    trail,
)
from linli.casework.journal.wording import Worded, Wording
from linli.casework.models import Case, Follower
from linli.casework.queries.rows import COLUMNS, TABLES, CaseRow, found, is_past, rows_of
from linli.casework.queries.seeing import RECEIPT, joined_id, seen_by, sees
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor, Casefile, ClockReading, Opening
from linli.rulebook.deciding import openings
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand

NEAR_LAT, NEAR_LON = 0.00045, 0.00053  # fifty metres at the latitude of Shanghai
RELATED_MOST = 24
RELATED = f"""
    SELECT {COLUMNS} FROM {TABLES}
    WHERE c.office_id = %s AND c.id = ANY(ARRAY(
        SELECT %s
        UNION ALL SELECT id FROM casework_case WHERE parent_id = %s
        UNION ALL SELECT parent_id FROM casework_case WHERE id = %s
        UNION ALL SELECT case_id FROM casework_reference WHERE office_id = %s AND entry = %s
        UNION ALL SELECT o.id FROM casework_reference r
            JOIN casework_case o ON o.office_id = r.office_id AND o.number = r.entry WHERE r.case_id = %s
        UNION ALL SELECT id FROM casework_case
            WHERE category = %s AND category <> '' AND lat BETWEEN %s AND %s AND lon BETWEEN %s AND %s
    )) AND (c.id = %s OR {{}})
    ORDER BY c.id = %s DESC, c.parent_id IS NOT DISTINCT FROM %s DESC, c.opened_at DESC, c.id DESC LIMIT %s
"""
Tone = Literal["running", "amber", "late", "paused", "met", "missed", "over", "cut"]


class CaseUnseen(Exception):
    """There is no such case, or it is not for this actor to see."""


class ReceiptUnknown(Exception):
    """Number and code do not belong to a receipt."""


@dataclass(frozen=True)
class Shown:
    """A field of the case file with its value in words; personal ones are masked."""

    field: str
    label: Label
    value: Worded
    is_personal: bool


@dataclass(frozen=True)
class ClockLine:
    """A clock of the case, with the basis of its limit."""

    clock: str
    label: Label
    basis: str
    reading: ClockReading
    state: Tone


@dataclass(frozen=True)
class MemberLine:
    """A participant of the case."""

    kind: str
    key: str
    name: Label
    state: str
    state_label: Label


@dataclass(frozen=True)
class CaseView:
    """One case as an actor sees it. `values` are the open values; `texts` the readable sealed ones."""

    row: CaseRow
    mechanism: Mechanism
    shown: tuple[Shown, ...]
    trail: tuple[Told, ...]
    clocks: tuple[ClockLine, ...]
    tracks: tuple[Label, ...]
    openings: tuple[Opening, ...]
    members: tuple[MemberLine, ...]
    photos: tuple[Photo, ...]
    related: tuple[CaseRow, ...]
    values: Mapping[str, Any]
    texts: Mapping[str, str]


def case_view(*, number: str, actor: Actor, at: datetime) -> CaseView:
    """Give a case as an actor sees it; the statements do not grow with its steps. Raises CaseUnseen."""
    held = case_numbered(number)
    if held is None or held.casefile is None or not sees(actor, held.id, held.casefile):
        raise CaseUnseen(number)
    case, mechanism, wording = held.casefile, held.mechanism, Wording(at_hand())
    texts = sealed_texts(held.id)
    _ask(mechanism, case, wording)
    lines = trail(held.id, mechanism, texts, wording)
    mine, related = _with_related(held, actor, at)
    return CaseView(
        row=mine,
        mechanism=mechanism,
        shown=tuple(_shown(mechanism, case, texts, wording)),
        trail=tuple(lines),
        clocks=tuple(_clocks(mechanism, case, at)),
        tracks=tuple(_tracks(mechanism, case)),
        openings=tuple(openings(mechanism, case, actor, at_hand(), at)),
        members=tuple(_members(mechanism, case, wording)),
        photos=tuple(photo for line in lines for photo in line.photos),
        related=related,
        values=case.values,
        texts=_last_texts(texts),
    )


def case_for_receipt(*, number: str, code: str) -> tuple[int, Actor]:
    """Give the case of a receipt and the actor its holder is. Raises ReceiptUnknown.

    Who reported it themselves is who they were then; for a case that the office entered, the holder of the
    receipt may see it and no more.
    """
    office = current_office()
    asked = number.strip().upper()
    row = Case.objects.filter(number=asked).values_list("id", "access", "opened_by").first()
    if row is None:
        raise ReceiptUnknown(asked)
    case, access, opened_by = row
    if not opens(office, asked, code, bytes(access)):
        return case, Actor(office=office, id=joined_id(case, _joined(case, office, asked, code)))
    is_own = opened_by.startswith("resident:")
    return case, Actor(office=office, id=opened_by if is_own else f"{RECEIPT}{case}")


def _joined(case: int, office: int, number: str, code: str) -> int:
    """Give as which of those who joined a case somebody holds a code. Raises ReceiptUnknown."""
    accesses = Follower.objects.filter(case_id=case).order_by("pk").values_list("access", flat=True)
    for nth, access in enumerate(accesses, 1):
        if opens(office, number, code, bytes(access)):
            return nth
    raise ReceiptUnknown(number)


def _with_related(held: Held, actor: Actor, at: datetime) -> tuple[CaseRow, tuple[CaseRow, ...]]:
    """Give the case's own row and those of its children, its parent and the like ones nearby."""
    assert held.casefile is not None
    place, case = held.place, held.casefile
    lat, lon = place.lat, place.lon
    bounds = (
        [None] * 4
        if lat is None or lon is None
        else [lat - NEAR_LAT, lat + NEAR_LAT, lon - NEAR_LON, lon + NEAR_LON]
    )
    name = held.mechanism.shows.category
    category = case.values.get(name, "") if name else ""
    condition, values = seen_by(actor)
    around = found(
        RELATED.format(condition),
        [
            held.office,
            *[held.id] * 3,
            held.office,
            held.number,
            held.id,
            category,
            *bounds,
            held.id,
            *values,
            *[held.id] * 2,
            RELATED_MOST + 1,
        ],
    )
    mine, *others = rows_of(around, at)
    return mine, tuple(others)


def _ask(mechanism: Mechanism, case: Casefile, wording: Wording) -> None:
    wording.areas.add(case.area)
    if case.holder is not None:
        wording.bodies.add(case.holder)
    wording.bodies.update(
        int(m.key) for m in case.members if mechanism.participants[m.kind].each == "body"
    )
    for name, value in case.values.items():
        if name in mechanism.fields and value is not None:
            wording.ask(mechanism.fields[name], value)


def _shown(
    mechanism: Mechanism, case: Casefile, texts: SealedTexts, wording: Wording
) -> list[Shown]:
    """Give the fields of the case file that are filled; free text of later steps stands in the trail.

    What the engine fills is shown where the mechanism names it for lists or for residents.
    """
    named = {*mechanism.shows.columns, *mechanism.shows.resident}
    asked = {name for start in mechanism.starts() for name in mechanism.actions[start].fields}
    last = _last_texts(texts)
    sealed = {name for step in texts.values() for name in step}
    shown = []
    for name, rule in mechanism.fields.items():
        label = Label(zh=rule.zh, en=rule.en)
        if rule.personal and name in sealed:
            shown.append(Shown(name, label, MASK, is_personal=True))
        elif name in last and name in asked:
            shown.append(Shown(name, label, last[name], is_personal=False))
        elif case.values.get(name) is not None and (rule.by == "form" or name in named):
            value = wording.word(rule, case.values[name])
            shown.append(Shown(name, label, value, is_personal=False))
    return shown


def _last_texts(texts: SealedTexts) -> dict[str, str]:
    return {
        name: text
        for step in texts.values()
        for name, text in step.items()
        if text is not None and not name.startswith("@")
    }


def _clocks(mechanism: Mechanism, case: Casefile, at: datetime) -> list[ClockLine]:
    return [
        ClockLine(
            clock=key,
            label=Label(zh=rule.zh, en=rule.en),
            basis=rule.basis or "",
            reading=case.clocks[key],
            state=_tone(case.clocks[key], at, is_period=rule.period),
        )
        for key, rule in mechanism.clocks.items()
        if key in case.clocks
    ]


def _tone(reading: ClockReading, at: datetime, *, is_period: bool) -> Tone:
    has_run_out = reading.breached_at is not None
    if is_period and (has_run_out or reading.ended_at is not None):
        return "over" if has_run_out else "cut"
    if reading.ended_at is not None:
        return "missed" if has_run_out else "met"
    if has_run_out or is_past(reading.due_at, at):
        return "over" if is_period else "late"
    if reading.due_at is None:
        return "paused"
    return "amber" if reading.amber_at is not None and reading.amber_at <= at else "running"


def _tracks(mechanism: Mechanism, case: Casefile) -> list[Label]:
    """Give where the tracks stand that have moved; a state that several tracks know goes with its track's name."""
    known = Counter(one.zh for rule in mechanism.tracks.values() for one in rule.states.values())
    return [
        state
        if known[state.zh] == 1
        else Label(zh=f"{rule.zh}：{state.zh}", en=f"{rule.en}: {state.en}")
        for key, rule in mechanism.tracks.items()
        for state in (rule.states[case.tracks[key]],)
        if case.tracks[key] != rule.initial
    ]


def _members(mechanism: Mechanism, case: Casefile, wording: Wording) -> list[MemberLine]:
    lines = []
    for member in case.members:
        rule = mechanism.participants[member.kind]
        name = wording.body(int(member.key)) if rule.each == "body" else None
        lines.append(
            MemberLine(
                kind=member.kind,
                key=member.key,
                name=name or Label(zh=member.key, en=member.key),
                state=member.state,
                state_label=rule.states[member.state],
            )
        )
    return lines
