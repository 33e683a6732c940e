"""Questions about platforms: what came and went, under which numbers cases run there, and where the two differ."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import F, Q, QuerySet

from linli.casework.definitions import in_force
from linli.casework.queries.abroad import cases_abroad
from linli.casework.queries.rows import CaseRow
from linli.exchange.models import Batch, OutsideOrder
from linli.exchange.profiles import PHASES, Profile, Standing, profiles_at_hand
from linli.ledgers.planning import RowNote
from linli.rulebook.labels import Label

Kind = Literal["missing_here", "missing_there", "other_status", "late"]
KINDS: dict[Kind, Label] = {
    "missing_here": Label(zh="对方有、本街道没有", en="There, and missing here"),
    "missing_there": Label(zh="本街道有、对方清单没有", en="Here, and missing in their list"),
    "other_status": Label(zh="状态不一致", en="Another status"),
    "late": Label(zh="已过对方时限", en="Past their limit"),
}
PHASES_OF = {
    standing: [phase for phase, means in PHASES.items() if means == standing]
    for standing in ("running", "done", "void")
}


class BatchUnknown(LookupError):
    """There is no such batch in this office."""


@dataclass(frozen=True)
class BatchRow:
    """One list that came in or went out."""

    id: int
    platform: str
    way: str
    file_name: str
    by: str
    at: datetime
    rows: int
    opened: int
    changed: int
    rejected: int
    is_whole: bool
    notes: tuple[RowNote, ...]


@dataclass(frozen=True)
class Difference:
    """An order about which the two do not agree, or that is late. `case` is None for one that is missing here."""

    number: str
    their_status: str
    is_unknown_word: bool
    sent_at: datetime | None
    due_at: datetime | None
    seen_at: datetime
    case: CaseRow | None


@dataclass(frozen=True)
class Differences:
    """One kind of difference: how many there are, and the first of them."""

    kind: Kind
    label: Label
    total: int
    rows: tuple[Difference, ...]


def profiles_in_force() -> dict[str, Profile]:
    """Give the profiles whose mechanism is in force here, by name."""
    known = in_force()
    return {key: one for key, one in profiles_at_hand().items() if one.mechanism in known}


def differences(profile: Profile, *, at: datetime, most: int = 100) -> tuple[Differences, ...]:
    """Give what differs between a platform's lists, as last seen, and the cases here."""
    orders = OutsideOrder.objects.filter(platform=profile.platform)
    asked: dict[Kind, QuerySet[OutsideOrder]] = {
        "missing_here": orders.filter(case__isnull=True),
        "missing_there": _missing_there(orders, profile),
        "other_status": orders.filter(_other_status(profile), case__isnull=False),
        "late": orders.filter(due_at__lt=at, case__phase__in=PHASES_OF["running"]),
    }
    found = {kind: (rows.count(), list(_in_order(rows)[:most])) for kind, rows in asked.items()}
    ids = [row.case_id for _, rows in found.values() for row in rows if row.case_id]
    cases = {case: one.row for case, one in cases_abroad(ids, (), at=at).items()}
    return tuple(
        Differences(
            kind, KINDS[kind], total, tuple(_difference(row, profile, cases) for row in rows)
        )
        for kind, (total, rows) in found.items()
    )


def outside_numbers(case: int) -> tuple[tuple[Label, str, datetime | None], ...]:
    """Give under which numbers a case runs on other platforms, and when it is due there."""
    known = profiles_at_hand()
    rows = OutsideOrder.objects.filter(case_id=case).order_by("platform")
    plain = ((known.get(row.platform), row) for row in rows)
    return tuple(
        (one.title if one else Label(zh=row.platform, en=row.platform), row.number, row.due_at)
        for one, row in plain
    )


def case_outside(number: str) -> str | None:
    """Give the number here of the case that runs under a number on some platform, if one alone does."""
    found = OutsideOrder.objects.filter(number=number, case__isnull=False)
    numbers = list(found.values_list("case__number", flat=True)[:2])
    return numbers[0] if len(numbers) == 1 else None


def order_counts() -> dict[str, int]:
    """Give how many orders of each platform run here as cases that are not ended."""
    running = OutsideOrder.objects.filter(case__phase__in=PHASES_OF["running"])
    counts: dict[str, int] = {}
    for platform in running.values_list("platform", flat=True):
        counts[platform] = counts.get(platform, 0) + 1
    return counts


def batches(platform: str, most: int = 20) -> tuple[BatchRow, ...]:
    """Give the latest lists exchanged with a platform, newest first."""
    rows = Batch.objects.filter(platform=platform).order_by("-at", "-pk")[:most]
    return tuple(_batch_row(row) for row in rows)


def batch(number: int) -> BatchRow:
    """Give one list with what was noted of its rows. Raises BatchUnknown."""
    row = Batch.objects.filter(pk=number).first()
    if row is None:
        raise BatchUnknown(number)
    return _batch_row(row)


def _missing_there(orders: QuerySet[OutsideOrder], profile: Profile) -> QuerySet[OutsideOrder]:
    """Give running cases that their last whole list should hold and does not."""
    whole = Batch.objects.filter(platform=profile.platform, way="in", whole_from__isnull=False)
    last = whole.order_by("-at", "-pk").first()
    if last is None:
        return orders.none()
    return orders.filter(
        seen_in__lt=last, sent_at__gte=last.whole_from, sent_at__lt=last.whole_to,
        case__phase__in=PHASES_OF["running"],
    )  # fmt: skip


def _other_status(profile: Profile) -> Q:
    """Give the condition that their word means something else than the case's phase, or is not known."""
    words = profile.their_words
    listed: dict[Standing, Collection[str]] = {
        "running": words.running, "done": words.done, "void": words.void,
    }  # fmt: skip
    differs = Q()
    for standing, theirs in listed.items():
        differs |= Q(their_status__in=theirs) & ~Q(case__phase__in=PHASES_OF[standing])
    declared = [word for theirs in listed.values() for word in theirs]
    return differs | ~Q(their_status__in=declared)


def _in_order(rows: QuerySet[OutsideOrder]) -> QuerySet[OutsideOrder]:
    return rows.order_by(F("due_at").asc(nulls_last=True), "number")


def _difference(row: OutsideOrder, profile: Profile, cases: dict[int, CaseRow]) -> Difference:
    return Difference(
        row.number, row.their_status, profile.their_words.standing(row.their_status) is None,
        row.sent_at, row.due_at, row.seen_at, cases.get(row.case_id or 0),
    )  # fmt: skip


def _batch_row(row: Batch) -> BatchRow:
    return BatchRow(
        row.pk, row.platform, row.way, row.file_name, row.by, row.at, row.rows, row.opened,
        row.changed, row.rejected, row.whole_from is not None, tuple(_notes(row.notes)),
    )  # fmt: skip


def _notes(notes: Sequence[dict[str, str]]) -> list[RowNote]:
    return [
        RowNote(int(one["line"]), one["column"], Label(zh=one["zh"], en=one["en"])) for one in notes
    ]
