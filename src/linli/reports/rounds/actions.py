"""The verbs of a report: open, write, confirm, freeze, waive, sign, issue, correct. One transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max

from linli.figures.periods import Period, period_named
from linli.registry.isolation import office_transaction
from linli.registry.queries import this_office
from linli.reports.models import (
    ReportAct,
    ReportRound,
    ReportSection,
    ReportSnapshot,
    ReportWaiver,
)
from linli.reports.rounds.freezing import drafted, keep, quoter_of
from linli.reports.rounds.permits import may_confirm, may_edit, may_sign, may_write
from linli.reports.rounds.queries import open_findings
from linli.reports.writing.references import ReferenceUnclear, pieces
from linli.reports.writing.templates import Span, read_template, template_text
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label

LONGEST = 20_000
MONTHS: dict[Span, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}


class ReportRefused(Exception):
    """Nothing was done to the report; `message` says why and what would help."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


class SectionChanged(ReportRefused):
    """Somebody else wrote the section in between."""


def open_round(
    *,
    template: str,
    period: str,
    by: Actor,
    at: datetime,
    place: str | None = None,
    bodies: Mapping[str, int] | None = None,
) -> int:
    """Open a report on a period, with the bodies that answer for its sections; gives its number.

    Raises ReportRefused, TemplateUnknown, PeriodUnknown.
    """
    _refuse_unless(may_edit(by), "编报告的岗位", "an editor of reports")
    text = template_text(template)
    rules, span = read_template(text, template), period_named(period)
    if _months(span) != MONTHS[rules.span]:
        raise ReportRefused(
            f"“{rules.title.zh}”的时段长度不是 {span.label.zh}",
            f"{rules.title.en!r} is not about a period as long as {span.label.en}",
        )
    with office_transaction(by.office):
        office = this_office()
        round_ = ReportRound.objects.create(
            office_id=by.office, template=template, text=text, period=span.text,
            heading=rules.heading.format(office=office.name, period=span.label.zh),
            place=place or office.path, state="drafting", opened_by=by.id, opened_at=at,
        )  # fmt: skip
        answering = bodies or {}
        ReportSection.objects.bulk_create(
            ReportSection(
                office_id=by.office, round=round_, key=key, position=nth, text=rule.text.strip(),
                body_id=answering.get(key),
            )
            for nth, (key, rule) in enumerate(rules.sections.items())
        )  # fmt: skip
        _note(round_, "open", by, at)
    return round_.pk


def write_section(
    *,
    report: int,
    section: str,
    text: str,
    revision: int,
    by: Actor,
    at: datetime,
) -> None:
    """Write a section anew. Its confirmation lapses, and a frozen or signed report goes back to drafting.

    Raises ReportRefused, and SectionChanged when `revision` is not the section's own any more.
    """
    with office_transaction(by.office):
        round_ = _open_round(report)
        row = _section(round_, section)
        _refuse_unless(may_write(by, row.body_id), "这一节的填报岗位", "a writer of this section")
        if row.revision != revision:
            raise SectionChanged(
                "这一节刚被别人改过，请对照后再存", "Somebody else has just written this section"
            )
        _refuse_unreadable(text)
        row.text, row.revision = text.strip(), row.revision + 1
        row.confirmed_by, row.confirmed_at = "", None
        row.save(update_fields=["text", "revision", "confirmed_by", "confirmed_at"])
        _move(round_, "drafting")
        _note(round_, "write", by, at, section=section)


def assign_section(
    *,
    report: int,
    section: str,
    body: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Say which body answers for a section; its confirmation lapses. Raises ReportRefused."""
    _refuse_unless(may_edit(by), "编报告的岗位", "an editor of reports")
    with office_transaction(by.office):
        round_ = _open_round(report)
        row = _section(round_, section)
        row.body_id, row.confirmed_by, row.confirmed_at = body, "", None
        row.save(update_fields=["body", "confirmed_by", "confirmed_at"])
        _move(round_, "drafting")
        _note(round_, "assign", by, at, section=section)


def confirm_section(
    *,
    report: int,
    section: str,
    revision: int,
    by: Actor,
    at: datetime,
) -> None:
    """Confirm a section's numbers and words for the body that answers for it. Raises ReportRefused."""
    with office_transaction(by.office):
        round_ = _open_round(report)
        row = _section(round_, section)
        _refuse_unless(
            may_confirm(by, row.body_id), "负责单位的填报岗位", "a writer of the body that answers for it"
        )  # fmt: skip
        if row.revision != revision:
            raise SectionChanged(
                "这一节刚被别人改过，请看过再确认", "Somebody else has just written this section"
            )
        row.confirmed_by, row.confirmed_at = by.id, at
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        _note(round_, "confirm", by, at, section=section)


def freeze(*, report: int, by: Actor, at: datetime, book: Book) -> int:
    """Freeze every number of a report whose sections are all confirmed; gives the snapshot. Raises ReportRefused."""
    _refuse_unless(may_edit(by), "编报告的岗位", "an editor of reports")
    with office_transaction(by.office):
        round_ = _open_round(report)
        sections = list(ReportSection.objects.filter(round=round_).order_by("position"))
        waiting = sum(not section.confirmed_by for section in sections)
        if waiting:
            raise ReportRefused(
                f"还有 {waiting} 节没有确认", f"{waiting} sections are not confirmed yet"
            )
        draft = drafted(round_, sections, book)
        if draft.unclear:
            raise ReportRefused(draft.unclear[0].message.zh, draft.unclear[0].message.en)
        snapshot = keep(round_, draft, quoter_of(round_, book), by.id, at)
        _move(round_, "frozen")
        _note(round_, "freeze", by, at)
    return snapshot.pk


def waive(*, report: int, finding: str, reason: str, by: Actor, at: datetime) -> None:
    """Let a finding pass by name, with the reason. Raises ReportRefused."""
    _refuse_unless(may_edit(by), "编报告的岗位", "an editor of reports")
    if not reason.strip():
        raise ReportRefused("请写明为什么可以这样印", "Say why it may be printed so")
    with office_transaction(by.office):
        round_ = _frozen_round(report)
        if finding not in {one.key for one in open_findings(round_)}:
            raise ReportRefused("没有这条待处理的问题", "No such finding is open")
        ReportWaiver.objects.create(
            office_id=by.office, round=round_, finding=finding, reason=reason.strip(),
            by=by.id, at=at,
        )  # fmt: skip
        _note(round_, "waive", by, at, note=reason.strip())


def sign(*, report: int, by: Actor, at: datetime) -> None:
    """Sign a frozen report on which no finding is open; not by whoever froze it. Raises ReportRefused."""
    _refuse_unless(may_sign(by), "签发报告的岗位", "a signer of reports")
    with office_transaction(by.office):
        round_ = _frozen_round(report)
        left = len(open_findings(round_))
        if left:
            raise ReportRefused(
                f"还有 {left} 条问题没有改好或说明",
                f"{left} findings are neither mended nor waived",
            )
        if ReportSnapshot.objects.filter(round=round_).latest("pk").by == by.id:
            raise ReportRefused(
                "定稿的人不能自己签发，请由另一位签发", "Whoever froze it may not sign it"
            )
        _move(round_, "signed")
        _note(round_, "sign", by, at)


def issue(*, report: int, number: str, by: Actor, at: datetime) -> None:
    """Issue a signed report under its number: the text and the numbers never change again. Raises ReportRefused."""
    _refuse_unless(may_edit(by), "编报告的岗位", "an editor of reports")
    if not number.strip():
        raise ReportRefused("请写发文字号", "Give the number it is issued under")
    with office_transaction(by.office):
        round_ = _round(report)
        if round_.state != "signed":
            raise ReportRefused("签发之后才能印发", "It must be signed first")
        if ReportRound.objects.filter(issue_number=number.strip()).exists():
            raise ReportRefused("这个发文字号已经用过", "This number has been used")
        round_.state, round_.issue_number = "issued", number.strip()
        round_.save(update_fields=["state", "issue_number"])
        _note(round_, "issue", by, at, note=number.strip())


def correct(*, report: int, reason: str, by: Actor, at: datetime) -> int:
    """Open a correction of an issued report, which stays as it is; gives the new round. Raises ReportRefused."""
    _refuse_unless(may_edit(by), "编报告的岗位", "an editor of reports")
    if not reason.strip():
        raise ReportRefused("请写明更正什么、为什么", "Say what is corrected, and why")
    with office_transaction(by.office):
        old = _round(report)
        if old.state != "issued":
            raise ReportRefused("只有印发了的报告才更正", "Only an issued report is corrected")
        if ReportRound.objects.filter(corrects=old).exists():
            raise ReportRefused("已经有一份更正在办", "A correction of it is there already")
        new = ReportRound.objects.create(
            office_id=by.office, template=old.template, text=old.text, period=old.period,
            heading=old.heading, place=old.place, state="drafting", corrects=old,
            opened_by=by.id, opened_at=at,
        )  # fmt: skip
        ReportSection.objects.bulk_create(
            ReportSection(
                office_id=by.office, round=new, key=row.key, position=row.position, text=row.text,
                body_id=row.body_id,
            )
            for row in ReportSection.objects.filter(round=old)
        )  # fmt: skip
        _note(new, "correct", by, at, note=reason.strip())
    return new.pk


def _months(span: Period) -> int:
    days = (span.end - span.start).days
    return round(days / 30.44)


def _refuse_unless(is_so: bool, zh: str, en: str) -> None:  # noqa: FBT001
    if not is_so:
        raise ReportRefused(f"需要“{zh}”", f"This needs {en}")


def _refuse_unreadable(text: str) -> None:
    if not text.strip() or len(text) > LONGEST:
        raise ReportRefused(f"请写 1 到 {LONGEST} 字", f"Write 1 to {LONGEST} characters")
    try:
        list(pieces(text))
    except ReferenceUnclear as unclear:
        raise ReportRefused(unclear.message.zh, unclear.message.en) from None


def _round(number: int) -> ReportRound:
    found = ReportRound.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise ReportRefused("没有这份报告", "There is no such report")
    return found


def _open_round(number: int) -> ReportRound:
    round_ = _round(number)
    if round_.state == "issued":
        raise ReportRefused(
            "已经印发的报告不再改动，请另办更正",
            "An issued report does not change: open a correction",
        )
    return round_


def _frozen_round(number: int) -> ReportRound:
    round_ = _round(number)
    if round_.state != "frozen":
        raise ReportRefused(
            "报告还没有定稿，或已签发", "The report is not frozen, or signed already"
        )
    return round_


def _section(round_: ReportRound, key: str) -> ReportSection:
    found = ReportSection.objects.select_for_update().filter(round=round_, key=key).first()
    if found is None:
        raise ReportRefused("没有这一节", "There is no such section")
    return found


def _move(round_: ReportRound, state: str) -> None:
    if round_.state != state:
        round_.state = state
        round_.save(update_fields=["state"])


def _note(
    round_: ReportRound, act: str, by: Actor, at: datetime, section: str = "", note: str = ""
) -> None:
    last = ReportAct.objects.filter(round=round_).aggregate(last=Max("seq"))["last"] or 0
    ReportAct.objects.create(
        office_id=by.office, round=round_, seq=last + 1, act=act, section=section, note=note,
        by=by.id, at=at,
    )  # fmt: skip
