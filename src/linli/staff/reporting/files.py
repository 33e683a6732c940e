"""The files of a frozen report: Word, PDF, and an edited Word file held against what was frozen."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from linli.reports.documents import DocumentRefused
from linli.reports.printing.pdf import PdfRefused, pdf
from linli.reports.printing.returning import returned
from linli.reports.printing.word import word
from linli.reports.rounds.queries import RoundView, SnapshotView
from linli.staff.desk import Desk
from linli.staff.reporting.pages import UNFIT, round_seen

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST = 20 * 1024 * 1024


def as_word(desk: Desk, number: int) -> HttpResponse:
    """Give the report as a Word file whose numbers stand in bookmarks."""
    view = round_seen(desk, number)
    content = _frozen(view).content
    return _file(word(content, view.row.issue_number), f"{view.row.heading}.docx", WORD)


def as_pdf(desk: Desk, number: int) -> HttpResponse:
    """Give the report as PDF, or say what is missing for it."""
    view = round_seen(desk, number)
    content = _frozen(view).content
    try:
        made = pdf(content, view.row.issue_number)
    except PdfRefused as refused:
        return _unfit(desk, view, refused.message.in_language(desk.language))
    return _file(made, f"{view.row.heading}.pdf", "application/pdf")


def edited(desk: Desk, number: int) -> HttpResponse:
    """Take an edited Word file and list what it does to the numbers; nothing of it is kept."""
    view = round_seen(desk, number)
    context = {"view": view}
    frozen = _frozen(view)
    if desk.request.method != "POST":
        return desk.show("staff/report_file.html", context)
    sent = desk.request.FILES.get("file")
    if sent is None or (sent.size or 0) > LARGEST:
        return _unfit(desk, view, _("请选一个不超过 20 MB 的 Word 文件"))
    try:
        found = returned(sent.read(), frozen.content, view.row.issue_number)
    except DocumentRefused as refused:
        return _unfit(desk, view, refused.message.in_language(desk.language))
    lost = [frozen.numbers[mark].number for mark in found.lost]
    changed = [(frozen.numbers[one.mark].number, one) for one in found.changed]
    shown = {"found": found, "lost": lost, "changed": changed, "name": sent.name}
    return desk.show("staff/report_file.html", {**context, **shown})


def _unfit(desk: Desk, view: RoundView, refusal: str) -> HttpResponse:
    return desk.show("staff/report_file.html", {"view": view, "refusal": refusal}, UNFIT)


def _frozen(view: RoundView) -> SnapshotView:
    if view.snapshot is None:
        raise Http404(view.row.id)
    return view.snapshot


def _file(made: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(made, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
