"""Issued reports as anybody may read them: the text, and what stands behind each number in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.reports.models import ReportAct, ReportRound
from linli.reports.rounds.queries import Frozen, RoundUnknown, SnapshotView, snapshot_of


@dataclass(frozen=True)
class Issue:
    """An issued report. `corrected_by` is the issued report that corrects it, if there is one."""

    id: int
    heading: str
    number: str
    issued_at: datetime
    corrects: int | None
    corrected_by: int | None


def issues() -> tuple[Issue, ...]:
    """Give the issued reports, latest first."""
    rows = ReportRound.objects.filter(state="issued")
    at = dict(ReportAct.objects.filter(round__in=rows, act="issue").values_list("round_id", "at"))
    corrected = {row.corrects_id: row.pk for row in rows if row.corrects_id}
    listed = [
        Issue(row.pk, row.heading, row.issue_number, at[row.pk], row.corrects_id, corrected.get(row.pk))
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(listed, key=lambda one: one.issued_at, reverse=True))


def issue_named(number: int) -> tuple[Issue, SnapshotView]:
    """Give an issued report and its frozen text. Raises RoundUnknown for one that is not issued."""
    one = next((one for one in issues() if one.id == number), None)
    snapshot = None if one is None else snapshot_of(ReportRound.objects.get(pk=number))
    if one is None or snapshot is None:
        raise RoundUnknown(number)
    return one, snapshot


def number_behind(number: int, mark: str) -> tuple[Issue, Frozen]:
    """Give the frozen number at a mark of an issued report. Raises RoundUnknown."""
    one, snapshot = issue_named(number)
    if mark not in snapshot.numbers:
        raise RoundUnknown(mark)
    return one, snapshot.numbers[mark]
