"""Questions about reports: the list, one round with its sections and findings, what moved since it was frozen."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from linli.figures.periods import period_named
from linli.registry.queries import actor_names, body_names
from linli.reports.checking import Finding
from linli.reports.models import (
    FrozenFigure,
    ReportAct,
    ReportRound,
    ReportSection,
    ReportSnapshot,
    ReportWaiver,
)
from linli.reports.rounds.findings import FrozenNumber, findings_of, key_of, plainly
from linli.reports.rounds.freezing import quoter_of, template_of, titled
from linli.reports.writing.content import Content
from linli.reports.writing.references import reference
from linli.reports.writing.typesetting import Setting
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label

STATES = {
    "drafting": Label(zh="填报中", en="Being written"),
    "frozen": Label(zh="已定稿", en="Frozen"),
    "signed": Label(zh="已签发", en="Signed"),
    "issued": Label(zh="已印发", en="Issued"),
}
TONES = {"drafting": "info", "frozen": "amber", "signed": "amber", "issued": "green"}
ACTS = {
    "open": Label(zh="开始编报", en="Opened"),
    "write": Label(zh="改写一节", en="Section written"),
    "assign": Label(zh="指定负责单位", en="Section assigned"),
    "confirm": Label(zh="确认一节", en="Section confirmed"),
    "freeze": Label(zh="定稿", en="Frozen"),
    "waive": Label(zh="说明问题", en="Finding waived"),
    "sign": Label(zh="签发", en="Signed"),
    "issue": Label(zh="印发", en="Issued"),
    "correct": Label(zh="开始更正", en="Correction opened"),
}


class RoundUnknown(LookupError):
    """There is no such report in this office."""


@dataclass(frozen=True)
class RoundRow:
    """A round as lists show it."""

    id: int
    heading: str
    period: Label
    state: str
    state_label: Label
    issue_number: str
    opened_at: datetime
    corrects: int | None

    @property
    def tone(self) -> str:
        """Give the tone in which the state is shown."""
        return TONES[self.state]


@dataclass(frozen=True)
class SectionRow:
    """A section as the round's page shows it."""

    key: str
    title: Label
    body: int | None
    body_name: Label | None
    text: str
    revision: int
    confirmed_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True)
class ActRow:
    """What somebody did to a round."""

    act: Label
    section: str
    note: str
    by: Label
    at: datetime


@dataclass(frozen=True)
class OpenFinding:
    """A finding with its key, and the reason for which it was let pass."""

    key: str
    finding: Finding
    reason: str = ""
    waived_by: str = ""


@dataclass(frozen=True)
class Frozen:
    """One frozen number with all there is to know of it."""

    number: FrozenNumber
    words: Label
    unit: str
    records: int
    digest: str
    definition: str
    by: str | None
    part: str | None

    @property
    def plain_num(self) -> str:
        """Give the numerator without the noughts that the table adds."""
        return plainly(self.number.num)

    @property
    def plain_den(self) -> str:
        """Give the denominator without the noughts that the table adds."""
        return "" if self.number.den is None else plainly(self.number.den)


@dataclass(frozen=True)
class SnapshotView:
    """A frozen report: its content, its numbers by mark, its digest."""

    id: int
    content: Content
    numbers: dict[str, Frozen]
    sha256: str
    at: datetime


@dataclass(frozen=True)
class Drift:
    """A number that would be printed otherwise today: records that came, and records that went or changed."""

    mark: str
    label: Label
    printed: str
    now: str
    num: Decimal
    num_now: Decimal
    came: tuple[str, ...]
    went: tuple[str, ...]


@dataclass(frozen=True)
class RoundView:
    """A round whole."""

    row: RoundRow
    sections: tuple[SectionRow, ...]
    acts: tuple[ActRow, ...]
    snapshot: SnapshotView | None
    findings: tuple[OpenFinding, ...]

    @cached_property
    def waiting(self) -> int:
        """Give how many findings are neither mended nor waived."""
        return sum(not one.reason for one in self.findings)

    @property
    def confirmed(self) -> int:
        """Give how many sections are confirmed."""
        return sum(bool(section.confirmed_by) for section in self.sections)


def rounds() -> tuple[RoundRow, ...]:
    """Give the reports of the office, latest first."""
    return tuple(_row(one) for one in ReportRound.objects.order_by("-opened_at", "-pk"))


def round_view(number: int) -> RoundView:
    """Give a round whole. Raises RoundUnknown."""
    round_ = found(number)
    snapshot = snapshot_of(round_)
    remarks = () if snapshot is None or round_.state == "drafting" else _findings(round_, snapshot)
    return RoundView(
        _row(round_), tuple(_sections(round_)), tuple(_acts(round_)), snapshot, remarks
    )


def open_findings(round_: ReportRound) -> list[OpenFinding]:
    """Give the findings on a frozen round that nobody has let pass."""
    snapshot = snapshot_of(round_)
    return [] if snapshot is None else [f for f in _findings(round_, snapshot) if not f.reason]


def section_set(number: int, key: str, book: Book) -> tuple[SectionRow, Setting]:
    """Give a section with the numbers of this moment set in. Raises RoundUnknown."""
    round_ = found(number)
    rows = list(ReportSection.objects.filter(round=round_).order_by("position"))
    nth = next((nth for nth, row in enumerate(rows) if row.key == key), None)
    if nth is None:
        raise RoundUnknown(key)
    title = template_of(round_).sections[key].title.zh
    setting = titled(nth, title, rows[nth], quoter_of(round_, book))
    return next(row for row in _sections(round_) if row.key == key), setting


def drift(number: int, book: Book) -> tuple[Drift, ...]:
    """Give what has moved since a round was frozen, with the records that came and went. Raises RoundUnknown."""
    round_ = found(number)
    last = ReportSnapshot.objects.filter(round=round_).order_by("-pk").first()
    if last is None:
        return ()
    quoter, moved = quoter_of(round_, book), []
    for row in FrozenFigure.objects.filter(snapshot=last).order_by("pk"):
        quote = quoter.quote(reference(row.reference))
        marks = set(quoter.record_marks(quote))
        kept = set(filter(None, zlib.decompress(bytes(row.marks)).decode().split("\n")))
        if marks != kept or (quote.value.num, quote.value.den) != (row.num, row.den):
            moved.append(
                Drift(
                    row.mark,
                    Label(**row.words["label"]),
                    row.printed,
                    quote.printed,
                    row.num,
                    quote.value.num,
                    tuple(sorted(marks - kept)),
                    tuple(sorted(kept - marks)),
                )
            )
    return tuple(moved)


def snapshot_of(round_: ReportRound) -> SnapshotView | None:
    """Give the last snapshot of a round, or None before it was frozen."""
    row = ReportSnapshot.objects.filter(round=round_).order_by("-pk").first()
    if row is None:
        return None
    figures = FrozenFigure.objects.filter(snapshot=row).defer("marks").order_by("pk")
    numbers = {figure.mark: _frozen(figure) for figure in figures}
    return SnapshotView(row.pk, Content.of(row.content), numbers, row.sha256, row.at)


def found(number: int) -> ReportRound:
    """Give a round's row. Raises RoundUnknown."""
    row = ReportRound.objects.filter(pk=number).first()
    if row is None:
        raise RoundUnknown(number)
    return row


def _findings(round_: ReportRound, snapshot: SnapshotView) -> tuple[OpenFinding, ...]:
    numbers = {mark: one.number for mark, one in snapshot.numbers.items()}
    waived = {row.finding: row for row in ReportWaiver.objects.filter(round=round_)}
    names = actor_names(row.by for row in waived.values())
    found_ = findings_of(snapshot.content, numbers, template_of(round_), round_.period)
    return tuple(
        OpenFinding(
            key, one, waived[key].reason if key in waived else "",
            names[waived[key].by].zh if key in waived and waived[key].by in names else "",
        )
        for one in found_
        for key in [key_of(one)]
    )  # fmt: skip


def _frozen(row: FrozenFigure) -> Frozen:
    number = FrozenNumber(
        row.mark, row.reference, row.period, Label(**row.words["label"]), row.num, row.den, row.printed
    )  # fmt: skip
    words = row.words
    return Frozen(
        number, Label(**words["words"]), words["unit"], row.records, row.digest, row.definition,
        words["by"], words["part"],
    )  # fmt: skip


def _row(row: ReportRound) -> RoundRow:
    return RoundRow(
        row.pk, row.heading, period_named(row.period).label, row.state, STATES[row.state],
        row.issue_number, row.opened_at, row.corrects_id,
    )  # fmt: skip


def _sections(round_: ReportRound) -> Iterable[SectionRow]:
    rows = list(ReportSection.objects.filter(round=round_).order_by("position"))
    names = body_names(row.body_id for row in rows if row.body_id)
    people = actor_names(row.confirmed_by for row in rows if row.confirmed_by)
    rules = template_of(round_).sections
    for row in rows:
        yield SectionRow(
            row.key, rules[row.key].title, row.body_id, names.get(row.body_id or 0), row.text,
            row.revision, people[row.confirmed_by].zh if row.confirmed_by in people else row.confirmed_by,
            row.confirmed_at,
        )  # fmt: skip


def _acts(round_: ReportRound) -> Iterable[ActRow]:
    rows = list(ReportAct.objects.filter(round=round_).order_by("seq"))
    names = actor_names(row.by for row in rows)
    rules = template_of(round_).sections
    for row in rows:
        section = rules[row.section].title.zh if row.section else ""
        by = names.get(row.by, Label(zh=row.by, en=row.by))
        yield ActRow(ACTS[row.act], section, row.note, by, row.at)
